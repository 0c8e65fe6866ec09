"""The rows of a network as `InsideView` draws them: grids, branches, and what a unit sees of the picture."""

from __future__ import annotations

from typing import Any

from ..architectures import (
    Architecture,
    AvgPool,
    Block,
    Chain,
    Concat,
    Conv,
    DepthwiseConv,
    Dropout,
    MaxPool,
    Node,
    Row,
)
from ..architectures.graph import Residual, Style
from ..arithmetic import pair

Field = tuple[int, int, int]
"""Of a row's units: pixels a side that one sees, from one unit to the next, and where the first one's begin."""


def rows_of(table: Architecture) -> list[dict[str, Any]]:
    """All rows but dropout, in order; of a module its branches, each with its stretch of the channels."""
    found, field = [], (1, 1, 0)
    for row in table.trace():
        if isinstance(row.node, Dropout):
            continue
        body = row.node.body() if isinstance(row.node, Block) else row.node
        seen = grown(body, field, table.style)
        channels, height, _ = row.output
        spread = height == 1 and row.input[1] > 1  # a pool over everything, or a layer that reads everything
        if spread:
            seen = (table.image_size[0], 1, 0)
        branches = _branches(body, row, field, table.style) if isinstance(body, Concat) else []
        found.append(
            {
                "name": row.node.name,
                "short": _short(row.node.name),
                "kind": _kind(row.node),
                "index": len(found),
                "channels": channels,
                "grid": height,
                "field": list(seen),
                "module": isinstance(row.node, Block) and bool(branches),
                "branches": branches,
            }
        )
        field = seen
    return found


def _kind(node: Node) -> str:
    article = "an" if node.kind[0] in "aeiou" else "a"
    return f"{article} {node.kind}" + (f", {node.patch}" if node.patch else "")


def _short(name: str) -> str:
    """A name for a small tile: 3a, conv 1, pool."""
    inner = name.partition("(")[2].rstrip(")")
    return inner or name.replace("convolution", "conv").replace("max pool", "pool").replace("avg pool", "mean")


def _branches(body: Concat, row: Row, field: Field, style: Style) -> list[dict[str, Any]]:
    found, first = [], 0
    for name, branch in body.branches.items():
        steps = [layer.op for layer in branch.layers(row.input, style)]
        steps = [op for op in steps if isinstance(op, Conv | DepthwiseConv | MaxPool | AvgPool)]
        channels = branch.output(row.input, style)[0]
        words = [("pool" if isinstance(op, MaxPool | AvgPool) else _sides(op.kernel)) for op in steps]
        ops = [{"kernel": max(pair(op.kernel)), "pool": isinstance(op, MaxPool | AvgPool)} for op in steps]
        found.append(
            {
                "name": name,
                "title": " → ".join(words),
                "ops": ops,
                "first": first,
                "channels": channels,
                "field": list(grown(branch, field, style)),
            }
        )
        first += channels
    return found


def _sides(kernel: Any) -> str:
    return "×".join(str(side) for side in pair(kernel))


def grown(node: Node, field: Field, style: Style) -> Field:
    """What a unit sees behind a part, given what one sees before it; of branches, the one that sees widest counts."""
    size, jump, start = field
    if isinstance(node, Block):
        return grown(node.body(), field, style)
    if isinstance(node, Chain):
        for part in node.parts:
            field = grown(part, field, style)
        return field
    if isinstance(node, Concat):
        return max(grown(branch, field, style) for branch in node.branches.values())
    if isinstance(node, Residual):
        return grown(node.body, field, style)
    if not isinstance(node, Conv | DepthwiseConv | MaxPool | AvgPool):
        return field
    kernel, stride = max(pair(node.kernel)), max(pair(node.stride))
    if isinstance(node, DepthwiseConv):
        node = node.conv(1)
    pads = node.pads() if isinstance(node, Conv) else pair(node.padding)
    return size + (kernel - 1) * jump, jump * stride, start - max(pads) * jump
