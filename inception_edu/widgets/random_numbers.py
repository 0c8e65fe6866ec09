"""Random numbers that are the same in Python and in the browser."""

from __future__ import annotations

from collections.abc import Callable

_MASK = 0xFFFFFFFF


def stream(seed: int) -> Callable[[], float]:
    """A function that gives the next number of [0, 1): mulberry32, the generator in ``src/shared/random.js``.

    >>> draw = stream(1)
    >>> round(draw(), 6), round(draw(), 6)
    (0.627074, 0.002736)
    """
    state = seed & _MASK

    def draw() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & _MASK
        t = (state ^ (state >> 15)) * (state | 1) & _MASK
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & _MASK)) & _MASK
        return (t ^ (t >> 14)) / 4294967296

    return draw
