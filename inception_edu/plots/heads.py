"""A network as a chain of its rows, with its auxiliary heads where they branch off."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ..architectures import Architecture
from .module import box
from .style import COLORS, INK

WIDTH, HEIGHT = 0.82, 0.62  # of a box of the trunk
HEAD_WIDTH, STEP = 1.5, 0.78  # of a box of a head; from one to the next


def draw_heads(architecture: Architecture, weight: float = 0.3) -> Figure:
    """Draw the rows of a network from left to right, each head above the row that it reads, and where losses arise.

    Args:
        architecture: the network, with its heads.
        weight: of the heads' losses in the sum.
    """
    trunk = [row for row in architecture.rows if row.kind != "dropout"]
    places = {row.name: x for x, row in enumerate(trunk)}
    heads = {head: head.body().parts for head in architecture.heads}
    tallest = max((len(parts) for parts in heads.values()), default=0)
    figure, ax = plt.subplots(figsize=(7.6, 1.3 + 0.42 * tallest))

    ax.annotate("", (len(trunk), 0), (-1, 0), arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.2}, zorder=1)
    ax.text(-1.1, 0, "image", ha="right", va="center")
    ax.text(len(trunk) + 0.1, 0, "loss", ha="left", va="center", fontweight="bold")
    for x, row in enumerate(trunk):
        module = row.name.endswith(")")  # inception (3a): its label is enough
        text = row.name.partition("(")[2][:-1] if module else _short(row.kind)
        box(ax, x, 0, text, COLORS["1x1"] if module else COLORS["other"], WIDTH, HEIGHT, size=8)
    for head, parts in heads.items():
        x, top = places[head.after], STEP * (len(parts) + 1)
        arrow = {"arrowstyle": "->", "color": COLORS["3x3"], "lw": 1.2}
        ax.annotate("", (x, top - 0.1), (x, HEIGHT / 2), arrowprops=arrow, zorder=1)
        for k, part in enumerate(parts, start=1):
            box(ax, x, STEP * k, _short(part.name), COLORS["3x3"], HEAD_WIDTH, HEIGHT, size=8)
        ax.text(x, top, f"{weight:g} × loss", ha="center", va="bottom", fontweight="bold")
    ax.set(xlim=(-2.2, len(trunk) + 1.2), ylim=(-0.6, STEP * (tallest + 1) + 0.6))
    ax.axis("off")
    return figure


def _short(name: str) -> str:
    """A name that fits a box: what matters of the row, on one line."""
    return {"convolution": "conv", "max pool": "pool", "avg pool": "avg", "global avg pool": "avg"}.get(name, name)
