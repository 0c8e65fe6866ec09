# ruff: noqa: RUF009 — `setting` and `section` make dataclass fields
"""One value from outside, and sections made of them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, TypedDict

import numpy as np
import pytest
import torch

from inception_edu.settings import Limits, Section, SettingError, build, flatten, section, setting, to_dict, typed


class Point(TypedDict):
    x: float
    name: str | None


@pytest.mark.parametrize(
    ("value", "hint", "plain"),
    [
        (3, float, 3.0),
        (np.float32(0.5), float, 0.5),
        (np.int64(3), int, 3),
        (np.bool_(True), bool, True),
        (np.str_("a"), str, "a"),
        (torch.tensor(0.5), float, 0.5),
        (Fraction(1, 4), float, 0.25),
        ([1, 2], tuple[float, ...], (1.0, 2.0)),
        (np.array([1, 2]), tuple[float, float], (1.0, 2.0)),
        (None, float | None, None),
        ({"x": 1, "name": None, "more": [1]}, Point, {"x": 1.0, "name": None, "more": [1]}),
        ({"a": [1, {"b": None}]}, dict[str, Any], {"a": [1, {"b": None}]}),
        (0.5, Annotated[float, Limits(at_most=1)], 0.5),
    ],
)
def test_a_value_becomes_plain(value, hint, plain):
    found = typed(value, hint, "k")
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize(
    ("value", "hint", "message"),
    [
        (True, int, "k must be a whole number, not True"),
        (True, float, "k must be a number, not True"),
        ("true", bool, "k must be true or false, not 'true'"),
        (1, bool, "k must be true or false, not 1"),
        (2.0, int, "k must be a whole number, not 2.0"),
        (2**63, int, "k must be a whole number of at most 64 bits"),
        (10**400, float, "k must be a finite number, not 10000"),
        (float("inf"), float, "k must be a finite number, not inf"),
        (1j, float, "k must be a number, not 1j"),
        ("\ud800", str, "k must be text that can be written as UTF-8"),
        ("x" * 10**6, str, "k is a text of 1,000,000 characters"),
        ([0.0] * 10**6, tuple[float, ...], "k is a list of 1,000,000 values"),
        ([1], tuple[float, float], "k needs 2 values, got [1]"),
        ("ab", tuple[str, ...], "k must be a list of texts, not 'ab'"),
        ({1: 2}, dict[str, Any], "k must be a table, not {1: 2}"),
        ({"a": {3}}, dict[str, Any], "k.a must be text, a number, true or false, or a list or table of them, not {3}"),
        ({"a": float("nan")}, dict[str, Any], "k.a must be a finite number, not nan"),
        ({"x": 1}, Point, "k lacks name"),
        ({"x": "1", "name": None}, Point, "k.x must be a number, not '1'"),
        (2, Annotated[float, Limits(above=0, at_most=1)], "k = 2.0 is not possible: it must be above 0 and at most 1"),
        (
            "b",
            Annotated[str, Limits(choices=("bb", "c"))],
            "k = 'b' is not possible: choose one of bb, c (did you mean",
        ),
    ],
)
def test_what_a_value_is_not_is_told(value, hint, message):
    with pytest.raises(SettingError) as told:
        typed(value, hint, "k")
    assert str(told.value).startswith(message)
    assert len(str(told.value)) < 250


@dataclass(frozen=True)
class Inner(Section):
    """A section within another."""

    low: float = setting(0.0, "lower bound")
    high: float = setting(1.0, "upper bound")
    table: dict[str, Any] = setting({}, "anything")

    def check_together(self) -> None:
        if self.low > self.high:
            raise SettingError("low", f"= {self.low} is above high = {self.high}")


@dataclass(frozen=True)
class Outer(Section):
    """A section with a part."""

    name: str = setting("", "a name")
    inner: Inner = section(Inner, "the part")


def test_a_section_checks_itself_when_it_is_made():
    with pytest.raises(SettingError, match=r"^low = 3.0 is above high = 1.0$"):
        Inner(low=3)
    with pytest.raises(SettingError, match=r"^inner must be a Inner"):
        Outer(inner={"low": 0})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"inner": {"low": 3}}, "inner.low = 3.0 is above high = 1.0"),
        ({"inner": {"high": "x"}}, "inner.high must be a number, not 'x'"),
        ({"inner": {"hihg": 1}}, "unknown setting 'inner.hihg'; did you mean inner.high"),
        ({"inner": 3}, "inner must be a table of settings, not 3"),
        ({5: 3}, "unknown setting '5'"),
        ([], "a recipe must be a table of settings"),
    ],
)
def test_what_is_built_names_the_setting_in_full(values, message):
    with pytest.raises(ValueError) as told:
        build(Outer, values)
    assert str(told.value).startswith(message)


def test_plain_tables_share_nothing_with_the_section():
    made = build(Outer, {"inner": {"table": {"a": [1]}}})
    to_dict(made)["inner"]["table"]["a"].append(2)
    assert flatten(made)["inner.table"] == {"a": [1]}
    assert build(Outer, to_dict(made)) == made
