"""Random numbers that are the same on every platform and under every version of NumPy.

NumPy promises the raw output of its bit generators and of `SeedSequence` for ever; how a `Generator` turns it into
floats and permutations may change between versions. Data sets and subsets must not, so they use the raw output.
"""

from __future__ import annotations

import numpy as np


def raw_stream(count: int, *key: int) -> np.ndarray:
    """`count` random uint64 that belong to `key`, a few non-negative integers such as (seed, split, image)."""
    return np.random.PCG64(np.random.SeedSequence(key)).random_raw(count)


def check_seed(seed: int) -> int:
    """Return `seed`, or raise a ValueError unless it is a non-negative whole number."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0 up, not {seed!r}")
    return int(seed)
