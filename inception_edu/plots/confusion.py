"""What is taken for what: a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import COLORS

__all__ = ["draw_confusion"]

DEEPEST = 0.6
"""How opaque the fullest cell is: figures on it stay readable in ink."""


def draw_confusion(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> Figure:
    """Draw a confusion matrix: a row a true class, a column what it was taken for, in percent of the row.

    What is right stands on the diagonal, in green; mistakes are brick, the deeper the more frequent.

    Args:
        confusion: counts, K×K.
        classes: names of the K classes.
    """
    counts = np.asarray(confusion, float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = shares - np.diag(np.diag(shares))
    side = 0.31 * len(classes)
    figure, ax = plt.subplots(figsize=(min(6.6, side + 1.3), min(6.6, side + 1.1)))
    for (row, column), value in np.ndenumerate(shares):
        right = row == column
        depth = value if right else value / max(mistakes.max(), 1e-9)
        color = COLORS["5x5" if right else "3x3"]
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, color=color, alpha=DEEPEST * depth, lw=0))
        if round(100 * value):
            ax.text(column, row, f"{100 * value:.0f}", ha="center", va="center", fontsize=9)
    ax.set_xticks(range(len(classes)), classes, rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(classes)), classes)
    ax.set(xlim=(-0.5, len(classes) - 0.5), ylim=(len(classes) - 0.5, -0.5), aspect="equal")
    ax.set(xlabel="taken for, % of the row", ylabel="true class")
    ax.grid(False)
    return figure
