"""What *Going Deeper with Convolutions* says in figures of its detection entry (section 8)."""

from __future__ import annotations

from .claim import Claim
from .detection import ENTRIES, MULTI_BOX, R_CNN_PROPOSALS, SINGLE, entry, proposals

CLAIMS = [
    Claim(
        "going-deeper/60-percent-of-the-proposals",
        "going-deeper",
        "Half of R-CNN's region proposals and 200 from multi-box are about 60 % of R-CNN's",
        60,
        lambda: 100 * proposals() / R_CNN_PROPOSALS,
        "{half:,} and {added} of {all:,}.",
        places=0,
        facts={
            "half": lambda: R_CNN_PROPOSALS // 2,
            "added": lambda: MULTI_BOX,
            "all": lambda: R_CNN_PROPOSALS,
        },
    ),
    Claim(
        "going-deeper/detection-almost-doubled",
        "going-deeper",
        "Compared to 2013 the accuracy of detection has almost doubled",
        2,
        lambda: entry("GoogLeNet").map / entry("UvA-Euvision", year=2013).map,
        "Table 4: {before} % then, {after} % now, {computed:.2f} times as much.",
        places=0,
        facts={
            "before": lambda: entry("UvA-Euvision", year=2013).map,
            "after": lambda: entry("GoogLeNet").map,
        },
    ),
    Claim(
        "going-deeper/deep-insight-gains",
        "going-deeper",
        "An ensemble of 3 models gains Deep Insight 0.3 points",
        0.3,
        lambda: entry("Deep Insight").map - entry("Deep Insight", SINGLE).map,
        "Table 4 has {three} %, Table 5 {one} %.",
        places=1,
        facts={"three": lambda: entry("Deep Insight").map, "one": lambda: entry("Deep Insight", SINGLE).map},
    ),
    Claim(
        "going-deeper/single-model-for-detection",
        "going-deeper",
        "An ensemble of 6 networks improves detection from 40 % to 43.9 %",
        40,
        lambda: entry("GoogLeNet", SINGLE).map,
        "Table 5 has {computed} % for GoogLeNet's single model: the ensemble of {networks} gains {gain:.1f} points, "
        "not {told:.1f}. The 1 % that the better proposals gain a single model may be in the one figure and not in the "
        "other; the paper does not say.",
        places=0,
        facts={
            "networks": lambda: entry("GoogLeNet").networks or 0,
            "gain": lambda: entry("GoogLeNet").map - entry("GoogLeNet", SINGLE).map,
            "told": lambda: max(line.map for line in ENTRIES) - 40,
        },
    ),
]
