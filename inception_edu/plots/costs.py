"""Where a network spends its two budgets: multiply-adds to the left, parameters to the right, two bars a row."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..tables import LayerTable
from .style import SERIES


def draw_costs(table: LayerTable) -> Figure:
    """Draw each row's share of the multiply-adds and of the parameters of the whole `table`, first row on top.

    Rows that cost nothing, pools and dropout, are left out.
    """
    rows = [row for row in table.rows if row.params or row.macs]
    places = range(len(rows))
    figure, (left, middle, right) = plt.subplots(
        1, 3, figsize=(7, 0.7 + 0.27 * len(rows)), sharey=True, width_ratios=(1, 0.34, 1)
    )
    shares = {
        left: ("share of the multiply-adds", [row.macs / table.total.macs for row in rows], SERIES[0]),
        right: ("share of the parameters", [row.params / table.total.params for row in rows], SERIES[4]),
    }
    reach = 1.25 * max(max(part) for _, part, _ in shares.values())
    for ax, (label, part, color) in shares.items():
        ax.set(xlabel=label, xlim=(0, reach) if ax is right else (reach, 0))
        bars = ax.barh(places, part, color=color, height=0.72)
        ax.bar_label(bars, [f"{share:.1%}" for share in part], padding=4, fontsize=9)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="y", visible=False)
        ax.tick_params(axis="y", length=0, labelleft=False)
        ax.spines["left"].set_visible(False)
    for place, row in zip(places, rows):
        middle.text(0.5, place, row.name, ha="center", va="center")
    middle.axis("off")
    left.set_ylim(len(rows) - 0.4, -0.6)
    return figure
