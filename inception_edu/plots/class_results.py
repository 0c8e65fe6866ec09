"""A class's results: what became of each exercise, and how many reached how many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .style import COLORS, INK

__all__ = ["draw_class"]

STATES = {
    "right": ("right", COLORS["5x5"], ""),
    "wrong": ("wrong", COLORS["3x3"], ""),
    "unread": ("no answer to the question", COLORS["reduce"], ""),
    "kept": ("to read", COLORS["1x1"], ""),
    "not run": ("code, not run", COLORS["pool"], ""),
    "missing": ("not answered", "none", "////"),
}


def draw_class(counts: Mapping[str, Mapping[str, int]], points: Sequence[int], of: int) -> Figure:
    """Above, a bar an exercise, divided into what became of it; below, the students by points.

    Args:
        counts: by exercise, how many students' answers are right, wrong, unread, kept, not run, missing.
        points: what each student reached.
        of: what could be reached.
    """
    exercises = list(counts)
    upper = 0.26 * len(exercises) + 0.9
    figure, (bars, students) = plt.subplots(
        2, 1, figsize=(6.6, upper + 2.2), gridspec_kw={"height_ratios": [upper, 1.7]}
    )
    left = np.zeros(len(exercises))
    rows = np.arange(len(exercises))
    for state, (label, color, hatch) in STATES.items():
        widths = np.array([counts[exercise].get(state, 0) for exercise in exercises], float)
        if widths.any():
            edge = {"edgecolor": INK, "linewidth": 0.4, "alpha": 0.35} if hatch else {}
            bars.barh(rows, widths, 0.72, left=left, color=color, hatch=hatch, label=label, **edge)
        left += widths
    bars.set_yticks(rows, exercises)
    bars.set_ylim(max(len(exercises), 1) - 0.5, -0.5)
    bars.grid(axis="y", visible=False)
    bars.set_xlim(0, max(left.max(initial=0), 1))
    bars.set_xlabel("students")
    if exercises:
        bars.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    step = -(-(of + 1) // 21)  # whole points a bar, and at most 21 bars
    edges = np.arange(-0.5, of + step, step)
    students.hist(points, bins=list(edges), color=COLORS["1x1"], rwidth=0.9)
    students.set_xlabel(f"points of {of}")
    students.set_ylabel("students")
    students.yaxis.get_major_locator().set_params(integer=True)
    return figure
