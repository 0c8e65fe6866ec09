"""Groups of settings: frozen dataclasses that check themselves, and their way from and to plain tables.

A recipe is a tree of them. Each field says what it means and which values make sense, once, where it is declared; the
checks, the error messages and `inception-edu train --fields` all read that.
"""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ..arguments import quoted
from .values import Limits, SettingError, kind_name, nearest, typed

__all__ = ["Section", "build", "describe", "flatten", "section", "setting", "to_dict"]

S = TypeVar("S", bound="Section")


def setting(
    default: Any,
    help: str,
    *,
    choices: tuple | None = None,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
    rule: Callable[[Any], str | None] | None = None,
) -> Any:
    """A dataclass field with its meaning (`help`) and its possible values, as in `Limits`."""
    limits = Limits(choices, at_least, above, at_most, below, rule)
    metadata = {"help": help, "limits": limits}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def section(kind: type[Section], help: str) -> Any:
    """A dataclass field that is itself a group of settings (a table in the TOML file)."""
    return dataclasses.field(default_factory=kind, metadata={"help": help})


@dataclasses.dataclass(frozen=True)
class Section:
    """A group of settings that is right once it is made.

    A subclass is a frozen dataclass of `setting` and `section` fields. It checks them all when it is made, in whatever
    way, and then its own `check_together`.

    Raises:
        SettingError: a setting is impossible; its name is the field's, and `build` puts the section's before it.
    """

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, hint = getattr(self, field.name), _hints(type(self))[field.name]
            kind = _section_kind(hint)
            if kind is None:
                value = typed(value, hint, field.name)
                field.metadata["limits"].check(value, field.name)
                object.__setattr__(self, field.name, value)
            elif not isinstance(value, kind):
                raise SettingError(field.name, f"must be a {kind.__name__}, not {quoted(value)}")
        self.check_together()

    def check_together(self) -> None:
        """Check what concerns several settings at once. Raises SettingError."""


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _section_kind(hint: Any) -> type[Section] | None:
    return hint if isinstance(hint, type) and issubclass(hint, Section) else None


def build(cls: type[S], values: Mapping[str, Any], where: str = "") -> S:
    """Make the section `cls` from plain (nested) `values`, as read from TOML or JSON.

    Raises:
        ValueError: a setting is unknown or impossible; the message names it in full and says what would be right.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{where or 'a recipe'} must be a table of settings, not {quoted(values)}")
    hints, known = _hints(cls), {field.name for field in dataclasses.fields(cls)}
    made = {}
    for key, value in values.items():
        if key not in known:
            name = key if isinstance(key, str) else quoted(key)
            near = nearest(name, known)
            hint = f"; did you mean {_join(where, near)}?" if near else ""
            raise ValueError(f"unknown setting {quoted(_join(where, name))}{hint} (known: {', '.join(sorted(known))})")
        kind = _section_kind(hints[key])
        made[key] = build(kind, value, _join(where, key)) if kind else value
    try:
        return cls(**made)
    except SettingError as error:
        raise error.within(where) from None


def flatten(part: Section, where: str = "") -> dict[str, Any]:
    """Every setting by its dotted name: `{"epochs": 6, "optimizer.lr": 0.1, ...}`."""
    flat: dict[str, Any] = {}
    for field in dataclasses.fields(part):
        path, value = _join(where, field.name), getattr(part, field.name)
        flat |= flatten(value, path) if isinstance(value, Section) else {path: value}
    return flat


def to_dict(part: Section) -> dict[str, Any]:
    """The settings as plain nested dicts and lists, ready for JSON; `build` reads them back."""
    plain = {}
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Section):
            value = to_dict(value)
        plain[field.name] = list(value) if isinstance(value, tuple) else value
    return _copy(plain)


def _copy(value: Any) -> Any:
    """A copy of nested dicts and lists that shares none of them."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def describe(cls: type[Section], where: str = "") -> Iterator[tuple[str, str, Any, str]]:
    """`(dotted name, type or choices, default, meaning)` of every setting, in order."""
    for field in dataclasses.fields(cls):
        path, hint = _join(where, field.name), _hints(cls)[field.name]
        kind = _section_kind(hint)
        if kind:
            yield from describe(kind, path)
        else:
            default = field.default if field.default is not dataclasses.MISSING else {}
            choices = field.metadata["limits"].choices
            yield path, " | ".join(map(str, choices)) if choices else kind_name(hint), default, field.metadata["help"]


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
