"""Table 1 of *Going Deeper with Convolutions* as printed, and each of its figures as a claim.

The paper's parameter column counts weights alone, in K = 1,024; its operations column multiply-adds, in M = 10⁶.
Shapes are printed height × width × channels there, and C×H×W here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..architectures import Row
from ..arithmetic import conv_params
from .claim import Claim
from .lookups import Cost, chw, separable_stem, trunk, weights

K, M = 1024, 10**6


@dataclass(frozen=True)
class PrintedRow:
    """One line of the printed table: `params` in K and `ops` in M, as text; output as C×H×W."""

    output: str
    depth: int
    params: str = ""
    ops: str = ""


TABLE_1 = {
    "convolution 1": PrintedRow("64×112×112", 1, "2.7", "34"),
    "max pool 1": PrintedRow("64×56×56", 0),
    "convolution 2": PrintedRow("192×56×56", 2, "112", "360"),
    "max pool 2": PrintedRow("192×28×28", 0),
    "inception (3a)": PrintedRow("256×28×28", 2, "159", "128"),
    "inception (3b)": PrintedRow("480×28×28", 2, "380", "304"),
    "max pool 3": PrintedRow("480×14×14", 0),
    "inception (4a)": PrintedRow("512×14×14", 2, "364", "73"),
    "inception (4b)": PrintedRow("512×14×14", 2, "437", "88"),
    "inception (4c)": PrintedRow("512×14×14", 2, "463", "100"),
    "inception (4d)": PrintedRow("528×14×14", 2, "580", "119"),
    "inception (4e)": PrintedRow("832×14×14", 2, "840", "170"),
    "max pool 4": PrintedRow("832×7×7", 0),
    "inception (5a)": PrintedRow("832×7×7", 2, "1072", "54"),
    "inception (5b)": PrintedRow("1024×7×7", 2, "1388", "71"),
    "avg pool": PrintedRow("1024×1×1", 0),
    "dropout": PrintedRow("1024×1×1", 0),
    "linear": PrintedRow("1000×1×1", 1, "1000", "1"),
}


def row(name: str) -> Row:
    """A row of GoogLeNet at 224×224."""
    return trunk("googlenet")[name]


def wider_5a(reduce: int = 48) -> dict[Cost, int]:
    """Weights and multiply-adds of (5a) with another #5×5 reduce."""
    extra = conv_params(832, reduce - 32, 1) + conv_params(reduce - 32, 128, 5)
    printed = row("inception (5a)")
    return {"params": weights(printed) + extra, "macs": printed.macs + extra * 7 * 7}


REASONS = {
    ("convolution 1", "params"): (
        "The dense 7×7 that everybody builds has {computed:,} weights; the printed figure is that of a separable one, "
        "7×7 on each of 3 channels with multiplier 8, then 1×1, which has {separable:,}."
    ),
    ("convolution 1", "macs"): (
        "The dense 7×7 costs {computed:,} multiply-adds; the separable one behind the printed figure {separable:,}."
    ),
    ("inception (4c)", "params"): (
        "The printed widths have {computed:,} weights, {off:.1%} more than printed; the operations column, which "
        "follows from the same widths, agrees, so the widths are right and this entry is not."
    ),
    ("inception (5a)", "params"): (
        "The printed widths have {computed:,} weights, {off:.1%} from the printed figure. With 48 instead of 32 "
        "filters in #5×5 reduce, as in 5b, there would be {wider:,}, off by less than 1 %, like the neighbours."
    ),
    ("inception (5a)", "macs"): (
        "The printed widths cost {computed:,} multiply-adds. With 48 instead of 32 filters in #5×5 reduce, as in 5b, "
        "it would be {wider:,}, which rounds to the printed figure."
    ),
}
PLAIN = {
    "params": "Weights alone, without biases: {computed:,}, which is {shown:.1f}K with K = 1,024.",
    "macs": "Multiply-adds: {computed:,}, which is {shown:.1f}M with M = 10⁶.",
}


def _cost_claim(name: str, what: Cost, printed: str) -> Claim:
    unit, column = (K, "params") if what == "params" else (M, "ops")

    compute = (lambda: weights(row(name))) if what == "params" else (lambda: row(name).macs)
    places = len(printed.partition(".")[2])
    return Claim(
        id=f"going-deeper/table-1/{row(name).node.key}/{column}",
        source="going-deeper",
        statement=f"Table 1, {name}: {printed}{'K parameters' if what == 'params' else 'M operations'}",
        claimed=float(printed) if places else int(printed),
        compute=compute,
        why=REASONS.get((name, what), PLAIN[what]),
        unit=unit,
        places=places,
        facts={
            "shown": lambda: compute() / unit,
            "off": lambda: abs(compute() / (float(printed) * unit) - 1),
            "separable": lambda: separable_stem()[what],
            "wider": lambda: wider_5a()[what],
        },
    )


def _shape_claim(name: str, printed: PrintedRow) -> Claim:
    return Claim(
        id=f"going-deeper/table-1/{row(name).node.key}/output",
        source="going-deeper",
        statement=f"Table 1, {name}: output {printed.output}",
        claimed=printed.output,
        compute=lambda: chw(row(name).output),
        why="Traced through the layers from a 3×224×224 image.",
    )


def _depth_claim(name: str, printed: PrintedRow) -> Claim:
    return Claim(
        id=f"going-deeper/table-1/{row(name).node.key}/depth",
        source="going-deeper",
        statement=f"Table 1, {name}: depth {printed.depth}",
        claimed=printed.depth,
        compute=lambda: row(name).node.depth(),
        why="Layers with weights on the longest way through the row.",
    )


def table_1_claims() -> list[Claim]:
    """Every figure of the printed table as a claim: output, depth, parameters and operations of each row."""
    claims = []
    for name, printed in TABLE_1.items():
        claims += [_shape_claim(name, printed), _depth_claim(name, printed)]
        costs: dict[Cost, str] = {"params": printed.params, "macs": printed.ops}
        claims += [_cost_claim(name, what, text) for what, text in costs.items() if text]
    return claims
