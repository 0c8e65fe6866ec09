"""Receptive fields of a network's operations, in pixels of its image, by the arithmetic of kernels and strides.

A view is what one output value sees and how far its neighbour's view is: (size, jump), each (height, width).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil

from ..architectures import AdaptiveAvgPool, Block, Chain, Concat, Linear, Node, Op, Residual, Shape, Style
from ..arithmetic import Pair, pair

Number = int | Fraction  # behind a layer that enlarges the grid, places are less than a pixel apart
View = tuple[tuple[Number, Number], tuple[Number, Number]]

PIXEL: View = ((1, 1), (1, 1))  # an image's own


def grown(view: View, kernel: Pair, stride: Pair = (1, 1), dilation: Pair = (1, 1)) -> View:
    """The view through a window on what has `view`: wider by (kernel − 1) jumps, its jump longer by the stride."""
    size, jump = view
    spread = [(k - 1) * d for k, d in zip(kernel, dilation)]
    return (
        (size[0] + spread[0] * jump[0], size[1] + spread[1] * jump[1]),
        (jump[0] * stride[0], jump[1] * stride[1]),
    )


def pixels(view: View) -> Pair:
    """The size alone, in whole pixels."""
    (height, width), _ = view
    return ceil(height), ceil(width)


def widest(views: list[View]) -> View:
    """Of several views, the largest sides."""
    sizes, jumps = zip(*views)
    (heights, widths), (downs, rights) = zip(*sizes), zip(*jumps)
    return (max(heights), max(widths)), (max(downs), max(rights))


def adaptive(size: Pair, output: Pair) -> tuple[Pair, Pair]:
    """Kernel and stride of an adaptive pool from a grid of `size` to one of `output`: the largest of its windows'."""
    (height, down), (width, right) = (_largest(side, parts) for side, parts in zip(size, output))
    return (height, width), (down, right)


def _largest(side: int, parts: int) -> Pair:
    starts = [k * side // parts for k in range(parts)]
    ends = [-(-(k + 1) * side // parts) for k in range(parts)]
    steps = [later - earlier for earlier, later in pairwise(starts)]
    return max(end - start for start, end in zip(starts, ends)), max(steps, default=side)


def through(node: Node, shape: Shape, style: Style, view: View, found: list[View]) -> tuple[Shape, View]:
    """Walk through a part of a network as its `trace` does, with the view.

    Args:
        node: the part.
        shape: of its input, (C, H, W).
        style: the network's.
        view: of its input.
        found: the view after every operation, in the order of `trace`, is appended to it.

    Returns:
        Shape and view of what comes out; of branches, the widest.
    """
    if isinstance(node, Op):
        kernel, stride = _window(node, shape)
        found.append(grown(view, kernel, stride))
        return node.output(shape, style), found[-1]
    if isinstance(node, Block):
        return through(node.body(), shape, style, view, found)
    if isinstance(node, Chain):
        for part in node.parts:
            shape, view = through(part, shape, style, view, found)
        return shape, view
    if isinstance(node, Concat):
        ends = [through(branch, shape, style, view, found) for branch in node.branches.values()]
        return node.output(shape, style), widest([view for _, view in ends])
    if isinstance(node, Residual):
        output, inside = through(node.summand(shape, style), shape, style, view, found)
        beside = through(node.shortcut, shape, style, view, found)[1] if node.shortcut else view
        return output, widest([inside, beside])
    raise TypeError(f"no receptive field is known for {type(node).__name__}")


def _window(op: Op, shape: Shape) -> tuple[Pair, Pair]:
    """Kernel and stride of an operation on an input of `shape`; what reads the whole grid has the grid's size."""
    grid = shape[1:]
    if isinstance(op, Linear):
        return grid, grid
    if isinstance(op, AdaptiveAvgPool):
        return adaptive(grid, (op.size, op.size))
    return pair(op.kernel), pair(op.stride)
