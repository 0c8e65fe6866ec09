"""What a caller may pass, and how anything else is refused."""

import doctest
import sys
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np
import pytest
import torch

from inception_edu import arguments
from inception_edu.arguments import check_arguments, checked, quoted, real, sides, whole


@checked
def example(
    count: Annotated[int, whole(1)],
    size: Annotated[int | tuple[int, int], sides(1)] = 1,
    factor: Annotated[float, real("a factor above 0", lambda x: 0 < x < float("inf"))] | None = None,
    mode: Literal["a", 1] = "a",
    flag: bool = False,
    anything: object = None,
    *,
    text: str = "",
) -> tuple:
    """An example."""
    return count, size, factor, mode, flag, anything, text


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(arguments).failed == 0


def test_what_is_right_arrives_in_plain_types():
    given = example(np.int64(3), [2, np.int8(4)], Fraction(1, 2), 1, True, [], text="t")
    assert given == (3, (2, 4), 0.5, 1, True, [], "t")
    assert [type(value) for value in given[:3]] == [int, tuple, float]
    assert example(torch.tensor(3), factor=np.float32(2))[:3] == (3, 1, 2.0)


def test_a_checked_function_is_still_itself():
    assert example.__name__ == "example"
    assert example.__doc__ == "An example."
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'count'"):
        example()
    with pytest.raises(TypeError, match="positional arguments but 7 were given"):
        example(1, 1, None, "a", True, None, "text")


def test_arguments_are_checked_by_name_too():
    assert check_arguments(example, {"count": np.int32(2), "other": "?"}) == {"count": 2, "other": "?"}
    with pytest.raises(ValueError, match="flag is True or False, not 'no'"):
        check_arguments(example, {"flag": "no"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"count": 0}, "count is a whole number of at least 1, not 0"),
        ({"count": True}, "count is a whole number of at least 1, not True"),
        ({"count": 2.0}, "count is a whole number of at least 1, not 2.0"),
        ({"count": None}, "count is a whole number of at least 1, not None"),
        ({"count": -(10**5000)}, "count is a whole number of at least 1, not an unprintable int"),
        ({"size": b"12"}, r"size is a number of pixels, at least 1, or \(height, width\), not b'12'"),
        ({"size": (1, 2, 3)}, r"not \(1, 2, 3\)"),
        ({"factor": float("nan")}, "factor is a factor above 0, not nan"),
        ({"factor": 10**400}, "factor is a factor above 0, not 1000"),
        ({"factor": "2"}, "factor is a factor above 0, not '2'"),
        ({"mode": True}, "mode is 'a' or 1, not True"),
        ({"mode": []}, r"mode is 'a' or 1, not \[\]"),
        ({"flag": 1}, "flag is True or False, not 1"),
        ({"text": b"t"}, "text is text, not b't'"),
    ],
    ids=range(14),
)
def test_what_is_wrong_is_said_by_name(given, message):
    with pytest.raises(ValueError, match=message):
        example(**{"count": 1, **given})


class Rude:
    def __repr__(self):
        raise RuntimeError("no")


nested: list = []
for _ in range(sys.getrecursionlimit() + 10):
    nested = [nested]
circle: list = []
circle.append(circle)


WILD = {
    "long text": "a\nb" * 99,
    "deep nesting": nested,
    "a circle": circle,
    "an array of many lines": np.zeros((9, 9)),
    "no repr": Rude(),
    "too many digits": 10**5000,
    "half a character": "\ud800",
    "a dictionary": {1: "\n"},
    "a long range": range(10**9),
}


@pytest.mark.parametrize("name", WILD)
def test_a_quotation_is_one_short_line(name):
    text = quoted(WILD[name])
    assert len(text.splitlines()) == 1
    assert 0 < len(text) <= 120
    text.encode()
