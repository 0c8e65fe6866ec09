"""One value from outside: is it of the type and within the limits that it should have?

`typed` takes whatever TOML, JSON, a shell or a Python caller can write and gives back a plain value, or a
`SettingError` whose one line is short however long the value is.
"""

from __future__ import annotations

import difflib
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Annotated, Any

from ..arguments import quoted

__all__ = ["Limits", "SettingError", "key_path", "kind_name", "nearest", "typed"]

LONGEST_TEXT = 10_000
LONGEST_LIST = 10_000
DEEPEST = 8
"""Levels of tables and lists within a value that may be anything."""
WHOLE = 2**63
"""Whole numbers lie below it, and not below its negative: what torch and NumPy keep in 64 bits."""


class SettingError(ValueError):
    """A setting that cannot be: which one, and what would be right.

    Args:
        path: Its dotted name, as far as the one who found it knows it.
        problem: The rest of the sentence that begins with the name.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, problem

    def __str__(self) -> str:
        return f"{self.path or 'it'} {self.problem}"

    def within(self, where: str) -> SettingError:
        """The same, seen from the section around `where`."""
        return SettingError(f"{where}.{self.path}" if where else self.path, self.problem)


@dataclass(frozen=True)
class Limits:
    """Which values of a type are possible. Bounds hold for a number and for every number in a list.

    Args:
        choices: The possible values, where they are few.
        at_least: Bound that is itself possible.
        above: Bound that is not.
        at_most: Bound that is itself possible.
        below: Bound that is not.
        rule: Says what is wrong with a value, in the words after "it"; None where nothing is.
    """

    choices: tuple | None = None
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    rule: Callable[[Any], str | None] | None = None

    def check(self, value: Any, path: str) -> None:
        """Raise SettingError unless `value`, of the right type already, is possible."""
        if self.choices is not None and value not in self.choices:
            near = nearest(str(value), map(str, self.choices))
            hint = f" (did you mean {near}?)" if near else ""
            choices = ", ".join(map(str, self.choices))
            raise SettingError(path, f"= {quoted(value)} is not possible: choose one of {choices}{hint}")
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, (int, float)) and not isinstance(item, bool):
                self._check_bounds(item, path)
        wrong = self.rule(value) if self.rule else None
        if wrong:
            told = quoted(list(value) if isinstance(value, tuple) else value)
            raise SettingError(path, f"= {told} is not possible: it {wrong}")

    def _check_bounds(self, number: float, path: str) -> None:
        bounds = [
            (f"at least {self.at_least}", self.at_least is None or number >= self.at_least),
            (f"above {self.above}", self.above is None or number > self.above),
            (f"at most {self.at_most}", self.at_most is None or number <= self.at_most),
            (f"below {self.below}", self.below is None or number < self.below),
        ]
        if not all(holds for _, holds in bounds):
            wanted = " and ".join(words for words, _ in bounds if not words.endswith(" None"))
            raise SettingError(path, f"= {quoted(number)} is not possible: it must be {wanted}")


def typed(value: Any, hint: Any, path: str) -> Any:
    """`value` as the plain value of type `hint` that it stands for.

    Lists become tuples, whole numbers become floats where those are due, scalars of NumPy and torch become Python's.

    Args:
        value: Anything.
        hint: ``int``, ``float``, ``str``, ``bool``, ``tuple[X, ...]``, ``tuple[X, X]``, ``dict[str, X]``, ``X | None``,
            a TypedDict (which may have more keys), ``Annotated[X, Limits(...)]``, or ``Any`` for all that TOML and
            JSON have.
        path: What to call the value.

    Raises:
        SettingError: it is something else, not finite, or larger than anything sensible.
    """
    value = _without_wrapping(value)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        value = typed(value, parts[0], path)
        parts[1].check(value, path)
        return value
    if origin in (typing.Union, types.UnionType):
        (inner,) = (part for part in parts if part is not type(None))
        return None if value is None else typed(value, inner, path)
    if hint is Any:
        return _plain(value, path)
    if origin is tuple:
        if not isinstance(value, (tuple, list)):
            raise _wrong_type(value, hint, path)
        if parts[-1] is not Ellipsis and len(value) != len(parts):
            raise SettingError(path, f"needs {len(parts)} values, got {quoted(list(value))}")
        if len(value) > LONGEST_LIST:
            raise SettingError(path, f"is a list of {len(value):,} values: {LONGEST_LIST:,} are the most")
        return tuple(typed(item, parts[0], path) for item in value)
    if origin is dict or typing.is_typeddict(hint):
        return _table(value, hint, path)
    return _scalar(value, hint, path)


def _table(value: Any, hint: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise _wrong_type(value, hint, path)
    if not typing.is_typeddict(hint):
        inner = typing.get_args(hint)[1]
        return {key: typed(item, inner, key_path(path, key)) for key, item in value.items()}
    hints = typing.get_type_hints(hint, include_extras=True)
    missing = sorted(hint.__required_keys__ - set(value))
    if missing:
        raise SettingError(path, f"lacks {', '.join(missing)}")
    known = {key: typed(value[key], hints[key], key_path(path, key)) for key in hints if key in value}
    return {**value, **known}


def _scalar(value: Any, hint: Any, path: str) -> Any:
    if hint is float and isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except (OverflowError, ValueError):
            number = math.inf
        if not math.isfinite(number):
            raise SettingError(path, f"must be a finite number, not {quoted(value)}")
        return number
    if hint is int and isinstance(value, Integral) and not isinstance(value, bool):
        number = int(value)
        if not -WHOLE <= number < WHOLE:
            raise SettingError(path, f"must be a whole number of at most 64 bits, not {quoted(number)}")
        return number
    if hint is str and isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise SettingError(path, f"is a text of {len(value):,} characters: {LONGEST_TEXT:,} are the most")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SettingError(path, f"must be text that can be written as UTF-8, not {quoted(value)}") from None
        return str.__str__(value)
    if hint is bool and isinstance(value, bool):
        return value
    raise _wrong_type(value, hint, path)


def _plain(value: Any, path: str, depth: int = 0) -> Any:
    """What TOML and JSON both have: tables and lists, not too deep, of text, finite numbers, true and false."""
    value = _without_wrapping(value)
    if depth > DEEPEST:
        raise SettingError(path, f"is nested more than {DEEPEST} levels deep")
    if value is None:
        return None
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return _scalar(value, kind, path)
    if isinstance(value, (list, tuple)):
        return [_plain(item, path, depth + 1) for item in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(item, key_path(path, key), depth + 1) for key, item in value.items()}
    raise SettingError(path, f"must be text, a number, true or false, or a list or table of them, not {quoted(value)}")


def _without_wrapping(value: Any) -> Any:
    """The Python value inside a NumPy or torch scalar, and the list inside a short array of them."""
    return value.tolist() if hasattr(value, "tolist") and getattr(value, "ndim", 2) <= 1 else value


def _wrong_type(value: Any, hint: Any, path: str) -> SettingError:
    kind = kind_name(hint)
    article = "" if kind in ("text", "true or false") else "a "
    return SettingError(path, f"must be {article}{kind}, not {quoted(value)}")


def kind_name(hint: Any) -> str:
    """A type in words: "whole number", "list of numbers", "table"."""
    if typing.get_origin(hint) is tuple:
        return f"list of {kind_name(typing.get_args(hint)[0])}s"
    if typing.is_typeddict(hint) or typing.get_origin(hint) is dict:
        return "table"
    return {int: "whole number", float: "number", str: "text", bool: "true or false"}[hint]


def key_path(path: str, key: str) -> str:
    """The dotted name of an entry of a table, whatever its key."""
    return f"{path}.{quoted(key)[1:-1]}".removeprefix(".")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The one of `known` that looks most like `word`, which may be of any length; None where none does."""
    return next(iter(difflib.get_close_matches(word[:80], list(known), n=1, cutoff=cutoff)), None)
