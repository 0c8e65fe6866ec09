"""What *Batch Normalization* (arXiv:1502.03167) prints, as data, and its changes to GoogLeNet one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..architectures import Architecture, Node, architecture
from ..architectures.bn_inception import FIRST
from ..architectures.factorized import InceptionDouble

__all__ = ["FIGURE_3", "FIGURE_5", "PrintedRow", "Run", "bn_inception_as_printed", "googlenet_with", "single_changes"]


@dataclass(frozen=True)
class Run:
    """A network of the paper's figure 3.

    Attributes:
        rate: the learning rate at the start (section 4.2.2).
        steps: to 72.2 %, in 10⁶ steps of 32 pictures; None where that was not reached.
        accuracy: the highest on validation, one crop, percent.
    """

    rate: float
    steps: float | None
    accuracy: float


FIGURE_3 = {
    "Inception": Run(0.0015, 31.0, 72.2),
    "BN-Baseline": Run(0.0015, 13.3, 72.7),
    "BN-x5": Run(0.0075, 2.1, 73.0),
    "BN-x30": Run(0.045, 2.7, 74.8),
    "BN-x5-Sigmoid": Run(0.0075, None, 69.8),
}


@dataclass(frozen=True)
class PrintedRow:
    """A line of the paper's figure 5: output as C×H×W, and depth."""

    output: str
    depth: int


FIGURE_5 = {
    "convolution 1": PrintedRow("64×112×112", 1),
    "max pool 1": PrintedRow("64×56×56", 0),
    "convolution 2": PrintedRow("192×56×56", 1),
    "max pool 2": PrintedRow("192×28×28", 0),
    "inception (3a)": PrintedRow("256×28×28", 3),
    "inception (3b)": PrintedRow("320×28×28", 3),
    "inception (3c)": PrintedRow("576×28×28", 3),
    "inception (4a)": PrintedRow("576×14×14", 3),
    "inception (4b)": PrintedRow("576×14×14", 3),
    "inception (4c)": PrintedRow("576×14×14", 3),
    "inception (4d)": PrintedRow("576×14×14", 3),
    "inception (4e)": PrintedRow("1024×14×14", 3),
    "inception (5a)": PrintedRow("1024×7×7", 3),
    "inception (5b)": PrintedRow("1024×7×7", 3),
    "avg pool": PrintedRow("1024×1×1", 0),
}


@lru_cache
def bn_inception_as_printed() -> Architecture:
    """BN-Inception with figure 5's widths: pool projections of 128 in 4c and 4d, and a dense first 7×7."""
    found = architecture("bn_inception", separable=False)
    rows = tuple(
        replace(row, pool_proj=128) if isinstance(row, InceptionDouble) and row.label in ("4c", "4d") else row
        for row in found.rows
    )
    return replace(found, rows=rows)


def googlenet_with(changes: Mapping[str, Sequence[Node]]) -> Architecture:
    """GoogLeNet with batch norm, some of its rows replaced.

    Args:
        changes: by the name of a row, what stands in its place.
    """
    found = architecture("googlenet_bn", aux_logits=False)
    return replace(found, rows=tuple(new for row in found.rows for new in changes.get(row.name, [row])))


@lru_cache
def single_changes() -> dict[str, Architecture]:
    """GoogLeNet with batch norm and one change of the paper's appendix at a time.

    The reductions have the widths of figure 5, all else keeps GoogLeNet's. That some pools inside the modules average
    is not among them: a pool has neither weights nor multiply-adds.
    """
    modules = {row.label: row for row in architecture("bn_inception").rows if isinstance(row, InceptionDouble)}
    return {
        "two 3×3 for each 5×5": architecture("googlenet_bn", aux_logits=False, module="factorized"),
        "(3c) for a pool": googlenet_with({"max pool 3": [modules["3c"]]}),
        "(4e) reduces itself": googlenet_with({"inception (4e)": [], "max pool 4": [modules["4e"]]}),
        "separable first 7×7": googlenet_with({"convolution 1": [FIRST[True]]}),
    }
