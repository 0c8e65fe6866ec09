"""Accuracy over the epochs, run by run: recorded histories, alone or as the seeds of one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from .style import COLORS, INK

LINES = {"train_accuracy": "--", "test_accuracy": "-"}
LABELS = {"train_accuracy": "training", "test_accuracy": "test"}
COLORS_OF_GROUPS = tuple(COLORS[name] for name in ("1x1", "3x3", "5x5", "pool", "reduce"))

History = Sequence[Mapping]
"""One dict an epoch, with the keys of a training history; accuracies from 0 to 1, None where none was measured."""


def draw_accuracies(
    groups: Mapping[str, Sequence[History]], figures: Sequence[str] = ("test_accuracy",), best: bool = False
) -> Figure:
    """Draw accuracies in percent: each run as a thin line, the mean of a group of several as a thick one.

    Args:
        groups: by name, the histories of runs that differ in their seed alone.
        figures: ``"test_accuracy"`` is drawn solid, ``"train_accuracy"`` dashed.
        best: put a dot on the highest epoch of every test curve.
    """
    figure, ax = plt.subplots(figsize=(6.6, 3.4))
    for (name, runs), color in zip(groups.items(), COLORS_OF_GROUPS, strict=False):
        for key in figures:
            epochs = [row["epoch"] for row in runs[0] if row[key] is not None]
            lines = 100 * np.array([[row[key] for row in run if row[key] is not None] for run in runs])
            if len(runs) > 1:
                ax.plot(epochs, lines.T, color=color, ls=LINES[key], lw=0.8, alpha=0.6)
            label = name if key == figures[-1] else None
            ax.plot(epochs, lines.mean(axis=0), color=color, ls=LINES[key], label=label)
            if best and key == "test_accuracy":
                for line in lines:
                    ax.plot(epochs[line.argmax()], line.max(), "o", color=color)
    handles = ax.get_legend_handles_labels()[0]
    if len(figures) > 1:
        handles += [Line2D([], [], color=INK, ls=LINES[key], label=LABELS[key]) for key in figures]
    ax.legend(handles=handles, fontsize=10)
    what = f"{LABELS[figures[0]]} accuracy" if len(figures) == 1 else "accuracy"
    ax.set(xlabel="epoch", ylabel=f"{what}, %")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def draw_class_counts(counts: Mapping[str, tuple[int, int]]) -> Figure:
    """Draw how many training and test samples each class has, the most first.

    Args:
        counts: by class, samples to train and to test.
    """
    names = sorted(counts, key=lambda name: counts[name], reverse=True)
    figure, ax = plt.subplots(figsize=(6.6, 0.24 * len(names) + 0.8))
    for place, (label, color) in enumerate((("training", COLORS["1x1"]), ("test", COLORS["3x3"]))):
        heights = np.arange(len(names)) + 0.4 * (place - 0.5)
        ax.barh(heights, [counts[name][place] for name in names], 0.4, color=color, label=label)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlabel="samples")
    ax.legend(loc="lower right")
    return figure
