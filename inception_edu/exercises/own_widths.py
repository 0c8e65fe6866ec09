"""What chapter 10's exercises need: grids and pictures by wrong ways, and how own widths are checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ..architectures import LabelledBlock, architecture
from ..arithmetic import output_size
from .verdict import Wrong

STUB = '''
from inception_edu.architectures.factorized import (
    HALVE, MAX, Inception7x7, InceptionDouble, InceptionExpanded
)


def modules():
    """Ten rows; widths in the order of the tables above, HALVE last in a reduction, MAX last in (2b)."""
    return [
        InceptionDouble("3a", 64, 64, 64, 64, 96, 64),
        # nine more
    ]
'''.strip()


def grids(size: int, padding: int) -> dict[str, int]:
    """Sides of the grids that the three groups read, with a padding of the stem's sixth convolution."""
    rows = {row.node.name: row for row in architecture("inception_v2").trace(size)}
    first = output_size(rows["convolution 6"].input[1], 3, padding=padding)
    second = output_size(first, 3, stride=2)
    return {"first group": first, "second group": second, "third group": output_size(second, 3, stride=2)}


def smallest(grid: int, unpadded: int = 2) -> int:
    """Side of the picture behind a grid of the second group; `unpadded`: what an unpadded 3×3 of stride 1 takes."""
    for stride in (2, 2, 1, 2, 1, 2):
        grid = 2 * grid + 1 if stride == 2 else grid + unpadded
    return grid


def notes_modules() -> list[LabelledBlock]:
    """The ten modules as the notes have them."""
    return [node for node in architecture("inception_v2").rows if isinstance(node, LabelledBlock)]


def verify_modules(theirs: Any, right: Any) -> None:
    """Grids and depths of the paper's table, no more multiply-adds than the notes' modules, and other widths."""
    style = architecture("inception_v2").style
    rows, notes = theirs(), notes_modules()
    labels = [node.label for node in notes]
    if not isinstance(rows, (list, tuple)) or [getattr(row, "label", None) for row in rows] != labels:
        raise Wrong(f"It must give a list of ten rows, labelled {', '.join(labels)}.")
    shape = (288, 35, 35)
    mine = budget = 0
    for row, known in zip(rows, notes):
        expected = known.output(shape, style)
        found = row.output(shape, style)
        if found[1:] != expected[1:]:
            raise Wrong(f"({row.label}) leaves a grid of {found[1]}×{found[2]}; the table wants {expected[1]} a side.")
        if found[0] != expected[0]:
            raise Wrong(f"({row.label}) leaves {found[0]:,} channels; the table wants {expected[0]:,}.")
        mine += sum(layer.macs for layer in row.layers(shape, style))
        budget += sum(layer.macs for layer in known.layers(shape, style))
        shape = expected
    if [row.columns() for row in rows] == [row.columns() for row in notes]:
        raise Wrong("These are the notes' own widths. Choose others.")
    if mine > budget:
        raise Wrong(f"It costs {mine / 1e6:,.0f} million multiply-adds; the notes' ten modules {budget / 1e6:,.0f}.")


def _notes_with(label: str, **widths: int) -> Callable[[], list[LabelledBlock]]:
    """A function that gives the notes' modules, one of them with other widths."""
    rows = notes_modules()
    return lambda: [replace(row, **widths) if row.label == label else row for row in rows]


# What people hand in: the notes' widths, a pair that counts once, and a module that costs more.
WRONG = (
    lambda: notes_modules,
    partial(_notes_with, "2a", double=480),
    partial(_notes_with, "5b", double_reduce=192),
)
