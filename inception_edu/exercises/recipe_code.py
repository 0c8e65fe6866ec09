"""What chapter 6's exercises need: a limit, boxes that overlap, and how an average of parts is checked."""

from __future__ import annotations

from math import pi, sin
from typing import Any

import numpy as np

from .verdict import Wrong

Box = tuple[int, int, int, int]
"""left, top, right, bottom."""


def area(box: Box) -> int:
    """Of a box, in pixels."""
    return (box[2] - box[0]) * (box[3] - box[1])


def shared(one: Box, other: Box) -> int:
    """Pixels that lie in both boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)


def limit_without_momentum(staleness: int) -> float:
    """The largest ηλ at which stale gradients converge."""
    return 2 * sin(pi / (2 * (2 * staleness + 1)))


def verify_average(theirs: Any, right: Any) -> None:
    """On parts of equal and of other sizes, and on an empty one; the plain mean and the sum are named."""
    generator = np.random.default_rng(0)
    for sizes in ((4, 4), (7, 17), (1, 2, 3), (5, 0, 3)):
        parts = [generator.normal(size=6) for _ in sizes]
        found = np.asarray(theirs([part.copy() for part in parts], list(sizes)), dtype=float)
        expected = right(parts, list(sizes))
        where = f"for parts of {', '.join(map(str, sizes))} pictures"
        if found.shape != (6,):
            raise Wrong(f"It gives shape {found.shape} {where}; a gradient of 6 numbers is expected.")
        if not np.allclose(found, expected):
            if np.allclose(found, np.mean(parts, axis=0)):
                raise Wrong(
                    f"That is the plain mean {where}: a picture of a small part counts more than one of a large."
                )
            if np.allclose(found, np.sum([n * part for n, part in zip(sizes, parts)], axis=0)):
                raise Wrong("Divide by the number of pictures: the batch's loss is a mean.")
            raise Wrong(f"It is off by up to {np.abs(found - expected).max():.3g} {where}.")


def plain_mean():
    """Every part counts the same."""

    def average(gradients, sizes):
        return sum(gradients) / len(gradients)

    return average


def weighted_sum():
    """Weighted, but not divided."""

    def average(gradients, sizes):
        return sum(size * gradient for size, gradient in zip(sizes, gradients))

    return average
