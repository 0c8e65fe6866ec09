"""Random numbers that are the same on every platform and under every version of NumPy.

NumPy promises the raw output of its bit generators and of `SeedSequence` for ever; how a `Generator` turns it into
floats and permutations may change between versions. Data sets and subsets must not, so they use the raw output.
"""

from __future__ import annotations

import numpy as np

from ..arguments import Kind, whole


def raw_stream(count: int, *key: int) -> np.ndarray:
    """`count` random uint64 that belong to `key`, a few non-negative integers such as (seed, split, image)."""
    return np.random.PCG64(np.random.SeedSequence(key)).random_raw(count)


def _take_seed(value: object) -> int:
    seed = whole(0).take(value)
    if seed >= 2**64:
        raise ValueError
    return seed


SEED = Kind("a whole number from 0 up, below 2⁶⁴", _take_seed)
"""What a seed of data is."""
