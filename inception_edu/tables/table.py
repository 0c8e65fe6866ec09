"""Layer tables that read like the papers': by stage as in Table 1 of *Going Deeper with Convolutions*, or by layer.

A named network's table follows from its rows by arithmetic, without torch; any `nn.Module` is measured.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..architectures import Row, Shape, architecture
from ..architectures.graph import Layer
from ..arithmetic import Pair

if TYPE_CHECKING:
    import pandas
    from torch import nn

DETAILS = ("stage", "layer")


@dataclass(frozen=True)
class TableRow:
    """One line of a table: `output` is (C, H, W), `params` and `macs` exact counts for one image.

    `depth` counts the layers with weights on the longest way through; it is None where the structure is not known.
    """

    name: str
    type: str
    output: Shape
    params: int
    macs: int
    patch: str = ""
    depth: int | None = None
    widths: dict[str, int] = field(default_factory=dict)
    auxiliary: bool = False


@dataclass(frozen=True)
class Total:
    """Sums over the rows of a table."""

    params: int
    macs: int


@dataclass(frozen=True, repr=False)
class LayerTable:
    """A network's layers with shapes and costs. Prints as text; in a notebook, as a table.

    `rows` holds `TableRow`s, those of auxiliary heads last; `total` sums them all, `without_aux` the trunk alone.
    Parameters are all learned numbers; multiply-adds those of convolutions and fully connected layers.
    """

    model: str
    title: str
    input: Shape
    rows: tuple[TableRow, ...]
    detail: str
    source: str = ""

    @property
    def total(self) -> Total:
        return _sum(self.rows)

    @property
    def without_aux(self) -> Total:
        return _sum(row for row in self.rows if not row.auxiliary)

    def only(self, *names: str) -> LayerTable:
        """The same table with the rows of these names alone; in a table by layer, all layers of a stage so named.

        Raises ValueError, listing the names there are, for one that is not there.
        """
        stages = list(dict.fromkeys(row.name.partition(" / ")[0] for row in self.rows))
        for name in names:
            if name not in stages:
                raise ValueError(f"{self.model} has no row {name!r}; it has {', '.join(stages)}")
        return replace(self, rows=tuple(row for row in self.rows if row.name.partition(" / ")[0] in names))

    def to_dict(self) -> dict:
        """Plain data: model, input, rows, total, and the total without auxiliary heads."""
        return {
            "model": self.model,
            "input": list(self.input),
            "rows": [
                {
                    "name": row.name,
                    "type": row.type,
                    "patch": row.patch,
                    "output": list(row.output),
                    "depth": row.depth,
                    "widths": row.widths,
                    "params": row.params,
                    "macs": row.macs,
                    "auxiliary": row.auxiliary,
                }
                for row in self.rows
            ],
            "total": vars(self.total),
            "total_without_aux": vars(self.without_aux),
        }

    def to_json(self, indent: int | None = 2) -> str:
        """`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_dataframe(self) -> pandas.DataFrame:
        """One line a row, numbers as numbers; widths that a row does not have are missing values."""
        import pandas

        columns = self._width_columns()
        lines = [
            {"name": row.name, "type": row.type, "patch/stride": row.patch, "output": row.output, "depth": row.depth}
            | {label: row.widths.get(label) for label in columns}
            | {"params": row.params, "macs": row.macs}
            for row in self.rows
        ]
        return pandas.DataFrame(lines).astype(dict.fromkeys(columns, "Int64"))

    def to_markdown(self) -> str:
        """A Markdown table, total in bold."""
        header, *lines, last = self._cells()
        rule = ["---" if column < 3 else "---:" for column in range(len(header))]
        bold = [f"**{cell}**" if cell else "" for cell in last]
        return "\n".join("| " + " | ".join(line) + " |" for line in [header, rule, *lines, bold])

    def __str__(self) -> str:
        cells = self._cells()
        widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
        align = [str.ljust] * 3 + [str.rjust] * (len(widths) - 3)
        texts = ["  ".join(map(lambda put, cell, w: put(cell, w), align, line, widths)) for line in cells]
        rule = "─" * max(map(len, texts))
        return "\n".join([self._caption(), rule, texts[0], rule, *texts[1:-1], rule, texts[-1]])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        header, *lines, last = ([html.escape(cell) for cell in line] for line in self._cells())
        head = "".join(f'<th scope="col">{cell}</th>' for cell in header)
        body = "".join(_html_line(line, row.auxiliary) for line, row in zip(lines, self.rows))
        return (
            '<div class="inception-table-frame" role="region" tabindex="0" '
            f'aria-label="{html.escape(self._caption())}"><table class="inception-table">'
            f"<caption>{html.escape(self._caption())}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody><tfoot>{_html_line(last, False)}</tfoot></table></div>"
        )

    def _caption(self) -> str:
        return f"{self.title}, input {shape_text(self.input)}"

    def _width_columns(self) -> list[str]:
        """Labels of all rows' widths, each row's order kept: a new label goes before the one that it stands before."""
        merged: list[str] = []
        for row in self.rows:
            place = len(merged)
            for label in reversed(row.widths):
                if label in merged:
                    place = merged.index(label)
                else:
                    merged.insert(place, label)
        return merged

    def _cells(self) -> list[list[str]]:
        """Header, one line a row, and the total, as text."""
        columns = self._width_columns()
        depth = ["depth"] if any(row.depth is not None for row in self.rows) else []
        header = ["name", "patch/stride", "output", *depth, *columns, "params", "multiply-adds"]
        lines = [
            [
                row.name,
                row.patch,
                shape_text(row.output),
                *(["" if row.depth is None else str(row.depth)] if depth else []),
                *(str(row.widths.get(label, "")) for label in columns),
                f"{row.params:,}",
                f"{row.macs:,}",
            ]
            for row in self.rows
        ]
        trunk_depth = sum(row.depth or 0 for row in self.rows if not row.auxiliary)
        blank = ["", "", *([str(trunk_depth)] if depth else []), *("" for _ in columns)]
        return [header, *lines, ["total", *blank, f"{self.total.params:,}", f"{self.total.macs:,}"]]


def layer_table(
    model: str | nn.Module,
    image_size: int | Pair | None = None,
    *,
    detail: str = "stage",
    num_classes: int | None = None,
    in_channels: int | None = None,
    aux_logits: bool | None = None,
    **options,
) -> LayerTable:
    """The layer table of a network.

    model: a name from `list_models()`, computed by arithmetic in a few milliseconds; or any `nn.Module`, run once
        on a copy without data and measured by torchinfo.
    image_size: side in pixels or (height, width); None for what is usual for the network (224 for a foreign module).
    detail: "stage" for the rows of the paper's table (a foreign module: its children), "layer" for single operations.
    num_classes, in_channels, aux_logits, options: as for `create_model`; for names only (`in_channels` for all).

    Raises ValueError, saying what would be right, for what cannot be.
    """
    if detail not in DETAILS:
        raise ValueError(f"detail is {' or '.join(map(repr, DETAILS))}, not {detail!r}")
    if not isinstance(model, str):
        if num_classes is not None or aux_logits is not None or options:
            raise ValueError("num_classes, aux_logits and a network's options go with a name; a module has its own")
        from .measured import measured_table

        return measured_table(model, image_size, in_channels, detail)
    network = architecture(
        model,
        num_classes=num_classes,
        in_channels=in_channels,
        aux_logits=aux_logits,
        image_size=image_size,
        **options,
    )
    rows = [line for row in network.trace() for line in _lines(row, detail, False)]
    rows += [line for row in network.trace_heads() for line in _lines(row, detail, True)]
    return LayerTable(
        model, network.title, (network.in_channels, *network.image_size), tuple(rows), detail, network.source
    )


def shape_text(shape: Sequence[int]) -> str:
    """C×H×W, as shapes are written throughout.

    >>> shape_text((64, 112, 112))
    '64×112×112'
    """
    return "×".join(map(str, shape))


def _lines(row: Row, detail: str, auxiliary: bool) -> Iterable[TableRow]:
    if detail == "layer":
        return [_layer_line(layer, auxiliary) for layer in row.layers]
    node = row.node
    return [
        TableRow(
            node.name,
            node.kind,
            row.output,
            row.params,
            row.macs,
            node.patch,
            node.depth(),
            {label: n for label, n in node.columns().items() if label},
            auxiliary,
        )
    ]


def _layer_line(layer: Layer, auxiliary: bool) -> TableRow:
    op = layer.op
    return TableRow(layer.name, op.kind, layer.output, layer.params, layer.macs, op.patch, auxiliary=auxiliary)


def _sum(rows: Iterable[TableRow]) -> Total:
    rows = list(rows)
    return Total(sum(row.params for row in rows), sum(row.macs for row in rows))


def _html_line(cells: Sequence[str], auxiliary: bool) -> str:
    name, *others = cells
    mark = ' class="auxiliary"' if auxiliary else ""
    return f'<tr{mark}><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"
