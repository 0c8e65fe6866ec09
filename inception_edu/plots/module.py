"""An Inception module as a picture: the branches from left to right, lines as thick as the data is deep."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from ..architectures import Conv, Inception, Node, Style
from .style import COLORS, INK, PAPER

INPUT, FIRST, LAST, OUTPUT = 0.0, 2.6, 5.2, 7.8  # columns, in units of the drawing
WIDTH, HEIGHT = 1.75, 0.62


def draw_module(row: Inception, in_channels: int) -> Figure:
    """Draw the branches of `row` on an input of `in_channels`, every convolution with its number of filters.

    A line's thickness is proportional to the number of channels that flow there.
    """
    figure, ax = plt.subplots(figsize=(7.6, 3.4))
    body = row.body()
    style = Style(batch_norm=False)
    out_channels = body.output((in_channels, 28, 28), style)[0]
    thickest = max(in_channels, out_channels)
    middle = (len(body.branches) - 1) / 2

    def line(x0: float, y0: float, x1: float, y1: float, channels: int, color: str) -> None:
        width = 0.8 + 9 * channels / thickest
        turn = min(x1, x0 + FIRST - WIDTH)  # bend before the first column of boxes, then run straight
        bend = (x0 + turn) / 2
        path = Path([(x0, y0), (bend, y0), (bend, y1), (turn, y1), (x1, y1)], [1, 4, 4, 4, 2])
        ax.add_patch(PathPatch(path, fill=False, lw=width, ec=color, alpha=0.55, capstyle="butt"))

    for y, (name, branch) in enumerate(reversed([*body.branches.items()])):
        color = COLORS[name]
        places = [LAST] if len(branch.parts) == 1 else [FIRST, LAST]
        here, depth = INPUT, in_channels
        height = middle
        for x, op in zip(places, branch.parts):
            line(here + WIDTH / 2, height, x - WIDTH / 2, y, depth, color)
            depth = op.output((depth, 28, 28), style)[0]
            box(ax, x, y, _label(op), COLORS["reduce"] if "reduce" in op.name else color)
            here, height = x, y
        line(here + WIDTH / 2, height, OUTPUT - WIDTH / 2, middle, depth, color)
    box(ax, INPUT, middle, f"input\n{in_channels} deep", None)
    box(ax, OUTPUT, middle, f"joined\n{out_channels} deep", None)
    ax.set(xlim=(INPUT - WIDTH / 2 - 0.1, OUTPUT + WIDTH / 2 + 0.1), ylim=(-0.6, len(body.branches) - 0.4))
    ax.set_title(row.name)
    ax.axis("off")
    return figure


def box(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    color: str | None,
    width: float = WIDTH,
    height: float = HEIGHT,
    size: int = 9,
) -> None:
    """A rounded box with a few words, tinted and outlined in its colour; without one, in ink on paper."""
    corner, corners = (x - width / 2, y - height / 2), "round,pad=0,rounding_size=0.12"
    fills = [(PAPER, 1.0), (color, 0.2)] if color else [(PAPER, 1.0)]
    for fill, alpha in fills:  # the paper first: the tint is not to mix with the line that ends under it
        shape = FancyBboxPatch(corner, width, height, boxstyle=corners, lw=0, zorder=2)
        shape.set(fc=fill, alpha=alpha)
        ax.add_patch(shape)
    outline = FancyBboxPatch(corner, width, height, boxstyle=corners, lw=1.8, zorder=2)
    outline.set(fill=False, ec=color or INK)
    ax.add_patch(outline)
    ax.text(x, y, text, ha="center", va="center", fontsize=size, zorder=3, linespacing=1.3)


def _label(op: Node) -> str:
    kernel, _, stride = op.patch.partition("/")
    if isinstance(op, Conv):
        return f"{kernel} convolution\n{op.out_channels} filters"
    return f"{kernel} {op.kind}\nstride {stride}"
