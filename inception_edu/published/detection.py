"""Detection results of the ImageNet challenge (ILSVRC), as *Going Deeper with Convolutions* prints them.

The *mean average precision* (mAP) is in percent, the more the better; a box counts as right if its class is, and if it
and the true box share at least half of the area that they cover together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Detection:
    """One line of a table of results.

    Attributes:
        team: who it is of.
        map: mean average precision in percent.
        year: of the challenge.
        place: in the challenge.
        networks: how many were averaged, or None where that is not printed.
        approach: what looks at the regions.
    """

    team: str
    map: float
    year: int = 2014
    place: int | None = None
    networks: int | None = None
    approach: str = "CNN"


# Table 4: what was handed in, in the paper's order.
ENTRIES = (
    Detection("UvA-Euvision", 22.6, 2013, place=1, approach="Fisher vectors"),
    Detection("Deep Insight", 40.5, place=3, networks=3),
    Detection("CUHK DeepID-Net", 40.7, place=2),
    Detection("GoogLeNet", 43.9, place=1, networks=6),
)

# Table 5: the same contest with a single model each.
SINGLE = (
    Detection("Trimps-Soushen", 31.6, networks=1),
    Detection("Berkeley Vision", 34.5, networks=1),
    Detection("UvA-Euvision", 35.4, networks=1),
    Detection("CUHK DeepID-Net2", 37.7, networks=1),
    Detection("GoogLeNet", 38.02, networks=1),
    Detection("Deep Insight", 40.2, networks=1),
)

R_CNN_PROPOSALS = 2000
"""Regions that R-CNN takes from selective search, "around 2000" (Girshick et al., CVPR 2014, figure 1)."""

MULTI_BOX = 200
"""Regions that GoogLeNet's entry added from multi-box."""


def entry(team: str, table: tuple[Detection, ...] = ENTRIES, year: int = 2014) -> Detection:
    """The line of `team` in a table. Raises ValueError where there is none."""
    for line in table:
        if (line.team, line.year) == (team, year):
            return line
    raise ValueError(f"there is no {team!r} of {year}; there are {', '.join(line.team for line in table)}")


def proposals() -> int:
    """Regions that GoogLeNet's entry looked at: half of R-CNN's, and those of multi-box."""
    return R_CNN_PROPOSALS // 2 + MULTI_BOX
