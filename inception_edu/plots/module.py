"""A module as a picture: input below, joined output above, a column a branch, lines as thick as the data is deep."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from ..architectures import Block, Chain, Concat, Conv, Node, Residual, Shape, Style
from .style import COLORS, INK, PAPER

COLUMN, STOREY = 1.15, 0.78  # from branch to branch and from box to box, in inches
WIDTH, HEIGHT = 1.0, 0.5
WIDE = 1.4  # the boxes of what comes in and of what leaves
THICKEST = 9  # points
STYLE = Style(batch_norm=False)


def draw_module(row: Block, in_channels: int, side: int | None = None) -> Figure:
    """Draw a row whose branches are joined by depth, every convolution with its number of filters.

    A line's thickness is proportional to the number of channels that flow there. The branches stand in the order in
    which they are joined; one that splits takes as many columns as it has ends.

    Args:
        row: a module of any network.
        in_channels: how deep its input is.
        side: of the grid that it reads, in pixels; given, the picture says the grids that come in and leave.

    Raises:
        TypeError: the row adds instead of joining.
    """
    body = row.body()
    shape = (in_channels, side or 35, side or 35)
    out = body.output(shape, STYLE)
    branches = _branches(body, row.name)
    columns, storeys = sum(map(_columns, branches)), max(map(_storeys, branches)) + 1
    figure, ax = plt.subplots(figsize=(COLUMN * columns + 0.1, STOREY * storeys + HEIGHT + 0.5))
    middle = COLUMN * (columns - 1) / 2
    start = _End(middle, 0.0, shape, HEIGHT / 2)
    pen = _Pen(ax, THICKEST / max(in_channels, out[0]))
    ends, left = [], 0
    for branch, color in zip(branches, _colors(body)):
        ends += [(end, color) for end in pen.chain(branch, [start], left, color)]
        left += _columns(branch)
    top = STOREY * storeys
    for end, color in ends:
        pen.line(end, middle + (end.x - middle) * WIDE / (2 * COLUMN * columns), top - HEIGHT / 2, color)
    box(ax, middle, 0.0, f"input\n{_size(shape, side)}", None, WIDE, HEIGHT)
    box(ax, middle, top, f"joined\n{_size(out, side)}", None, WIDE, HEIGHT)
    ax.set(xlim=(-COLUMN / 2, COLUMN * (columns - 0.5)), ylim=(-HEIGHT / 2 - 0.05, top + HEIGHT / 2 + 0.05))
    ax.set_title(row.name)
    ax.axis("off")
    return figure


@dataclass(frozen=True)
class _End:
    """Where a line begins: the middle of a box, what leaves it, and how far its edge is."""

    x: float
    y: float
    shape: Shape
    reach: float = HEIGHT / 2


@dataclass(frozen=True)
class _Pen:
    ax: Axes
    points: float  # a channel

    def chain(self, chain: Chain, ends: list[_End], left: int, color: str) -> list[_End]:
        """Draw operations above each other, from column `left` on; returns what is open at the top."""
        middle = COLUMN * (left + (_columns(chain) - 1) / 2)
        for part in chain.parts:
            if isinstance(part, Concat):
                above, column = [], left
                for branch in part.branches.values():
                    above += self.chain(branch, ends, column, color)
                    column += _columns(branch)
                ends = above
            else:
                ends = [self.operation(part, ends, middle, color)]
        return ends

    def operation(self, part: Node, ends: list[_End], x: float, color: str) -> _End:
        """A box above what it reads."""
        y = max(end.y for end in ends) + STOREY
        for end in ends:
            self.line(end, x, y - HEIGHT / 2, color)
        box(self.ax, x, y, _label(part), COLORS["reduce"] if "reduce" in part.name else color)
        depth = sum(end.shape[0] for end in ends)
        return _End(x, y, part.output((depth, *ends[0].shape[1:]), STYLE))

    def line(self, end: _End, x: float, y: float, color: str) -> None:
        """From the top of a box to the bottom of another: straight up first, then across in the last gap."""
        start, turn = end.y + end.reach, max(end.y + end.reach, y - STOREY + HEIGHT)
        bend = (turn + y) / 2
        path = Path([(end.x, start), (end.x, turn), (end.x, bend), (x, bend), (x, y)], [1, 2, 4, 4, 4])
        width = 0.8 + self.points * end.shape[0]
        self.ax.add_patch(PathPatch(path, fill=False, lw=width, ec=color, alpha=0.55, capstyle="butt"))


def _branches(body: Node, name: str) -> list[Chain]:
    if isinstance(body, Residual):
        raise TypeError(f"{name} adds its branches; what is drawn here joins them by depth")
    return [*body.branches.values()] if isinstance(body, Concat) else [Chain("", (body,))]


def _colors(body: Node) -> list[str]:
    """A branch's own colour; the single and the double branch of other kernels stand for the 3×3 and the 5×5."""
    names = list(body.branches) if isinstance(body, Concat) else ["1x1"]
    free = iter([key for key in ("3x3", "5x5", *["other"] * len(names)) if key == "other" or key not in names])
    return [COLORS[name if name in COLORS else next(free)] for name in names]


def _columns(part: Node) -> int:
    """How many boxes stand side by side where it is widest."""
    if isinstance(part, Concat):
        return sum(map(_columns, part.branches.values()))
    return max(map(_columns, part.parts)) if isinstance(part, Chain) else 1


def _storeys(part: Node) -> int:
    """How many boxes stand above each other."""
    if isinstance(part, Concat):
        return max(map(_storeys, part.branches.values()))
    return sum(map(_storeys, part.parts)) if isinstance(part, Chain) else 1


def _size(shape: Shape, side: int | None) -> str:
    return f"{shape[0]:,} deep" if side is None else "×".join(map(str, shape))


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


def _label(part: Node) -> str:
    kernel, _, stride = part.patch.partition("/")
    if isinstance(part, Conv):
        return f"{kernel}{f', stride {stride}' if stride != '1' else ''}\n{part.out_channels} filters"
    return f"{kernel} {part.kind}\nstride {stride}" if stride else part.kind
