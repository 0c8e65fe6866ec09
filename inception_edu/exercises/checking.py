"""`check`: an answer given in a live kernel, judged, told about, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import find
from .code import Code
from .exercise import Instance
from .isolation import SECONDS, run_apart
from .kinds import Setting
from .progress import record, student
from .source import source_of
from .verdict import Verdict

__all__ = ["Checked", "check", "solved"]

PATIENCE = 300.0
"""Seconds for a worked solution, which ends: a machine that builds the book may be busy."""


@dataclass(frozen=True)
class Checked:
    """What `check` found; shows itself in a notebook.

    Attributes:
        id: the exercise.
        correct: True, False, or None where an answer is kept and not graded.
        remark: what to tell.
        hint: the next hint, one more after each wrong attempt; empty where none is left.
        kept: the answer as the file has it; None where there was none to be read.
    """

    id: str
    correct: bool | None
    remark: str
    hint: str = ""
    kept: Any = None

    def __str__(self) -> str:
        sign = {True: "✓ right.", False: "✗ not yet.", None: "kept."}[self.correct]
        hint = f"\nHint: {self.hint}" if self.hint else ""
        return f"{self.id} {sign}{' ' + self.remark if self.remark else ''}{hint}"

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        sign = {True: "✓ **Right.**", False: "✗ **Not yet.**", None: "**Kept.**"}[self.correct]
        hint = f"\n\n*Hint:* {self.hint}" if self.hint else ""
        return f"{sign} {self.remark}{hint}"


def check(id: str, answer: Any) -> Checked:
    """Check an answer to an exercise, and keep it in ``answers.json`` beside the notebook.

    Args:
        id: the exercise, such as ``"3.2"``.
        answer: a number or text for a number, the key of an option, a dict for several numbers, a widget for a setting,
            the function or class itself where code is asked for.

    Returns:
        What was found; the notebook shows it. A wrong answer, also one that raises, never raises here.

    Raises:
        ValueError: there is no such exercise.
    """
    instance = find(id).for_student(student())
    if hasattr(answer, "figures") and hasattr(answer, "params"):  # a widget: what it is set to and what it shows
        answer = {**answer.figures, **answer.params}
    try:
        verdict = _judge(instance, answer)
    except ValueError as error:
        return Checked(id, False, str(error))
    entry = record(id, instance.case, _kept(answer), verdict.correct, asked=instance.exercise.digest)
    hint = ""
    if verdict.correct is False and instance.hints:
        hint = instance.hints[min(entry["attempts"], len(instance.hints)) - 1]
    return Checked(id, verdict.correct, verdict.remark, hint, entry["answer"])


def solved(id: str, answer: Any) -> Checked:
    """End a worked solution: show its answer, and fail unless it is right.

    Args:
        id: the exercise.
        answer: what the solution found.

    Raises:
        AssertionError: the answer is not right: the page would show a wrong solution.
    """
    instance = find(id).for_student()
    kind = instance.exercise.kind
    given = answer["setting"] if isinstance(kind, Setting) else answer
    if not isinstance(kind, Setting):  # a setting is judged by the widget's own figures
        verdict = _judge(instance, given, seconds=PATIENCE)
        assert verdict.correct is not False, f"the solution of {id} is not right: {verdict.remark}"
    return Checked(id, True, "" if isinstance(kind, Code) else f"{kind.show(instance.right).removesuffix('.')}.")


def _judge(instance: Instance, answer: Any, seconds: float = SECONDS) -> Verdict:
    kind = instance.exercise.kind
    if not isinstance(kind, Code):
        return instance.judge(answer)
    theirs, right = kind.read(answer), instance.right
    return run_apart(lambda: kind.judge(theirs, right, ()), seconds)


def _kept(answer: Any) -> Any:
    """An answer as JSON can hold it: of code, its source."""
    if callable(answer):
        return source_of(answer)
    if isinstance(answer, dict):
        return {str(key): _kept(value) for key, value in answer.items()}
    return answer if isinstance(answer, (str, int, float, bool, type(None))) else str(answer)
