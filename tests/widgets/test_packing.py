"""Arrays on their way into a page: small, close to what they were, and the same in both languages."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.widgets.packing import pack, unpack

numbers = st.lists(st.floats(-1e6, 1e6), max_size=50)


@given(numbers, st.sampled_from([8, 16]))
def test_every_number_comes_back_within_half_a_step(values, bits):
    packed = pack(values, bits)
    assert np.abs(unpack(packed) - values).max(initial=0) <= packed["step"] * 0.5000001 + 1e-9


@pytest.mark.parametrize("bits", [8, 16])
def test_the_browser_unpacks_the_same_numbers(javascript, bits):
    packed = pack(np.random.default_rng(1).normal(size=(3, 4, 5)), bits)
    (found,) = javascript("src/shared/packing.js", [["unpack", [packed]]])
    assert found == {"shape": [3, 4, 5], "values": unpack(packed).ravel().tolist()}


def test_what_cannot_be_packed_is_refused():
    with pytest.raises(ValueError, match="8 or 16 bits, not 12"):
        pack([1.0], bits=12)
    with pytest.raises(ValueError, match="finite"):
        pack([float("nan")])
