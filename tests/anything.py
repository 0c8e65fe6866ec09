"""Values of every kind that a Python caller can pass, and what must come of them: a result, or one clear line."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st


def _nest(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


odd_values = st.sampled_from(
    [
        None,
        *(True, False, 0, -0.0, -1, 1, 2, 3, 7, 30, 2**31, 2**63, 10**30, -(10**30), 10**400, 10**5000),
        *(0.5, 1e-320, 1e300, 1.7e308, float("inf"), float("-inf"), float("nan"), 1j, Fraction(1, 3)),
        *("", "1", "yes", "no", "false", "imagenet", "cifar", "a\nb", "\x00", "\ud800", "x" * 10_000, b"12"),
        *([], (), {}, set(), [1], [1, 2], (0, 0), (3, "3"), (224, float("nan")), [[1, 2], [3, 4]], {"a": 1}, {3, 5}),
        *(_nest(5_000), range(10**12), object, object(), len, NotImplemented, ...),
        *(np.int64(3), np.float32("nan"), np.bool_(True), np.array([1, 2]), np.zeros((2, 2)), np.array(5)),
    ]
)
numbers = st.integers() | st.floats() | st.complex_numbers()
anything = odd_values | st.recursive(
    st.none() | st.booleans() | numbers | st.text() | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)


def ends_well(call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Fail unless the call returns, or raises a ValueError of one line that says something."""
    try:
        call(*args, **kwargs)
    except ValueError as error:
        message = str(error)
        assert len(message) > 10
        assert len(message.splitlines()) == 1
