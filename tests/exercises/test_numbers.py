"""One number, many ways to write it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.exercises.numbers import read_number

from .numbers import EXAMPLES


@pytest.mark.parametrize(("text", "unit", "value"), EXAMPLES)
def test_examples(text, unit, value):
    if value is None:
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            read_number(text, unit)
    else:
        assert read_number(text, unit) == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_number_reads_itself(value):
    assert read_number(value) == pytest.approx(value, rel=1e-14, abs=0)


@given(st.integers(-(10**14), 10**14))
def test_thousands_set_apart_mean_nothing(value):
    assert read_number(f"{value:,}") == read_number(f"{value:_}") == value


@given(st.text(max_size=80) | st.none() | st.booleans() | st.lists(st.integers()))
def test_anything_else_is_a_number_or_one_line(given):
    try:
        value = read_number(given)
    except ValueError as error:
        assert_one_line(error)
    else:
        assert math.isfinite(value)


def assert_one_line(error):
    assert len(str(error).splitlines()) == 1
