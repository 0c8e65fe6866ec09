"""How much data flows through a piece of a network: one band a design, as high as the number of values it carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from ..architectures import Shape
from .style import COLORS, INK

BAR = 0.16  # width of a bar, where the distance between two stages is 1
FLOW, NARROW = COLORS["1x1"], COLORS["3x3"]


def draw_flow(designs: Mapping[str, Sequence[Mapping[str, Shape]]]) -> Figure:
    """Draw designs below each other, on one scale.

    A stage that carries fewer values than the last one is a bottleneck, and red.

    Args:
        designs: by title, a design's stages from input to output; a stage has one tensor or several side by side, each
            a shape (C, H, W) under the name of what made it.
    """
    fig, axes = plt.subplots(len(designs), 1, figsize=(6.6, 1.75 * len(designs)), squeeze=False)
    most = max(_values(stage) for stages in designs.values() for stage in stages)
    for ax, (name, stages) in zip(axes[:, 0], designs.items()):
        _bands(ax, stages, most)
        ax.set_title(name)
    return fig


def _values(stage: Mapping[str, Shape]) -> int:
    return sum(prod(shape) for shape in stage.values())


def _bands(ax: Axes, stages: Sequence[Mapping[str, Shape]], most: int) -> None:
    out = _values(stages[-1])
    spans = []  # by stage: (bottom, top) of each tensor, in shares of the largest stage
    for x, stage in enumerate(stages):
        color = NARROW if _values(stage) < out else FLOW
        gap = 0.3 if len(stage) > 1 else 0.0
        bottom = -(_values(stage) / most + gap * (len(stage) - 1)) / 2
        spans.append([])
        for place, (name, shape) in enumerate(reversed([*stage.items()])):
            top = bottom + prod(shape) / most
            ax.add_patch(Rectangle((x - BAR / 2, bottom), BAR, top - bottom, fc=color, lw=0, zorder=2))
            y, side = (top + 0.05, "bottom") if place else (bottom - 0.05, "top")
            ax.text(x, y, f"{name}\n{'×'.join(map(str, shape))}", ha="center", va=side, fontsize=8.5)
            spans[-1].append((bottom, top))
            bottom = top + gap
    for x, (before, after) in enumerate(pairwise(spans)):
        _join(ax, x, before, after)
    ax.set(xlim=(-0.45, len(stages) - 0.45), ylim=(-0.82, 0.6))
    ax.axis("off")


def _join(ax: Axes, x: int, before: list[tuple[float, float]], after: list[tuple[float, float]]) -> None:
    """Bands from each tensor of a stage to each of the next: one feeds all, or all are joined into one."""
    if len(before) > len(after):  # joined by depth: each takes its part of the height
        low = after[0][0]
        ends = []
        for bottom, top in before:
            ends.append((low, low + top - bottom))
            low += top - bottom
        pairs = zip(before, ends)
    else:
        pairs = [(before[0], end) for end in after]
    for (bottom, top), (end_bottom, end_top) in pairs:
        left, right = x + BAR / 2, x + 1 - BAR / 2
        corners = [(left, bottom), (left, top), (right, end_top), (right, end_bottom)]
        ax.add_patch(Polygon(corners, fc=INK, alpha=0.13, lw=0, zorder=1))
