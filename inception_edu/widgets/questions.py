"""Questions with one answer, several answers or a number, and what to tell the reader about each answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, NamedTuple

from .params import Param, choice, choices, number


class Mark(NamedTuple):
    """What became of an answer: right or not (None where there is no answer yet), and what to say about it."""

    correct: bool | None
    feedback: tuple[str, ...]


@dataclass(frozen=True)
class Option:
    """An answer to choose, whether it is right, and what to tell who chose it."""

    text: str
    feedback: str = ""
    correct: bool = False


@dataclass(frozen=True)
class _Choice:
    prompt: str
    options: Sequence[Option]
    name: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        if len(self.options) < 2:
            raise ValueError(f"a question needs two options or more: {self.prompt!r}")

    @property
    def keys(self) -> str:
        """The letters of the options, in order: ``abc…``."""
        return ascii_lowercase[: len(self.options)]

    @property
    def right(self) -> list[str]:
        """The letters of the options that are right."""
        return [key for key, option in zip(self.keys, self.options) if option.correct]

    def spec(self) -> dict[str, Any]:
        """The question as the browser reads it."""
        options = [{"key": key, **vars(option)} for key, option in zip(self.keys, self.options)]
        return {"prompt": self.prompt, "options": options}


@dataclass(frozen=True)
class SingleChoice(_Choice):
    """Choose one of `options`, of which exactly one is right. An answer is the option's letter."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.right) != 1:
            raise ValueError(f"exactly one option must be correct, not {len(self.right)}: {self.prompt!r}")

    def param(self, name: str) -> Param:
        """The setting, called `name`, that holds the answer."""
        return choice(name, None, list(self.keys), self.prompt, control=False)

    def mark(self, answer: str | None) -> Mark:
        """What the answer is worth, and what to say about it."""
        if answer is None:
            return Mark(None, ())
        option = self.options[self.keys.index(answer)]
        return Mark(option.correct, (option.feedback,) if option.feedback else ())

    def spec(self) -> dict[str, Any]:
        """The question as the browser reads it."""
        return {"kind": "single", **super().spec()}


@dataclass(frozen=True)
class MultipleChoice(_Choice):
    """Choose all the right ones among `options`; at least one is. An answer is the list of the options' letters.

    The feedback of an option is told where it was judged wrongly: chosen though wrong, or left out though right.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.right:
            raise ValueError(f"at least one option must be correct: {self.prompt!r}")

    def param(self, name: str) -> Param:
        """The setting, called `name`, that holds the answer."""
        return choices(name, [], list(self.keys), self.prompt, control=False)

    def mark(self, answer: Sequence[str]) -> Mark:
        """What the answer is worth, and what to say about it."""
        if not answer:
            return Mark(None, ())
        wrong = [o for key, o in zip(self.keys, self.options) if o.correct != (key in answer)]
        return Mark(not wrong, tuple(option.feedback for option in wrong if option.feedback))

    def spec(self) -> dict[str, Any]:
        """The question as the browser reads it."""
        return {"kind": "multiple", **super().spec()}


@dataclass(frozen=True)
class Numeric:
    """Give a number within `tolerance` of `answer` (or within the share `relative` of it).

    Args:
        feedback: what to tell who was right.
        hint: what to tell who was wrong.
        mistakes: numbers that a particular mistake leads to, each with what to tell; judged with the same tolerance.
    """

    prompt: str
    answer: float
    tolerance: float = 0.0
    relative: float = 0.0
    unit: str = ""
    feedback: str = ""
    hint: str = ""
    mistakes: Mapping[float, str] = field(default_factory=dict)
    name: str | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.answer) or self.tolerance < 0 or self.relative < 0:
            raise ValueError(f"the answer must be a finite number and the tolerance not negative: {self.prompt!r}")
        for value in self.mistakes:
            if self._near(value, self.answer):
                raise ValueError(f"{value} counts as right, so it cannot be a mistake: {self.prompt!r}")

    def _slack(self, target: float) -> float:
        return max(self.tolerance, self.relative * abs(target))

    def _near(self, value: float, target: float) -> bool:
        return abs(value - target) <= self._slack(target)

    @property
    def right(self) -> float:
        """The right number."""
        return self.answer

    def param(self, name: str) -> Param:
        """The setting, called `name`, that holds the answer."""
        return number(name, self.prompt, control=False)

    def mark(self, answer: float | None) -> Mark:
        """What the answer is worth, and what to say about it."""
        if answer is None:
            return Mark(None, ())
        if self._near(answer, self.answer):
            return Mark(True, (self.feedback,) if self.feedback else ())
        told = next((text for value, text in self.mistakes.items() if self._near(answer, value)), self.hint)
        return Mark(False, (told,) if told else ())

    def spec(self) -> dict[str, Any]:
        """The question as the browser reads it."""
        mistakes = [[value, self._slack(value), text] for value, text in self.mistakes.items()]
        told = {"unit": self.unit, "feedback": self.feedback, "hint": self.hint, "mistakes": mistakes}
        right = {"answer": self.answer, "slack": self._slack(self.answer)}
        return {"kind": "numeric", "prompt": self.prompt, **right, **told}


Question = SingleChoice | MultipleChoice | Numeric
