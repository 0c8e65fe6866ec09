"""Kinds of answers: how one is read, judged, and described to the page that asks for it.

Every kind does the same: `read` an answer as it was typed or saved, `judge` it against the right one
and the known mistakes, `show` the right one as text, and `spec`: all of that as data, for the page without a kernel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .numbers import read_number
from .verdict import Verdict

__all__ = ["Choice", "Kind", "Number", "Numbers", "Setting", "Text"]

Known = Iterable[tuple[Any, str]]
"""Wrong answers with what to tell about each."""


class Kind:
    """What an exercise asks for."""

    name: str

    def read(self, given: Any) -> Any:
        """The answer that `given` says. Raises ValueError, in one line, where it says none."""
        raise NotImplementedError

    def judge(self, answer: Any, right: Any, known: Known) -> Verdict:
        """Judge an answer that `read` gave."""
        raise NotImplementedError

    def is_right(self, answer: Any, right: Any) -> bool:
        """Whether a known mistake, which may say a part of an answer alone, happens to be right."""
        return self.judge(answer, right, ()).correct is True

    def show(self, right: Any) -> str:
        """The right answer as text."""
        raise NotImplementedError

    def spec(self, right: Any, known: Known) -> dict[str, Any]:
        """The question as plain data: what the page needs to ask and to judge."""
        raise NotImplementedError


@dataclass(frozen=True)
class Number(Kind):
    """A number.

    Attributes:
        unit: what is counted, shown behind the field; an answer may repeat it.
        relative: share of the right answer by which an answer may miss it. Whole numbers are exact unless this is
            given; others may miss by half a percent.
        absolute: the same as a difference, for answers that may be 0.
        percent: the answer is a share; it is shown as a percentage, and one without a percent sign may be either.
    """

    unit: str = ""
    relative: float | None = None
    absolute: float = 0.0
    percent: bool = False
    name = "number"

    def read(self, given: Any) -> float:
        """A number, from a number or from text as people write it."""
        return read_number(given, self.unit)

    def slack(self, right: float) -> float:
        """By how much an answer may miss `right`."""
        relative = self.relative
        if relative is None:
            relative = 0.0 if float(right).is_integer() and not self.percent else 0.005
        return max(self.absolute, relative * abs(right), 1e-9 * abs(right))

    def near(self, answer: float, right: float) -> bool:
        """Whether `answer` counts as `right`."""
        meant = (answer, answer / 100) if self.percent else (answer,)
        return any(abs(each - right) <= self.slack(right) for each in meant)

    def judge(self, answer: float, right: float, known: Known) -> Verdict:
        """Right within the slack; a known mistake within the same slack gets its remark."""
        if self.near(answer, right):
            return Verdict(True)
        return Verdict(False, next((remark for wrong, remark in known if self.near(answer, wrong)), ""))

    def show(self, right: float) -> str:
        """Thousands apart, four significant digits where it is no whole number, and the unit."""
        if self.percent:
            text = f"{100 * right:.3g} %"
        elif float(right).is_integer():
            text = f"{int(right):,}"
        else:
            text = f"{right:,.4g}" if abs(right) < 10_000 else f"{right:,.0f}"
        return f"{text} {self.unit}".strip()

    def spec(self, right: float, known: Known) -> dict[str, Any]:
        """The number with its slack, and the mistakes with theirs."""
        return {
            "unit": self.unit,
            "percent": self.percent,
            "right": right,
            "slack": self.slack(right),
            "shown": self.show(right),
            "known": [[wrong, self.slack(wrong), remark] for wrong, remark in known],
        }


@dataclass(frozen=True)
class Numbers(Kind):
    """Several numbers, each in a field of its own.

    Attributes:
        fields: what is asked, by key. A key ``"row | column"`` puts the field into a table.
        given: text for cells of the table that are not asked.
    """

    fields: Mapping[str, Number]
    given: Mapping[str, str] = field(default_factory=dict)
    name = "numbers"

    def read(self, given: Any) -> dict[str, float]:
        """One number a field, from a mapping by key."""
        if not isinstance(given, Mapping):
            raise ValueError(f"give a number for each of: {', '.join(self.fields)}")
        missing = [key for key in self.fields if given.get(key) in (None, "")]
        if missing:
            raise ValueError(f"still to fill in: {', '.join(missing)}")
        return {key: number.read(given[key]) for key, number in self.fields.items()}

    def judge(self, answer: Mapping[str, float], right: Mapping[str, float], known: Known) -> Verdict:
        """Right where every field is; otherwise the first known mistake that fits, and which fields are wrong."""
        wrong = [key for key, number in self.fields.items() if not number.near(answer[key], right[key])]
        if not wrong:
            return Verdict(True)
        for mistake, remark in known:
            fits = [self.fields[key].near(answer[key], value) for key, value in mistake.items()]
            if fits and all(fits) and any(key in wrong for key in mistake):
                return Verdict(False, remark)
        return Verdict(False, f"Not yet right: {', '.join(wrong)}.")

    def is_right(self, answer: Mapping[str, float], right: Mapping[str, float]) -> bool:
        """Whether the fields that the mistake fills in are right."""
        return all(self.fields[key].near(value, right[key]) for key, value in answer.items())

    def show(self, right: Mapping[str, float]) -> str:
        """Each field with its number."""
        return "; ".join(f"{key}: {number.show(right[key])}" for key, number in self.fields.items())

    def spec(self, right: Mapping[str, float], known: Known) -> dict[str, Any]:
        """Each field as a number's, the cells that are given, and the mistakes by field."""
        return {
            "fields": {key: number.spec(right[key], ()) for key, number in self.fields.items()},
            "given": dict(self.given),
            "known": [
                [{key: [value, self.fields[key].slack(value)] for key, value in mistake.items()}, remark]
                for mistake, remark in known
            ],
        }


