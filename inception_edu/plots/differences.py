"""Differences with their intervals, one line each: which of them leave out zero?"""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .style import COLORS, INK

CLEAR, UNCLEAR = COLORS["1x1"], COLORS["other"]


def draw_differences(differences: Mapping[str, Mapping], unit: str = "points of test accuracy") -> Figure:
    """Draw differences from top to bottom, values from 0 to 1 in hundredths.

    The dot is the mean, the bar its 95 % interval, the ticks below it the single pairs. Filled and blue: the interval
    leaves out zero.

    Args:
        differences: by name, what `inception_edu.experiments.comparison.difference` returns.
        unit: what a hundredth is, for the axis.
    """
    figure, ax = plt.subplots(figsize=(7.4, 0.7 + 0.52 * len(differences)))
    ax.axvline(0, color=INK, lw=1)
    for place, found in enumerate(differences.values()):
        color = CLEAR if found["clear"] else UNCLEAR
        ax.errorbar(
            100 * found["mean"],
            place,
            xerr=100 * found["margin"],
            fmt="o",
            color=color,
            capsize=4,
            lw=2,
            ms=8,
            mfc=color if found["clear"] else "white",
        )
        ax.plot([100 * value for value in found["values"]], [place + 0.27] * len(found["values"]), "|", color=color)
    ax.set_yticks(range(len(differences)), list(differences))
    ax.set(ylim=(len(differences) - 0.4, -0.6), xlabel=unit)
    ax.grid(axis="y", visible=False)
    return figure
