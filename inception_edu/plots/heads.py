"""A network as a chain of its rows, with its auxiliary heads whole beside the rows that they read."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..architectures import Architecture, Node
from ..architectures.architecture import Row
from .module import box
from .style import COLORS, INK

WIDTH, HEIGHT, STEP = 1.5, 0.66, 1.0  # of a box of the trunk; from one to the next below it
HEAD_WIDTH, GAP = 2.6, 0.45  # of a box of a head; between trunk and heads
INCHES, SIZE = 0.36, 8  # of a step; of letters


def draw_heads(architecture: Architecture, weight: float = 0.3) -> Figure:
    """Draw the rows of a network from top to bottom, each head to the right of the row that it reads, and the losses.

    In a head every operation stands with the shape that it leaves: C×H×W, or the number of its units.

    Args:
        architecture: the network, with its heads.
        weight: of the heads' losses in the sum.
    """
    figure, ax = plt.subplots()
    trunk = [row for row in architecture.rows if row.kind != "dropout"]
    places = {row.name: -STEP * (number + 1) for number, row in enumerate(trunk)}
    ax.text(0, 0, "image", ha="center", va="center", fontsize=SIZE + 1)
    bottom = _arrow(ax, 0, -STEP * len(trunk), "loss")
    ax.plot([0, 0], [-0.3, -STEP * len(trunk)], color=INK, lw=1.2, zorder=1)
    for row in trunk:
        module = row.name.endswith(")")  # inception (3a): its label is enough
        text = row.name.partition("(")[2][:-1] if module else _short(row)
        box(ax, 0, places[row.name], text, COLORS["1x1" if module else "other"], WIDTH, HEIGHT, size=SIZE)
    rows = architecture.trace_heads() if architecture.heads else []
    for number, (head, row) in enumerate(zip(architecture.heads, rows)):
        # the head that is read first stands farthest to the right, so that no line crosses a head
        x = WIDTH / 2 + GAP + HEAD_WIDTH / 2 + (len(rows) - 1 - number) * (HEAD_WIDTH + GAP)
        bottom = min(bottom, _head(ax, row, x, places[head.after], weight))
    right = WIDTH / 2 + len(rows) * (HEAD_WIDTH + GAP)
    ax.set(xlim=(-WIDTH / 2 - 0.1, right + 0.1), ylim=(bottom - 0.4, 0.5))
    ax.axis("off")
    figure.set_size_inches(0.8 * (right + WIDTH / 2 + 0.2), INCHES * (0.9 - bottom))
    return figure


def _head(ax: Axes, row: Row, x: float, y: float, weight: float) -> float:
    """Draw a head beside the row at height `y` that it reads. Returns where its loss stands."""
    color = COLORS["3x3"]
    ax.plot([WIDTH / 2, x, x], [y, y, y - STEP], color=color, lw=1.2, zorder=1)
    outputs = {layer.op.name: layer.output for layer in row.layers}
    parts = row.node.body().parts  # pyright: ignore[reportAttributeAccessIssue]
    for part in parts:
        ax.plot([x, x], [y, y - STEP], color=color, lw=1.2, zorder=1)
        y -= STEP
        shape = outputs[part.name]
        text = _operation(part)
        if part.kind != "dropout":
            text += f" → {'×'.join(map(str, shape if shape[1] > 1 else shape[:1]))}"
        box(ax, x, y, text, color, HEAD_WIDTH, HEIGHT, size=SIZE)
    return _arrow(ax, x, y, f"{weight:g} × loss")


def _arrow(ax: Axes, x: float, y: float, text: str) -> float:
    """An arrow from `y` down to what is computed last, in bold. Returns its place."""
    ax.annotate("", (x, y - STEP + 0.2), (x, y - HEIGHT / 2), arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.2})
    ax.text(x, y - STEP, text, ha="center", va="center", fontsize=SIZE + 1, fontweight="bold")
    return y - STEP


def _operation(part: Node) -> str:
    """An operation of a head in a few signs."""
    kernel, _, stride = part.patch.partition("/")
    if part.kind == "dropout":
        return f"dropout {part.patch}"
    return f"{kernel}{f'/{stride}' if stride not in ('', '1') else ''} {_short(part)}".strip()


def _short(part: Node) -> str:
    """A kind of operation that fits a box."""
    shorter = {"convolution": "conv", "max pool": "pool", "global avg pool": "avg pool"}
    return shorter.get(part.kind, part.kind)
