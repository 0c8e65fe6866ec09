"""Measured layers under the roof of the machine that they were measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from .style import COLORS, INK, PAPER

MARKS = ("o", "s", "^", "D", "v", "P")

Points = Sequence[tuple[float, float]]
"""Multiply-adds a byte, and multiply-adds a second."""


def draw_roofline(groups: Mapping[str, Points], peak: float, bandwidth: float) -> Figure:
    """Draw what layers reach beside what the machine allows, both axes logarithmic.

    Args:
        groups: by name, the layers' arithmetic intensity and their multiply-adds a second.
        peak: multiply-adds a second at most.
        bandwidth: bytes a second at most.
    """
    figure, ax = plt.subplots(figsize=(4.8, 3.8))
    points = [point for group in groups.values() for point in group]
    ridge = peak / bandwidth
    left = min([x for x, _ in points] + [ridge / 8]) / 1.5
    right = max([x for x, _ in points] + [ridge * 8]) * 1.5
    ax.plot([left, ridge, right], [left * bandwidth / 1e9, peak / 1e9, peak / 1e9], color=INK, label="roof")
    ax.axvline(ridge, color=INK, ls=":", lw=1)
    colors = (*COLORS.values(),)
    for (name, group), color, mark in zip(groups.items(), colors, MARKS, strict=False):
        x, y = zip(*group, strict=True)
        ax.plot(x, [value / 1e9 for value in y], mark, color=color, markeredgecolor=PAPER, ms=7, mew=0.6, label=name)
    ax.annotate("ridge", (ridge, 0), (4, 4), xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=9)
    ax.set(xscale="log", yscale="log", xlim=(left, right))
    ax.set(xlabel="multiply-adds a byte moved", ylabel="10⁹ multiply-adds a second")
    for axis, ticks in ((ax.xaxis, (1,)), (ax.yaxis, (1, 2, 5))):
        axis.set_major_locator(LogLocator(subs=ticks))
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(lambda *_: "")
    ax.legend(fontsize=9)
    return figure
