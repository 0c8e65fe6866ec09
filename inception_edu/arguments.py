"""What a caller may pass: an argument is checked by the type that it is declared with, and refused in one line.

A function says in its signature what it takes, and `checked` holds callers to it:

>>> @checked
... def area(side: Annotated[int, whole(1)], rounded: bool = False) -> int:
...     return side * side
>>> area(3)
9
>>> area(-3)
Traceback (most recent call last):
    ...
ValueError: side is a whole number of at least 1, not -3

`bool`, `int`, `float`, `str` and `Literal` are understood as they stand, and ``| None`` lets None pass; other kinds are
written as ``Annotated[type, kind]``. What is declared as anything else is not checked.
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
import operator
import reprlib
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

Pair = tuple[int, int]

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Kind:
    """One kind of argument.

    Attributes:
        words: what it is, as the end of a sentence that begins with ``num_classes is``.
        take: returns the value in plain types, or raises TypeError, ValueError or OverflowError for any other.
    """

    words: str
    take: Callable[[Any], Any]

    def check(self, name: str, value: Any) -> Any:
        """Return `value` in plain types.

        Raises:
            ValueError: it is of another kind; the message, one line, has the argument's `name` and what would be right.
        """
        try:
            return self.take(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{name} is {self.words}, not {quoted(value)}") from None


def whole(least: int | None = None) -> Kind:
    """A whole number, of at least `least`; of any integer type (NumPy's too), but not a truth value."""

    def take(value: Any) -> int:
        if type(value) is not int:  # most are, and tracing a network asks thousands of times
            if isinstance(value, bool):
                raise TypeError
            value = operator.index(value)
        if least is not None and value < least:
            raise ValueError
        return value

    return Kind("a whole number" if least is None else f"a whole number of at least {least}", take)


def sides(least: int | None = None, unit: str = "pixels") -> Kind:
    """One whole number for a square, or a pair (height, width), each of at least `least`."""
    side = whole(least)

    def take(value: Any) -> int | Pair:
        if not isinstance(value, (tuple, list)):
            return side.take(value)
        height, width = value
        return side.take(height), side.take(width)

    bound = "" if least is None else f", at least {least},"
    return Kind(f"a number of {unit}{bound} or (height, width)", take)


def real(words: str, holds: Callable[[float], bool] = math.isfinite) -> Kind:
    """A real number for which `holds`; `words` say which numbers those are."""

    def take(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise TypeError
        number = float(value)
        if not holds(number):
            raise ValueError
        return number

    return Kind(words, take)


def choice(*values: Any) -> Kind:
    """One of these values, and of the same type (1 is not True)."""

    def take(value: Any) -> Any:
        for one in values:
            if type(value) is type(one) and value == one:
                return one
        raise ValueError

    *most, last = map(repr, values)
    return Kind(f"{', '.join(most)} or {last}" if most else last, take)


def instance(kind: type, words: str) -> Kind:
    """An object of a class, as it is."""

    def take(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError
        return value

    return Kind(words, take)


def optional(kind: Kind) -> Kind:
    """The same, or None, which says that an argument is left out."""
    return Kind(kind.words, lambda value: None if value is None else kind.take(value))


def quoted(value: object) -> str:
    """`value` as Python writes it, but on one line, and cut where it is long or deeply nested."""
    try:
        return " ".join(_SHORT.repr(value).split())
    except Exception:  # an object may raise anything from its __repr__, and an integer may have too many digits
        return f"an unprintable {type(value).__name__}"


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorator: check every argument of `function` by its annotation before the call.

    Raises:
        ValueError: from the decorated function, for the first argument that is not as declared.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        kinds = _kinds(function).items()
        given = [kind.check(name, value) if kind else value for (name, kind), value in zip(kinds, args)]
        named = check_arguments(function, kwargs) if kwargs else {}
        return function(*given, *args[len(given) :], **named)

    return call


def check_arguments(function: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return `arguments`, given by name, in the plain types that `function` declares; others are left as they are.

    Raises:
        ValueError: for the first that is not as declared.
    """
    kinds = _kinds(function)
    return {name: kind.check(name, value) if (kind := kinds.get(name)) else value for name, value in arguments.items()}


# ------------------------------------------------------------------------------------ from annotations to kinds

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60

_PLAIN = {
    bool: instance(bool, "True or False"),
    int: whole(),
    float: real("a finite number"),
    str: instance(str, "text"),
}


@functools.cache
def _kinds(function: Callable[..., Any]) -> dict[str, Kind | None]:
    """By parameter, in order: the kind that its annotation asks for, or None where nothing is checked."""
    function = inspect.unwrap(function)
    hints = get_type_hints(function, include_extras=True)
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    ordered = sorted(parameters, key=lambda parameter: parameter.kind not in positional)
    named = [p for p in ordered if p.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)]
    return {parameter.name: _kind(hints.get(parameter.name)) for parameter in named}


def _kind(hint: Any) -> Kind | None:
    if get_origin(hint) is Annotated:
        return next((extra for extra in get_args(hint)[1:] if isinstance(extra, Kind)), None)
    if get_origin(hint) is Literal:
        return choice(*get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        rest = [each for each in get_args(hint) if each is not types.NoneType]
        found = _kind(rest[0]) if len(rest) == 1 else None
        return optional(found) if found and len(rest) < len(get_args(hint)) else None
    return _PLAIN.get(hint) if isinstance(hint, type) else None
