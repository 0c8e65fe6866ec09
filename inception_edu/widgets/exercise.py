"""An exercise that answers back: in a page without a kernel as in a notebook."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

import traitlets

from ..exercises import find
from ..exercises.code import Code
from ..exercises.exercise import LEVELS
from ..exercises.progress import record, student
from .base import Widget
from .params import flag, integer, text


class Exercise(Widget):
    """An exercise's field, its *Check*, its hints. The question itself stands in the text above.

    Right and wrong are decided where the reader is; what was answered stays on the reader's machine: a page keeps it in
    the browser, a notebook in the file ``answers.json`` beside it.

    Args:
        number: the exercise's id, such as ``"3.2"``.
        neighbour: the widget whose setting is asked for, where one is. A page finds it by itself.
        **more: as in :class:`Widget`.

    Raises:
        ValueError: there is no such exercise.

    >>> Exercise("3.2", answer="39.7 %", checked=True).figures["state"]
    'right'
    """

    KIND = "exercise"
    FRONT = "exercise"
    RESET = "Start again"
    LINK = False
    PARAMS = (
        text("answer", "Your answer", 20_000, control=False),
        flag("checked", False, "Checked", control=False),
        integer("attempts", 0, 0, 10**6, "Attempts", control=False),
        integer("hints", 0, 0, 20, "Hints shown", control=False),
    )
    neighbour = traitlets.Dict().tag(sync=True)

    def __init__(self, number: str, neighbour: Widget | None = None, **more: Any) -> None:
        self.instance = find(number).for_student(student())
        found = self.instance.exercise
        points = f"{found.points} point{'s' if found.points != 1 else ''}"
        self.TITLE = f"{LEVELS[found.level].capitalize()} · about {found.minutes} minutes · {points}"
        more.setdefault("id", f"exercise-{found.id.replace('.', '-')}")
        super().__init__(data={"exercise": self.instance.spec()}, **more)
        if neighbour is not None:
            self._follow(neighbour)
        self.observe(self._keep, "attempts")

    def _follow(self, other: Widget) -> None:
        def take(change: Any = None) -> None:
            state = {**other.figures, **other.params}
            self.neighbour = {name: value for name, value in state.items() if isinstance(value, (int, float, str))}

        other.observe(take, "value")
        take()

    def _keep(self, change: Any) -> None:
        """A reader of a live notebook has checked an answer: it goes into the file."""
        if change.new > change.old:
            p = self.params
            found = self.instance.exercise
            record(found.id, self.instance.case, p["answer"], self.compute(p)["correct"], asked=found.digest)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The verdict on the answer, once it is checked: state, correct, remark."""
        if not p["checked"] or not p["answer"]:
            return {"state": "empty", "correct": None, "remark": ""}
        kind = self.instance.exercise.kind
        given = p["answer"]
        try:
            if kind.name in ("numbers", "setting"):
                given = json.loads(given)
            verdict = self.instance.judge(given)
        except ValueError as error:
            return {"state": "unread", "correct": None, "remark": str(error)}
        state = {True: "right", False: "wrong", None: "kept"}[verdict.correct]
        return {"state": state, "correct": verdict.correct, "remark": verdict.remark}

    def fallback(self) -> str:
        """Where no script runs: the hints and, folded, the answer."""
        found, kind = self.instance, self.instance.exercise.kind
        hints = "".join(f"<li>{html.escape(hint)}</li>" for hint in found.hints)
        answer = "" if isinstance(kind, Code) else f"<p>Answer: {html.escape(kind.show(found.right))}</p>"
        return (
            f"<p><strong>{html.escape(self.TITLE)}</strong></p>"
            f"<details><summary>Hints and answer</summary><ol>{hints}</ol>{answer}</details>"
        )
