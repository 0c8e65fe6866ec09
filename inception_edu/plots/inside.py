"""Pictures with maps over them, and what was measured of a network's inside, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..experiments.intervals import estimate
from .style import COLORS, INK, SERIES

FOR, AGAINST = COLORS["1x1"], COLORS["3x3"]
PALEST = 0.45
"""How light black becomes in a picture under a map."""
SIGNED = LinearSegmentedColormap.from_list("signed", [to_rgb(AGAINST), (1, 1, 1), to_rgb(FOR)])


def draw_pictures(
    pictures: Mapping[str, np.ndarray], columns: int = 4, maps: Mapping[str, np.ndarray] | None = None,
    scale: str = "",
) -> Figure:  # fmt: skip
    """Draw small pictures under their names; over each a map, if there is one.

    Args:
        pictures: by name, H×W×3 in 0…1, or H×W of any scale, drawn dark where small.
        columns: how many stand in a row.
        maps: by the pictures' names, a coarse grid of numbers: blue where positive, red where negative, the picture
            under it in pale grey.
        scale: what the maps' numbers are: all maps have one scale, and a bar beside them shows it. Without it each map
            has a scale of its own, and no bar.
    """
    columns = min(columns, len(pictures))
    rows = ceil(len(pictures) / columns)
    side = min(1.6, 6.5 / columns)
    width = side * columns + (0.8 if scale else 0)
    fig, axes = plt.subplots(rows, columns, figsize=(width, rows * (side + 0.25)), squeeze=False)
    maps, drawn = maps or {}, None
    for ax in axes.flat:
        ax.axis("off")
    for ax, (name, picture) in zip(axes.flat, pictures.items()):
        found = maps.get(name)
        high, wide = picture.shape[:2]
        if found is None:
            ax.imshow(picture, cmap=None if picture.ndim == 3 else "gray")
        else:
            grey = picture.mean(2) if picture.ndim == 3 else picture
            # pale, so that a dark place of the picture is not taken for a strong one of the map
            pale = PALEST + (1 - PALEST) * (grey - grey.min()) / (np.ptp(grey) or 1)
            ax.imshow(pale, cmap="gray", vmin=0, vmax=1)
            largest = np.abs(list(maps.values()) if scale else found).max() or 1.0
            place = (-0.5, wide - 0.5, high - 0.5, -0.5)
            drawn = ax.imshow(found, cmap=SIGNED, vmin=-largest, vmax=largest, alpha=0.6, extent=place)
        ax.set_title(name, loc="center", fontsize=9, fontweight="normal", pad=3)
    if scale and drawn is not None:
        bar = fig.colorbar(drawn, ax=axes, shrink=0.7, aspect=30, label=scale)
        bar.ax.spines["outline"].set_visible(False)
    return fig


def draw_intervals(
    labels: Sequence[str], series: Mapping[str, Sequence[Sequence[float]]], *, ylabel: str, xlabel: str = "",
    percent: bool = True,
) -> Figure:  # fmt: skip
    """Draw means with their 95 % intervals over a few ordered labels, a line for each series.

    Args:
        labels: of the places on the axis.
        series: by name, for each label the values, two or more.
        ylabel: what is measured.
        xlabel: what the labels are.
        percent: the values are shares, to be shown in per cent.
    """
    fig, ax = plt.subplots(figsize=(6.6, 3.2))
    factor = 100 if percent else 1
    for (name, values), color in zip(series.items(), SERIES):
        found = [estimate(of_label) for of_label in values]
        means = [factor * one["mean"] for one in found]
        reach = [factor * one["margin"] for one in found]
        ax.errorbar(range(len(means)), means, yerr=reach, marker="o", ms=5, capsize=3, color=color, label=name)
    turned = sum(map(len, labels)) > 45
    ax.set_xticks(range(len(labels)), labels, rotation=55 if turned else 0, ha="right" if turned else "center")
    ax.set(ylabel=ylabel, xlabel=xlabel, ylim=(0, None))
    ax.grid(axis="x", visible=False)
    if len(series) > 1:
        ax.legend()
    return fig


def draw_ablations(losses: Mapping[str, Mapping[str, float]], clear: Mapping[str, Mapping[str, bool]]) -> Figure:
    """Draw what each branch of each module was worth, as a table of squares.

    Args:
        losses: by module, by branch, how far accuracy fell, 0 to 1.
        clear: likewise, whether the fall is clear. What is not is drawn pale.
    """
    modules, branches = list(losses), list(next(iter(losses.values())))
    fig, ax = plt.subplots(figsize=(4.6, 0.36 * len(modules) + 0.7))
    largest = max(abs(loss) for row in losses.values() for loss in row.values()) or 1.0
    for row, module in enumerate(modules):
        for column, branch in enumerate(branches):
            loss = losses[module][branch]
            color = COLORS[branch] if loss > 0 else COLORS["other"]
            strength = 0.08 + 0.62 * abs(loss) / largest if clear[module][branch] else 0.04
            ax.add_patch(Rectangle((column, row), 0.94, 0.9, fc=color, alpha=strength))
            text = f"{round(-100 * loss, 1) + 0.0:+.1f}".replace("-", "−")
            ax.text(column + 0.47, row + 0.46, text, ha="center", va="center", fontsize=9, color=INK)
    ax.set(xlim=(0, len(branches)), ylim=(len(modules), 0))
    ax.set_xticks([column + 0.47 for column in range(len(branches))], branches)
    ax.set_yticks([row + 0.45 for row in range(len(modules))], modules)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return fig
