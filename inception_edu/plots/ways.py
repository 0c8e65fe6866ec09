"""Runs of several ways of doing one thing: a dot a run, the mean with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ..experiments.intervals import estimate
from .style import COLORS


def draw_ways(runs: Mapping[str, Sequence[float]], label: str) -> Figure:
    """Draw values from 0 to 1 in hundredths, the ways from top to bottom.

    A tick is a run, the dot their mean, the bar its 95 % interval by Student's t.

    Args:
        runs: by way, one value a seed.
        label: of the axis.
    """
    figure, ax = plt.subplots(figsize=(6.6, 0.6 + 0.55 * len(runs)))
    for place, values in enumerate(runs.values()):
        found = estimate(values)
        ax.plot([100 * value for value in values], [place + 0.2] * len(values), "|", color=COLORS["1x1"], ms=9)
        ax.errorbar(
            100 * found["mean"], place - 0.1, xerr=100 * found["margin"], fmt="o", color=COLORS["3x3"], capsize=4
        )
    ax.set_yticks(range(len(runs)), list(runs))
    ax.set(ylim=(len(runs) - 0.4, -0.6), xlabel=label)
    ax.grid(axis="y", visible=False)
    return figure
