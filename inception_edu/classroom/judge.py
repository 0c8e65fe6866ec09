"""Judge answers again, with the numbers that the student's name draws; what a file says of itself is not asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..exercises import Choice, Numbers, Setting
from ..exercises.code import Code
from ..exercises.exercise import Exercise, Instance
from ..exercises.verdict import Verdict
from .strict_json import printable, read_json

__all__ = ["STATES", "Judge"]

STATES = ("right", "wrong", "unread", "kept", "not run", "missing")
"""What may become of an answer: unread says nothing of the kind, kept is text to read, not run is code."""

RunCode = Callable[[str, str], Verdict]
"""Runs the source of an answer to the exercise of that id, apart."""


class Judge:
    """Judges answers; each right answer is computed once.

    Args:
        run_code: runs written code; None leaves it unrun.
    """

    def __init__(self, run_code: RunCode | None = None):
        self._run_code = run_code
        self._instances: dict[tuple[str, int], Instance] = {}
        self._figures: dict[str, dict[str, Any]] = {}

    def judge(self, exercise: Exercise, student: str, given: Any) -> tuple[str, str]:
        """What becomes of an answer, as one of `STATES`, and the remark on it.

        Args:
            exercise: the exercise.
            student: the name that draws the numbers; empty for the book's own.
            given: what the file says.
        """
        if isinstance(exercise.kind, Code):
            return self._judge_code(exercise, given)
        drawn = exercise.for_student(student)
        instance = self._instances.setdefault((exercise.id, drawn.case), drawn)
        try:
            verdict = instance.judge(self._read(exercise, given))
        except (ValueError, TypeError) as error:
            return "unread", printable(error, 200)
        return {True: "right", False: "wrong", None: "kept"}[verdict.correct], verdict.remark

    def _read(self, exercise: Exercise, given: Any) -> Any:
        """An answer as its kind reads it: pages keep several numbers and settings as JSON."""
        kind = exercise.kind
        if isinstance(kind, (Numbers, Setting)) and isinstance(given, str):
            given = read_json(given.encode("utf-8", "replace"))
        if isinstance(kind, Choice) and not isinstance(given, str):
            raise ValueError("that is none of the options")
        if isinstance(kind, Setting) and isinstance(given, dict):
            return self._set(kind, given)
        return given

    def _set(self, kind: Setting, given: dict[str, Any]) -> dict[str, Any]:
        """The widget's figures for the settings that were handed in; the figures that came with them are dropped."""
        from .. import widgets  # takes the extra `notebook`

        widget = getattr(widgets, kind.widget)
        settings = {param.name: given[param.name] for param in widget.PARAMS if param.name in given}
        key = kind.widget + json.dumps(settings, sort_keys=True)
        if key not in self._figures:
            try:
                made = widget(**settings)
                self._figures[key] = {**made.figures, **made.params}
            except Exception:  # a setting that cannot be, whatever the widget says of it
                raise ValueError(f"the {kind.widget} cannot be set like that") from None
        return self._figures[key]

    def _judge_code(self, exercise: Exercise, given: Any) -> tuple[str, str]:
        if not isinstance(given, str) or "\n" not in given:
            return "unread", "no source was handed in, a name alone"
        if self._run_code is None:
            return "not run", ""
        verdict = self._run_code(exercise.id, given)
        return {True: "right", False: "wrong", None: "not run"}[verdict.correct], printable(verdict.remark, 300)
