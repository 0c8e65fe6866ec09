"""A layer table as an object: rows with shapes and costs, printed like the papers' or handed on as data."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..architectures import Shape
from ..arguments import quoted
from ..arithmetic import Pair
from ..extras import needs

if TYPE_CHECKING:
    import pandas

DETAILS = ("stage", "layer")

# What a table shows only when asked to, and its heading.
COLUMNS = {
    "receptive_field": "receptive field",
    "trainable_params": "trainable",
    "activation_memory": "activation bytes",
}


@dataclass(frozen=True)
class TableRow:
    """One line of a table: exact counts for one image. What was not asked for, or is not known, is None.

    Attributes:
        name: where it stands; in a table by layer, ``stage / layer``.
        type: what it is, in a word or two; in a measured table, the module's class.
        output: shape of what comes out for one image, usually (C, H, W); empty for what did not take part.
        params: learned numbers. One that several rows share counts in the first of them.
        macs: multiply-adds of convolutions, fully connected layers and products of matrices.
        patch: kernel and stride as the papers print them.
        depth: layers with weights on the longest way through.
        widths: channel counts by the paper's column.
        auxiliary: whether it belongs to an auxiliary head.
        receptive_field: (height, width), in pixels of the image, of what one output value can see; padding counts as
            if it were image.
        trainable_params: those of `params` that an optimizer may change.
        activation_memory: bytes that the outputs of convolutions, pools, fully connected layers and products of
            matrices take for one image. What works value by value after them, such as batch norm, ReLU and dropout, is
            left out, as where Radosavovic et al. 2020 (arXiv:2003.13678, section 3.2) count activations.
    """

    name: str
    type: str
    output: tuple[int, ...]
    params: int
    macs: int
    patch: str = ""
    depth: int | None = None
    widths: dict[str, int] = field(default_factory=dict)
    auxiliary: bool = False
    receptive_field: Pair | None = None
    trainable_params: int | None = None
    activation_memory: int | None = None


@dataclass(frozen=True)
class Total:
    """Sums over the rows of a table; None for a column that was not asked for."""

    params: int
    macs: int
    trainable_params: int | None = None
    activation_memory: int | None = None

    def to_dict(self) -> dict[str, int]:
        """The sums by name, without those that were not asked for."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True, repr=False)
class LayerTable:
    """A network's layers with shapes and costs. Prints as text; in a notebook, as a table.

    Parameters are all learned numbers; multiply-adds those of convolutions, fully connected layers and products of
    matrices, one a multiplication with its addition, for one image.

    Attributes:
        model: the network's name, or a measured module's class.
        title: the name for people.
        input: shape of an image, (C, H, W).
        rows: the lines, those of auxiliary heads last.
        detail: "stage" or "layer".
        source: where the numbers come from: a paper, or a measurement.
        columns: which of `COLUMNS` are shown.
    """

    model: str
    title: str
    input: Shape
    rows: tuple[TableRow, ...]
    detail: str
    source: str = ""
    columns: tuple[str, ...] = ()

    @property
    def total(self) -> Total:
        """Sums over all rows."""
        return self._sum(self.rows)

    @property
    def without_aux(self) -> Total:
        """Sums over the trunk's rows alone."""
        return self._sum(row for row in self.rows if not row.auxiliary)

    def only(self, *names: str) -> LayerTable:
        """The same table with the rows of these names alone; in a table by layer, all layers of a stage so named.

        Raises:
            ValueError: there is no such row; the message lists the names there are.
        """
        stages = list(dict.fromkeys(row.name.partition(" / ")[0] for row in self.rows))
        for name in names:
            if name not in stages:
                raise ValueError(f"{self.model} has no row {quoted(name)}; it has {', '.join(stages)}")
        return replace(self, rows=tuple(row for row in self.rows if row.name.partition(" / ")[0] in names))

    def to_dict(self) -> dict[str, Any]:
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
                    **{column: getattr(row, column) for column in self.columns},
                }
                for row in self.rows
            ],
            "total": self.total.to_dict(),
            "total_without_aux": self.without_aux.to_dict(),
        }

    def to_json(self, indent: int | None = 2) -> str:
        """`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_dataframe(self) -> pandas.DataFrame:
        """One line a row, numbers as numbers; what a row does not have is a missing value.

        Raises:
            ModuleNotFoundError: pandas, which is in the extra `notebook`, is not installed.
        """
        with needs("notebook"):
            import pandas

        columns = self._width_columns()
        lines = [
            {"name": row.name, "type": row.type, "patch/stride": row.patch, "output": row.output, "depth": row.depth}
            | {label: row.widths.get(label) for label in columns}
            | {"params": row.params, "macs": row.macs}
            | {column: getattr(row, column) for column in self.columns}
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
        header += [COLUMNS[column] for column in self.columns]
        lines = [
            [
                row.name,
                row.patch,
                shape_text(row.output),
                *(["" if row.depth is None else str(row.depth)] if depth else []),
                *(str(row.widths.get(label, "")) for label in columns),
                f"{row.params:,}",
                f"{row.macs:,}",
                *(_cell(getattr(row, column)) for column in self.columns),
            ]
            for row in self.rows
        ]
        trunk_depth = sum(row.depth or 0 for row in self.rows if not row.auxiliary)
        blank = ["", "", *([str(trunk_depth)] if depth else []), *("" for _ in columns)]
        extra = [_cell(getattr(self.total, column, None)) for column in self.columns]
        return [header, *lines, ["total", *blank, f"{self.total.params:,}", f"{self.total.macs:,}", *extra]]

    def _sum(self, rows: Iterable[TableRow]) -> Total:
        rows = list(rows)
        asked = {column for column in ("trainable_params", "activation_memory") if column in self.columns}
        extra = {column: sum(getattr(row, column) for row in rows) for column in asked}
        return Total(sum(row.params for row in rows), sum(row.macs for row in rows), **extra)


def shape_text(shape: Sequence[int]) -> str:
    """C×H×W, as shapes are written throughout.

    >>> shape_text((64, 112, 112))
    '64×112×112'
    """
    return "×".join(map(str, shape))


def _cell(value: int | Pair | None) -> str:
    """A number, or the sides of a square or rectangle, as text."""
    if value is None:
        return ""
    return shape_text(value) if isinstance(value, tuple) else f"{value:,}"


def _html_line(cells: Sequence[str], auxiliary: bool) -> str:
    name, *others = cells
    mark = ' class="auxiliary"' if auxiliary else ""
    return f'<tr{mark}><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"
