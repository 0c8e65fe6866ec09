"""Small grids of numbers as tiles: kernels, receptive fields, anything that has a value at every pixel."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle

from .style import COLORS, INK

POSITIVE, NEGATIVE = COLORS["1x1"], COLORS["3x3"]
FAINTEST = 0.06  # opacity of the smallest value that is not nothing, so that it can be told from nothing


def draw_tiles(
    tiles: Mapping[str, np.ndarray], columns: int | None = None, notes: Mapping[str, str] | None = None
) -> Figure:
    """Draw arrays of numbers side by side, each under its name, with a note below where there is one.

    Positive values are blue and negative ones red, the stronger the farther from zero within their array; a zero is
    an empty cell. All cells of the figure are of one size.

    Args:
        tiles: by name, an array of H×W numbers.
        columns: how many tiles stand in a row; all of them unless given.
        notes: by name, a line to stand below.
    """
    columns = columns or len(tiles)
    rows = ceil(len(tiles) / columns)
    side = max(max(np.shape(values)) for values in tiles.values())
    size = (6.6, rows * (6.6 / columns + (0.35 if notes else 0.1)))
    fig, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout=ConstrainedLayoutEngine(h_pad=0.12))
    flat = axes.ravel()
    for ax in flat[len(tiles) :]:
        ax.axis("off")
    for ax, (name, values) in zip(flat, tiles.items()):
        _tile(ax, np.asarray(values, dtype=float))
        middle = np.array(np.shape(values)[::-1]) / 2
        ax.set(xlim=(middle[0] - side / 2 - 0.1, middle[0] + side / 2 + 0.1))
        ax.set(ylim=(middle[1] + side / 2 + 0.1, middle[1] - side / 2 - 0.1))
        ax.set_title(name, loc="center", fontsize=10)
        ax.set_xlabel((notes or {}).get(name, ""))
    return fig


def _tile(ax: Axes, values: np.ndarray) -> None:
    largest = np.abs(values).max() or 1.0
    for (row, column), value in np.ndenumerate(values):
        strength = abs(value) / largest
        fill = to_rgba(POSITIVE if value > 0 else NEGATIVE, max(strength, FAINTEST) if strength > 1e-6 else 0)
        ax.add_patch(Rectangle((column, row), 1, 1, fc=fill, ec=to_rgba(INK, 0.25), lw=0.4))
    ax.set(xticks=[], yticks=[], aspect="equal")
    for spine in ax.spines.values():
        spine.set_visible(False)
