"""Questions in the page: the reader answers, checks, and is told why; Python can read what was answered."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from ..exercises.kinds import Number
from .base import Widget
from .params import Param, choices
from .questions import Mark, Numeric, Question


class Quiz(Widget):
    """One question or several, each with feedback for the answer given.

    Every question is a setting: its `name` (``q1``, ``q2``, … unless it has one) holds the answer, and ``checked``
    lists the questions whose answer the reader has had checked. The right answers travel with the page: a quiz is for
    learning, not for marks.

    Args:
        *questions: :class:`SingleChoice`, :class:`MultipleChoice` and :class:`Numeric` questions.
        title: what stands above them.
        **more: as in :class:`Widget`; also answers to begin with.

    >>> quiz = Quiz(Numeric("Weights of a 3×3 convolution from 4 to 8 channels?", 288), q1=288, checked=["q1"])
    >>> quiz.figures["score"]
    1
    """

    KIND = "quiz"
    FRONT = "quiz"
    TITLE = "Check yourself"
    RESET = "Start again"
    LINK = False

    def __init__(self, *questions: Question, title: str | None = None, **more: Any) -> None:
        if not questions:
            raise ValueError("a quiz needs at least one question")
        self.questions = {q.name or f"q{n}": q for n, q in enumerate(questions, 1)}
        if len(self.questions) < len(questions) or "checked" in self.questions:
            raise ValueError(
                f"questions need names of their own, and none may be called 'checked': {list(self.questions)}"
            )
        for name in self.questions:
            if not name.isidentifier() or hasattr(type(self), name):
                raise ValueError(f"a question cannot be called {name!r}: choose another Python name")
        self.TITLE = title or type(self).TITLE
        data = {"questions": [{"name": name, **q.spec()} for name, q in self.questions.items()]}
        super().__init__(data=data, **more)

    def _rows(self) -> Iterable[Param]:
        yield from (question.param(name) for name, question in self.questions.items())
        yield choices("checked", [], list(self.questions), "Checked", control=False)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """How many questions are answered and right, and what is shown of each."""
        marks = {name: question.mark(p[name]).correct for name, question in self.questions.items()}
        checked = {name: correct if name in p["checked"] else None for name, correct in marks.items()}
        return {
            "asked": len(marks),
            "answered": sum(correct is not None for correct in marks.values()),
            "score": sum(correct is True for correct in checked.values()),
            **{f"{name}_correct": correct for name, correct in checked.items()},
        }

    def marks(self) -> dict[str, Mark]:
        """What each answer is worth, checked by the reader or not: (correct, feedback) by the question's name."""
        return {name: question.mark(getattr(self, name)) for name, question in self.questions.items()}

    def fallback(self) -> str:
        """The questions and, folded, their answers."""
        items = []
        for question in self.questions.values():
            if isinstance(question, Numeric):
                options, answer = "", Number(question.unit).show(question.answer)
            else:
                options = "".join(f"<li>{html.escape(o.text)}</li>" for o in question.options)
                options, answer = f'<ol type="a">{options}</ol>', ", ".join(question.right)
            items.append(
                f"<li>{html.escape(question.prompt)}{options}"
                f"<details><summary>Answer</summary>{html.escape(answer)}</details></li>"
            )
        return f"<p><strong>{html.escape(self.TITLE)}.</strong></p><ol>{''.join(items)}</ol>"
