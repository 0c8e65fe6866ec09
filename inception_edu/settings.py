"""How one setting of a recipe is declared, checked and described.

A recipe is a tree of frozen dataclasses. Each field says what it means and which values make sense,
once, where it is declared; the checks, the error messages and `inception-edu train --fields` all read that.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["build", "check", "describe", "flatten", "section", "setting", "to_dict"]


def setting(
    default: Any,
    help: str,
    *,
    choices: tuple | None = None,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
    size: int | None = None,
) -> Any:
    """A dataclass field with its meaning (`help`) and its possible values.

    Bounds hold for a number and for every number in a list; `size` is the length a list must have.
    """
    limits = {"choices": choices, "at_least": at_least, "above": above, "at_most": at_most, "below": below}
    metadata = {"help": help, "size": size, **limits}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def section(kind: type, help: str) -> Any:
    """A dataclass field that is itself a group of settings (a table in the TOML file)."""
    return dataclasses.field(default_factory=kind, metadata={"help": help})


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def build(cls: type, values: Mapping[str, Any], where: str = "") -> Any:
    """Make the dataclass `cls` from plain (nested) `values`, as read from TOML or JSON.

    Raises ValueError that names the key and says what would be right.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{where or 'a recipe'} must be a table of settings, not {values!r}")
    hints, known = _hints(cls), {field.name for field in dataclasses.fields(cls)}
    made = {}
    for key, value in values.items():
        path = f"{where}.{key}" if where else key
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {_join(where, near[0])}?" if near else ""
            raise ValueError(f"unknown setting {path!r}{hint} (known here: {', '.join(sorted(known))})")
        made[key] = build(hints[key], value, path) if dataclasses.is_dataclass(hints[key]) else value
    return cls(**made)


def check(part: Any, where: str = "") -> None:
    """Check every setting of the dataclass `part`; lists become tuples, whole numbers become floats where due."""
    for field in dataclasses.fields(part):
        path, value, hint = _join(where, field.name), getattr(part, field.name), _hints(type(part))[field.name]
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, hint):
                raise ValueError(f"{path} must be a {hint.__name__}, not {value!r}")
            check(value, path)
        else:
            object.__setattr__(part, field.name, _checked(value, hint, path, field.metadata))


def flatten(part: Any, where: str = "") -> dict[str, Any]:
    """Every setting by its dotted name: `{"epochs": 6, "optimizer.lr": 0.1, ...}`."""
    flat: dict[str, Any] = {}
    for field in dataclasses.fields(part):
        path, value = _join(where, field.name), getattr(part, field.name)
        flat |= flatten(value, path) if dataclasses.is_dataclass(value) else {path: value}
    return flat


def to_dict(part: Any) -> dict[str, Any]:
    """The settings as plain nested dicts and lists, ready for JSON; `build` reads them back."""
    plain = {}
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if dataclasses.is_dataclass(value):
            value = to_dict(value)
        plain[field.name] = (
            list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value
        )
    return plain


def describe(cls: type, where: str = "") -> Iterator[tuple[str, str, Any, str]]:
    """`(dotted name, type or choices, default, meaning)` of every setting, in order."""
    for field in dataclasses.fields(cls):
        path, hint = _join(where, field.name), _hints(cls)[field.name]
        if dataclasses.is_dataclass(hint):
            yield from describe(hint, path)
        else:
            default = field.default if field.default is not dataclasses.MISSING else {}
            choices = field.metadata.get("choices")
            kind = " | ".join(map(str, choices)) if choices else _kind_name(hint)
            yield path, kind, default, field.metadata["help"]


# ---------------------------------------------------------------------------------------------- one value


def _checked(value: Any, hint: Any, path: str, limits: Mapping[str, Any]) -> Any:
    value = _typed(value, hint, path)
    choices = limits.get("choices")
    if choices and value not in choices:
        near = difflib.get_close_matches(str(value), [str(c) for c in choices], n=1)
        raise ValueError(
            f"{path} = {value!r} is not possible: choose one of {', '.join(map(str, choices))}"
            + (f" (did you mean {near[0]}?)" if near else "")
        )
    numbers = value if isinstance(value, tuple) else (value,)
    for number in numbers:
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            _in_range(number, path, limits)
    if limits.get("size") is not None and len(numbers) != limits["size"]:
        raise ValueError(f"{path} needs {limits['size']} values, got {list(numbers)}")
    return value


def _in_range(number: float, path: str, limits: Mapping[str, Any]) -> None:
    rules = (
        ("at_least", "at least", lambda limit: number >= limit),
        ("above", "above", lambda limit: number > limit),
        ("at_most", "at most", lambda limit: number <= limit),
        ("below", "below", lambda limit: number < limit),
    )
    wanted = [f"{words} {limits[rule]}" for rule, words, _ in rules if limits.get(rule) is not None]
    for rule, _, holds in rules:
        if limits.get(rule) is not None and not holds(limits[rule]):  # also catches NaN
            raise ValueError(f"{path} = {number} is not possible: it must be {' and '.join(wanted)}")


def _typed(value: Any, hint: Any, path: str) -> Any:
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        if isinstance(value, (str, bytes)) or not isinstance(value, (tuple, list)):
            raise ValueError(f"{path} must be a list of {_kind_name(inner)}s, not {value!r}")
        return tuple(_typed(item, inner, path) for item in value)
    if isinstance(hint, types.UnionType):
        return None if value is None else _typed(value, typing.get_args(hint)[0], path)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    plain = dict if typing.get_origin(hint) is dict else hint
    if not isinstance(value, plain) or (plain is int and isinstance(value, bool)):
        raise ValueError(f"{path} must be {_kind_name(hint)}, not {value!r}")
    return value


def _kind_name(hint: Any) -> str:
    if typing.get_origin(hint) is tuple:
        return f"list of {_kind_name(typing.get_args(hint)[0])}s"
    if isinstance(hint, types.UnionType):
        return _kind_name(typing.get_args(hint)[0])
    names = {int: "whole number", float: "number", str: "text", bool: "true or false", dict: "table"}
    return names.get(typing.get_origin(hint) or hint, str(hint))


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
