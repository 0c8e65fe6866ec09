"""How the filters for blobs that a student writes are checked (exercise 1.7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .verdict import Wrong


def verify_best_filters(theirs: Any, right: Any) -> None:
    """The same filters on sizes that the exercise does not name."""
    for radii, sigmas in (([2, 3, 6, 12, 20], [1, 2, 4, 8]), ([1, 5, 9, 30], [1, 3, 5, 10]), ([4], [2, 6])):
        found, expected = theirs(list(radii), list(sigmas)), right(radii, sigmas)
        where = f"for radii {radii} and sigmas {sigmas}"
        if not isinstance(found, (list, tuple)) or len(found) != len(radii):
            raise Wrong(f"It gives {found!r} {where}; expected is a list of {len(radii)}.")
        if list(found) != expected:
            raise Wrong(f"It gives {list(found)} {where}; expected is {expected}.")


def too_narrow() -> Callable[[Sequence[float], Sequence[float]], list[float]]:
    """Bells that are not normalized: the widest always answers most."""

    def best_filters(radii: Sequence[float], sigmas: Sequence[float]) -> list[float]:
        return [max(sigmas) for _ in radii]

    return best_filters
