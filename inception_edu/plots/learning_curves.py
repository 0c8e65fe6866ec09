"""Runs over their epochs: how loss and accuracy went, and how far the seeds lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:  # figures of numbers alone need no torch
    from ..experiments.comparison import Group


def draw_learning_curves(groups: Sequence[Group]) -> Figure:
    """Draw loss and test accuracy over the epochs, the mean as a line and all seeds of a group as a band.

    Args:
        groups: Runs as `inception_edu.experiments.comparison.compare` groups them.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    axes = figure.subplots(1, 2)
    for axis, (name, label) in zip(axes, (("train_loss", "training loss"), ("test_accuracy", "test accuracy"))):
        for group in groups:
            epochs, curves = _curves(group, name)
            means = [statistics.fmean(values) for values in curves]
            (line,) = axis.plot(epochs, means, marker="o" if len(epochs) == 1 else None, label=group.name)
            if len(group.runs) > 1:
                low, high = [min(values) for values in curves], [max(values) for values in curves]
                axis.fill_between(epochs, low, high, alpha=0.2, color=line.get_color(), linewidth=0)
        axis.set_xlabel("epoch")
        axis.set_ylabel(label)
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize="small")
    return figure


def _curves(group: Group, name: str) -> tuple[list[int], list[list[float]]]:
    """The epochs at which every run has a figure, and all runs' figures at each."""
    rows = [{row["epoch"]: row[name] for row in run["history"] if row[name] is not None} for run in group.runs]
    epochs = sorted(set.intersection(*map(set, rows)))
    return epochs, [[row[epoch] for row in rows] for epoch in epochs]
