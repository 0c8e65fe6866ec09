"""Tables of named networks, by arithmetic on their rows: no torch, no data."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from ..architectures import Architecture, Dropout, Layer, ReLU, Row
from ..arithmetic import Pair
from .receptive import PIXEL, View, pixels, through
from .table import LayerTable, TableRow

FLOAT = 4  # bytes of a value in single precision
POINTWISE = (Dropout, ReLU)  # work value by value, and could in place


def computed_table(architecture: Architecture, detail: str, columns: tuple[str, ...] = ()) -> LayerTable:
    """The table of a network for images of its own size.

    Args:
        architecture: the network as data.
        detail: "stage" or "layer".
        columns: which of `COLUMNS` to fill and show.
    """
    shape = (architecture.in_channels, *architecture.image_size)
    rows = computed_rows(architecture, architecture.image_size, detail, columns)
    return LayerTable(architecture.name, architecture.title, shape, tuple(rows), detail, architecture.source, columns)


def computed_rows(
    architecture: Architecture, image_size: Pair, detail: str, columns: tuple[str, ...]
) -> list[TableRow]:
    """The lines of that table for images of `image_size`, those of auxiliary heads last."""
    rows = [(row, False) for row in architecture.trace(image_size)]
    rows += [(row, True) for row in architecture.trace_heads(image_size)]
    before = {head.name: head.after for head in architecture.heads}
    ends: dict[str, View] = {}
    lines, end = [], PIXEL
    for row, auxiliary in rows:
        views: list[View] = [PIXEL] * len(row.layers)
        if "receptive_field" in columns:
            views.clear()
            start = ends[before[row.node.name]] if auxiliary else end
            _, end = through(row.node, row.input, architecture.style, start, views)
            ends[row.node.name] = end
        if detail == "layer":
            lines += [
                _layer(layer, auxiliary, _extra(view, [layer], columns)) for layer, view in zip(row.layers, views)
            ]
        else:
            lines.append(_stage(row, auxiliary, _extra(end, row.layers, columns)))
    return lines


def _stage(row: Row, auxiliary: bool, extra: dict[str, Any]) -> TableRow:
    node = row.node
    costs = row.params, row.macs
    return TableRow(node.name, node.kind, row.output, *costs, node.patch, row.depth, row.widths, auxiliary, **extra)


def _layer(layer: Layer, auxiliary: bool, extra: dict[str, Any]) -> TableRow:
    op = layer.op
    return TableRow(layer.name, op.kind, layer.output, layer.params, layer.macs, op.patch, auxiliary=auxiliary, **extra)


def _extra(view: View, layers: Sequence[Layer], columns: tuple[str, ...]) -> dict[str, Any]:
    """What was asked for besides: of a fresh network, every parameter is trained, in single precision."""
    values = {
        "receptive_field": lambda: pixels(view),
        "trainable_params": lambda: sum(layer.params for layer in layers),
        "activation_memory": lambda: (
            FLOAT * sum(prod(layer.output) for layer in layers if not isinstance(layer.op, POINTWISE))
        ),
    }
    return {column: values[column]() for column in columns}
