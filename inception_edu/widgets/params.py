"""One row of a widget's table of settings, from which both the Python trait and the browser's control are made."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets


@dataclass(frozen=True)
class Param:
    """A setting of a widget: what it may be, where it starts, how it is labelled.

    Make one with :func:`integer`, :func:`channels`, :func:`real`, :func:`flag`, :func:`choice`, :func:`choices`,
    :func:`number` or :func:`text`.

    Attributes:
        kind: ``int``, ``float``, ``bool``, ``choice`` (one of), ``choices`` (any of), ``number`` (any, or
            None while there is none) or ``text``.
        choices: pairs of (value, label).
        when: ``(name, values)``: the control is shown only while the setting `name` has one of `values`.
        limit: name of a figure that bounds the control at present, below `max`.
        scale: ``log`` where equal ways of the slider are equal ratios; else equal differences.
        control: False where the widget draws its own control for the setting.
    """

    name: str
    kind: str
    default: Any
    label: str
    min: float | None = None
    max: float | None = None
    step: float | None = None
    choices: tuple[tuple[Any, str], ...] = ()
    unit: str = ""
    when: tuple[str, tuple] | None = None
    limit: str | None = None
    scale: str = ""
    control: bool = True

    def trait(self) -> traitlets.TraitType:
        """The synchronized trait that holds the setting; it refuses what the table does not allow."""
        return _Setting(self).tag(sync=True)

    def spec(self, default: Any) -> dict[str, Any]:
        """The row as the browser reads it, with `default` as what "reset" returns to."""
        row = {**vars(self), "default": default}
        return {key: value for key, value in row.items() if key == "default" or value not in (None, "", ())}

    def problem(self, value: Any) -> str | None:
        """What would be right instead of `value`; None where it is allowed."""
        values = [v for v, _ in self.choices]
        if self.kind == "bool":
            return None if isinstance(value, bool) else "True or False"
        if self.kind == "text":
            good = isinstance(value, str) and len(value) <= (self.max or 0)
            return None if good else f"a text of at most {self.max} letters"
        if self.kind == "choice":
            if value is None and self.default is None:
                return None
            return None if type(value) in (str, int) and value in values else f"one of {values}"
        if self.kind == "choices":
            good = isinstance(value, list | tuple) and all(v in values for v in value)
            return None if good else f"a list of some of {values}"
        real = _finite(value)
        if self.kind == "number":
            return None if value is None or real is not None else "a number, or None"
        low, high, step = self.min or 0, self.max or 0, self.step or 1
        whole = self.kind == "int"
        wanted = f"{'a whole number' if whole else 'a number'} from {low} to {high}"
        if real is None or (whole and real != int(real)) or not low <= real <= high:
            return wanted
        if whole and (real - low) % step:
            return f"{wanted} in steps of {step}"
        return None

    def clean(self, value: Any) -> Any:
        """An allowed `value` in the one type that the setting always has."""
        if self.kind == "choices":
            return [v for v, _ in self.choices if v in value]
        return {"int": int, "float": float}.get(self.kind, lambda v: v)(value)


def _finite(value: Any) -> float | None:
    """A real number of any type as a float; None for what is none, is not finite or is too large for one."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


class _Setting(traitlets.TraitType):
    """The trait of a :class:`Param`: anything else raises a TraitError that says what would be right."""

    def __init__(self, param: Param) -> None:
        super().__init__(default_value=param.clean(param.default), allow_none=param.default is None)
        self.param = param

    def validate(self, obj: traitlets.HasTraits, value: Any) -> Any:
        problem = self.param.problem(value)
        if problem:
            raise traitlets.TraitError(f"{type(obj).__name__}.{self.name} must be {problem}, not {value!r}")
        return self.param.clean(value)


def integer(name: str, default: int, low: int, high: int, label: str, step: int = 1, **more: Any) -> Param:
    """A whole number from `low` to `high`, in steps of `step`: a slider."""
    return Param(name, "int", default, label, low, high, step, **more)


def channels(name: str, default: int, low: int, high: int, label: str, **more: Any) -> Param:
    """A number of channels: a slider on which twice as many is the same way everywhere; any number can be typed."""
    return integer(name, default, low, high, label, scale="log", **more)


def real(name: str, default: float, low: float, high: float, label: str, step: float, **more: Any) -> Param:
    """A number from `low` to `high`: a slider that moves by `step` (Python may set anything in between)."""
    return Param(name, "float", default, label, low, high, step, **more)


def flag(name: str, default: bool, label: str, **more: Any) -> Param:
    """True or False: a tick box."""
    return Param(name, "bool", default, label, **more)


def text(name: str, label: str, longest: int, **more: Any) -> Param:
    """Any text of at most so many letters."""
    return Param(name, "text", "", label, max=longest, **more)


def _pairs(options: Sequence) -> tuple[tuple[Any, str], ...]:
    return tuple(option if isinstance(option, tuple) else (option, str(option)) for option in options)


def choice(name: str, default: Any, options: Sequence, label: str, **more: Any) -> Param:
    """One of `options`, each a value or a pair (value, label): a list."""
    return Param(name, "choice", default, label, choices=_pairs(options), **more)


def choices(name: str, default: Sequence, options: Sequence, label: str, **more: Any) -> Param:
    """Any of `options`, kept in their order."""
    return Param(name, "choices", list(default), label, choices=_pairs(options), **more)


def number(name: str, label: str, **more: Any) -> Param:
    """Any number, or None while there is none."""
    return Param(name, "number", None, label, **more)
