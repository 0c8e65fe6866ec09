"""Where networks keep their parameters and spend their multiply-adds: in convolutions, or in fully connected layers."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ..tables import LayerTable, layer_table
from .style import COLORS

PARTS = {"convolutions": COLORS["1x1"], "fully connected": COLORS["pool"]}


def cost_parts(table: LayerTable) -> dict[str, tuple[int, int]]:
    """(parameters, multiply-adds) of the convolutions and of the fully connected layers of a table by layer.

    Batch norm counts with the convolution before it; auxiliary heads are left out.
    """
    rows = [row for row in table.rows if not row.auxiliary]
    groups = {
        "convolutions": [row for row in rows if row.type != "linear"],
        "fully connected": [row for row in rows if row.type == "linear"],
    }
    return {name: (sum(row.params for row in part), sum(row.macs for row in part)) for name, part in groups.items()}


def draw_networks(models: Sequence[str]) -> Figure:
    """Bars for the parameters and the multiply-adds of networks, the first on top.

    Args:
        models: names, as `list_models` gives them.
    """
    tables = [layer_table(model, detail="layer") for model in models]
    parts = [cost_parts(table) for table in tables]
    figure, axes = plt.subplots(1, 2, figsize=(7.6, 0.7 + 0.5 * len(models)), sharey=True)
    for column, (ax, unit, label) in enumerate(
        zip(axes, (10**6, 10**9), ("parameters, millions", "multiply-adds for one picture, billions"))
    ):
        totals = [sum(part[column] for part in costs.values()) / unit for costs in parts]
        left = [0.0] * len(models)
        for name, color in PARTS.items():
            widths = [costs[name][column] / unit for costs in parts]
            ax.barh(range(len(models)), widths, 0.62, left, color=color, label=name)
            left = [start + width for start, width in zip(left, widths)]
        for place, amount in enumerate(totals):
            ax.text(amount + 0.015 * max(totals), place, _short(amount), va="center")
        ax.set(xlabel=label, xlim=(0, 1.2 * max(totals)))
        ax.grid(axis="y", visible=False)
    axes[0].set_yticks(range(len(models)), [table.title for table in tables])
    axes[0].invert_yaxis()
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=len(PARTS))
    return figure


def _short(amount: float) -> str:
    return f"{amount:.1g}" if amount < 0.01 else f"{amount:.2f}" if amount < 10 else f"{amount:.0f}"