@dataclass(frozen=True)
class Choice(Kind):
    """One of several options.

    Attributes:
        options: by key, in the order in which they are shown: the option, and what to tell who chooses it wrongly (of
            the right one: why it is right).
    """

    options: Mapping[str, tuple[str, str]]
    name = "choice"

    def read(self, given: Any) -> str:
        """The key of an option."""
        if given not in self.options:
            raise ValueError(f"choose one of {', '.join(map(repr, self.options))}")
        return given

    def judge(self, answer: str, right: str, known: Known) -> Verdict:
        """Every option has a remark of its own."""
        return Verdict(answer == right, self.options[answer][1])

    def show(self, right: str) -> str:
        """The option's text."""
        return self.options[right][0]

    def spec(self, right: str, known: Known) -> dict[str, Any]:
        """The options with their remarks, and the key of the right one."""
        options = [{"key": key, "text": text, "remark": remark} for key, (text, remark) in self.options.items()]
        return {"options": options, "right": right}


_COMPARE = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b or math.isclose(a, b, rel_tol=1e-9),
}


@dataclass(frozen=True)
class Setting(Kind):
    """A setting of a widget that fulfils conditions. The answer is the widget's settings and figures, by name.

    The right answer, which an exercise's solution computes, holds a setting that does and the limits of the conditions
    by name: ``{"setting": {...}, "limits": {...}}``.

    Attributes:
        widget: the widget's class.
        start: settings to start from.
        conditions: by a name of its own: a figure or setting, how it compares (``<=``, ``>=``, ``==``), and what to
            tell who misses it. The first that is missed is told.
    """

    widget: str
    conditions: Mapping[str, tuple[str, str, str]]
    start: Mapping[str, Any] = field(default_factory=dict)
    name = "setting"

    def read(self, given: Any) -> dict[str, Any]:
        """The widget's state: a mapping with every figure that the conditions name."""
        if not isinstance(given, Mapping):
            raise ValueError(f"set the {self.widget} above, then check")
        for figure, _, _ in self.conditions.values():
            if isinstance(given.get(figure), bool) or not isinstance(given.get(figure), (int, float)):
                raise ValueError(f"this setting of the {self.widget} has no {figure}: choose one that can be built")
        return dict(given)

    def judge(self, answer: Mapping[str, Any], right: Mapping[str, Any], known: Known) -> Verdict:
        """Right where every condition holds."""
        for name, (figure, sign, remark) in self.conditions.items():
            if not _COMPARE[sign](answer[figure], right["limits"][name]):
                return Verdict(False, remark)
        return Verdict(True)

    def show(self, right: Mapping[str, Any]) -> str:
        """One setting that fulfils them."""
        return "for example " + ", ".join(f"{name} = {value}" for name, value in right["setting"].items())

    def spec(self, right: Mapping[str, Any], known: Known) -> dict[str, Any]:
        """The conditions with their limits, and one setting that fulfils them."""
        conditions = [
            {"figure": figure, "sign": sign, "limit": right["limits"][name], "remark": remark}
            for name, (figure, sign, remark) in self.conditions.items()
        ]
        return {"widget": self.widget, "start": dict(self.start), "conditions": conditions, "shown": self.show(right)}


@dataclass(frozen=True)
class Text(Kind):
    """A short text that is collected and not graded.

    Attributes:
        words: how many words make an answer.
    """

    words: int = 5
    name = "text"

    def read(self, given: Any) -> str:
        """A text of at least so many words."""
        if not isinstance(given, str) or len(given.split()) < self.words:
            raise ValueError(f"write at least {self.words} words")
        return given.strip()

    def judge(self, answer: str, right: str, known: Known) -> Verdict:
        """Kept for a reader; nobody can grade it here."""
        return Verdict(None, "Kept. Compare it with the solution.")

    def show(self, right: str) -> str:
        """One good answer."""
        return right

    def spec(self, right: str, known: Known) -> dict[str, Any]:
        """How many words are wanted."""
        return {"words": self.words}
