"""A whole network from the image down to the loss, every operation a box, its auxiliary heads beside it."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..architectures import Architecture, Node
from ..architectures.graph import Block, Chain, Concat
from .module import box
from .style import COLORS, INK

HEIGHT, STEP = 0.7, 1.0  # of a box; from one to the next below it
BAR = 0.3  # height of the bar that joins branches
INCHES = 0.235  # of a step
SIZE = 9  # of letters


def draw_whole(architecture: Architecture, weight: float = 0.3) -> Figure:
    """Draw every operation of a network, as figure 3 of *Going Deeper with Convolutions* does, top to bottom.

    Branches stand side by side in their colours and are joined by a bar. A head stands to the right of the row that it
    reads.

    Args:
        architecture: the network, with its heads.
        weight: of the heads' losses in the sum.
    """
    figure, ax = plt.subplots()
    widest = max((len(body.branches) for row in architecture.rows if (body := _concat(row))), default=1)
    heads = {head.after: head.body() for head in architecture.heads}
    ends = [_text(ax, (widest - 1) / 2, 0.0, "image")]
    y, above = 0.0, 1
    for row in architecture.rows:
        body = _concat(row)
        if body is None:
            for op in _operations(row):
                _line(ax, (widest - 1) / 2, y + HEIGHT / 2, y + STEP - HEIGHT / 2)
                y, above = y + STEP, 1
                box(ax, (widest - 1) / 2, -y, _label(op), COLORS["other"], widest - 0.14, HEIGHT, size=SIZE)
        else:
            y = _module(ax, body, y, above)
            above = len(body.branches)
            label = row.name.partition("(")[2].rstrip(")") or row.name
            ax.text(-0.6, -y + STEP, label, ha="right", va="center", fontsize=SIZE + 1, fontweight="bold")
        if row.name in heads:
            ends.append(_head(ax, heads[row.name], widest, y, weight))
    ends.append(_end(ax, (widest - 1) / 2, y, "loss"))
    right = widest + 2.1 if heads else widest - 0.4
    ax.set(xlim=(-1.1, right), ylim=(min(ends) - 0.5, 0.6))
    ax.axis("off")
    figure.set_size_inches(0.66 * (right + 1.1), INCHES * (0.6 + 0.5 - min(ends)))
    return figure


def _concat(row: Node) -> Concat | None:
    """The branches of a row, where it is made of branches."""
    body = row.body() if isinstance(row, Block) else row
    return body if isinstance(body, Concat) else None


def _operations(node: Node) -> list[Node]:
    """A row without branches, taken apart where it is a chain."""
    body = node.body() if isinstance(node, Block) else node
    return [op for part in body.parts for op in _operations(part)] if isinstance(body, Chain) else [node]


def _module(ax: Axes, body: Concat, y: float, above: int) -> float:
    """Draw branches below `y`, and the bar that joins them. Returns the bar's place."""
    longest = max(len(branch.parts) for branch in body.branches.values())
    top, bar = y + (HEIGHT if above == 1 else BAR) / 2, y + STEP * longest + 0.75
    for x, (name, branch) in enumerate(body.branches.items()):
        color = COLORS.get(name, COLORS["other"])
        _line(ax, x, top, bar, color)
        first = longest - len(branch.parts)
        for place, op in enumerate(branch.parts, start=first + 1):
            tint = COLORS["reduce"] if "reduce" in op.name else color
            text = "pool" if "pool" in op.kind else op.patch.partition("/")[0] or op.name
            box(ax, x, -(y + STEP * place), text, tint, 0.86, HEIGHT, size=SIZE)
    middle = (len(body.branches) - 1) / 2
    box(ax, middle, -bar, "", None, len(body.branches) - 0.14, BAR, size=SIZE)
    return bar


def _head(ax: Axes, body: Chain, widest: int, y: float, weight: float) -> float:
    """Draw a head beside the bar at `y` that it reads. Returns where its loss stands."""
    x, parts = widest + 1.0, [op for op in body.parts if op.kind != "dropout"]
    ax.plot([widest - 0.57, x, x], [-y, -y, -(y + STEP / 2)], color=COLORS["3x3"], lw=1.2, zorder=1)
    for op in parts:
        y += STEP
        _line(ax, x, y - STEP / 2, y, COLORS["3x3"])
        box(ax, x, -y, _label(op), COLORS["3x3"], 2.0, HEIGHT, size=SIZE)
    return _end(ax, x, y, f"{weight:g} × loss", COLORS["3x3"])


def _label(op: Node) -> str:
    """Kernel, stride unless it is 1, and what it does."""
    kernel, _, stride = op.patch.partition("/")
    what = {"convolution": "conv", "avg pool": "avg pool", "linear": "linear"}.get(op.kind, op.kind)
    return f"{kernel}{f'/{stride}' if stride not in ('', '1') else ''} {what}".strip()


def _end(ax: Axes, x: float, y: float, text: str, color: str = INK) -> float:
    """An arrow to what is computed last, in bold. Returns its place."""
    arrow = {"arrowstyle": "->", "color": color, "lw": 1.2}
    ax.annotate("", (x, -(y + STEP - 0.25)), (x, -(y + HEIGHT / 2)), arrowprops=arrow, zorder=1)
    ax.text(x, -(y + STEP), text, ha="center", va="center", fontsize=SIZE, fontweight="bold")
    return -(y + STEP)


def _text(ax: Axes, x: float, y: float, text: str) -> float:
    ax.text(x, y, text, ha="center", va="center", fontsize=SIZE)
    return y


def _line(ax: Axes, x: float, top: float, bottom: float, color: str = INK) -> None:
    ax.plot([x, x], [-top, -bottom], color=color, lw=1.2, zorder=1)
