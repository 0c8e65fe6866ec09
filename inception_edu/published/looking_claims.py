"""What is said of networks that somebody looked into."""

from __future__ import annotations

from .claim import Claim

CLAIMS = [
    Claim(
        "adversarial/smallest-bit",
        "adversarial",
        "One step of an 8-bit picture is .007 after GoogLeNet's conversion to real numbers",
        0.007,
        lambda: 2 / 255,
        "Figure 1. GoogLeNet's pictures run from −1 to 1, and each of the 255 steps between is {computed:.5f}. That "
        "rounds to .008; the last digit was cut off.",
        places=3,
    ),
]
