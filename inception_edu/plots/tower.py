"""A chain of convolutions as a tower of grids: what one output unit sees, layer by layer, down to the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from ..arithmetic import Pair, pair
from .style import COLORS, INK, PAPER

DEPTH_X, DEPTH_Y = 0.45, 0.38  # how a step into the page is drawn: to the right, and up
STOREY = 2.6  # height between two grids, in cells
INPUT, BETWEEN, OUTPUT = COLORS["1x1"], COLORS["3x3"], COLORS["5x5"]


def draw_towers(towers: Mapping[str, Sequence[int | Pair]]) -> Figure:
    """Draw chains of stride 1 side by side, each under its name, input at the bottom, one output unit at the top.

    Coloured cells are those that the output unit depends on; the lines join a unit to the window that it reads.

    Args:
        towers: by name, the kernels from input to output: an integer for a square, or (height, width), in pixels.
    """
    fig, axes = plt.subplots(1, len(towers), figsize=(6.6, 2.3), squeeze=False)
    highest = max(len(kernels) for kernels in towers.values()) * STOREY
    for ax, (name, kernels) in zip(axes[0], towers.items()):
        _tower(ax, [pair(kernel) for kernel in kernels], highest)
        ax.set_title(name, loc="center")
    return fig


def _tower(ax: Axes, kernels: list[Pair], highest: float) -> None:
    seen = [(1, 1)]  # cells that matter, from the output down
    for height, width in reversed(kernels):
        seen.append((seen[-1][0] + height - 1, seen[-1][1] + width - 1))
    side = max(max(size) for size in seen)
    steps = highest / len(kernels)
    for level, size in enumerate(seen):
        z = highest - level * steps
        _grid(ax, side, size, z, OUTPUT if level == 0 else INPUT if level == len(kernels) else BETWEEN)
        if level:
            _window(ax, side, seen[level - 1], kernels[len(kernels) - level], z, z + steps)
    ax.set(xlim=(-0.2, side * (1 + DEPTH_X) + 0.2), ylim=(-0.3, highest + side * DEPTH_Y + 0.3))
    ax.set_aspect("equal")
    ax.axis("off")


def _point(x: float, y: float, z: float) -> tuple[float, float]:
    return x + DEPTH_X * y, DEPTH_Y * y + z


def _grid(ax: Axes, side: int, size: Pair, z: float, color: str) -> None:
    """A square of `side` cells, those that matter filled."""
    (top, height), (left, width) = ((side - size[0]) / 2, size[0]), ((side - size[1]) / 2, size[1])
    for row in range(side):
        for column in range(side):
            inside = top <= row < top + height and left <= column < left + width
            corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
            ax.add_patch(
                Polygon(
                    [_point(x, y, z) for x, y in corners],
                    fc=color if inside else PAPER,
                    ec=PAPER if inside else INK,
                    lw=0.8 if inside else 0.3,
                    alpha=1 if inside else 0.35,
                    zorder=2 * z + inside,
                )
            )


def _window(ax: Axes, side: int, above: Pair, kernel: Pair, z: float, z_above: float) -> None:
    """Lines from the last unit that matters above to the window that it reads below."""
    column = (side + above[1]) / 2 - 1
    row = (side - above[0]) / 2
    left, right = column - (kernel[1] - 1) / 2, column + 1 + (kernel[1] - 1) / 2
    front, back = row - (kernel[0] - 1) / 2, row + 1 + (kernel[0] - 1) / 2
    ends = [((left, front), (column, row)), ((right, front), (column + 1, row))]
    ends += [((right, back), (column + 1, row + 1)), ((left, back), (column, row + 1))]
    for below, top in ends:
        ax.plot(*zip(_point(*below, z), _point(*top, z_above)), color=INK, lw=0.8, zorder=2 * z + 1.5)
    outline = [(left, front), (right, front), (right, back), (left, back)]
    ax.add_patch(Polygon([_point(x, y, z) for x, y in outline], fill=False, ec=INK, lw=1.6, zorder=2 * z + 1.6))
