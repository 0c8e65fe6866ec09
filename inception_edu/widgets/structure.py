"""A network's tree of operations as compact JSON, from which a page traces shapes and costs for any image size.

An operation is a list: its name, one letter, and what the letter needs.

======  ==========================================================================================================
``c``   convolution: filters, kernel, stride, padding, groups, learned numbers a filter has besides its weights
``p``   pooling: kernel, stride, padding, whether sizes are rounded up
``g``   pooling to a grid of the given side
``l``   fully connected, with bias: features out
``-``   what keeps shapes and has no weights; may say how much (a dropout's probability)
======  ==========================================================================================================

Operations are joined as ``{"s": […]}`` (one after the other), ``{"b": […]}`` (side by side, joined by depth) and
``{"r": body, "x": shortcut}`` (added to its input); ``{"n": name, "t": …}`` names a row that stands for several.
``src/network_explorer.js`` traces it.
"""

from __future__ import annotations

from typing import Any

from ..architectures import (
    AdaptiveAvgPool,
    Architecture,
    AvgPool,
    Block,
    Chain,
    Concat,
    Conv,
    DepthwiseConv,
    Linear,
    MaxPool,
    Node,
    Residual,
    Shape,
    Style,
)
from ..arithmetic import Pair


def encode(architecture: Architecture) -> dict[str, Any]:
    """Title, depth, usual image side, channels in, rows of the trunk, and heads as (row that they read, head)."""
    rows, heads = [], []
    for row in architecture.trace():
        rows.append(_node(row.node, row.input, architecture.style))
        heads += [
            [len(rows) - 1, _node(head, row.output, architecture.style)]
            for head in architecture.heads
            if head.after == row.node.name
        ]
    return {
        "title": architecture.title,
        "depth": architecture.depth(),
        "size": architecture.image_size[0],
        "channels": architecture.in_channels,
        "rows": rows,
        "heads": heads,
    }


def _node(node: Node, shape: Shape, style: Style) -> list | dict:
    if isinstance(node, Block):
        return {"n": node.name, "t": _node(node.body(), shape, style)}
    if isinstance(node, Chain):
        parts = []
        for part in node.parts:
            parts.append(_node(part, shape, style))
            shape = part.output(shape, style)
        return parts[0] if len(parts) == 1 else {"s": parts}
    if isinstance(node, Concat):
        return {"b": [_node(branch, shape, style) for branch in node.branches.values()]}
    if isinstance(node, Residual):
        beside = {"x": _node(node.shortcut, shape, style)} if node.shortcut else {}
        return {"r": _node(node.summand(shape, style), shape, style), **beside}
    return _op(node, shape, style)


def _op(op: Node, shape: Shape, style: Style) -> list:
    if isinstance(op, DepthwiseConv):
        op = op.conv(shape[0])
    if isinstance(op, Conv):
        extra = int(op.has_bias(style)) + 2 * op.has_batch_norm(style)
        moves = _short(op.kernel), _short(op.stride), _short(op.pads())
        return [op.name, "c", op.out_channels, *moves, op.groups, extra]
    if isinstance(op, MaxPool | AvgPool):
        return [op.name, "p", _short(op.kernel), _short(op.stride), _short(op.padding), int(op.ceil_mode)]
    if isinstance(op, AdaptiveAvgPool):
        return [op.name, "g", op.size]
    if isinstance(op, Linear):
        return [op.name, "l", op.out_features]
    return [op.name, "-", getattr(op, "patch", "")]


def _short(value: int | Pair) -> int | list[int]:
    """One number for a square."""
    return value if isinstance(value, int) else value[0] if value[0] == value[1] else list(value)
