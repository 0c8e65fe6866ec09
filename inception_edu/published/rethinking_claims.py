"""What the papers after GoogLeNet, and the notes on Inception-v2, say in figures of networks and modules."""

from __future__ import annotations

from .. import architectures
from ..architectures import AvgPool, LabelledBlock, Row
from ..arithmetic import linear_params, output_size
from .claim import Claim
from .lookups import chw, heads, module, total, trunk


def after(row: Row, kind: type) -> str:
    """Output of the first operation of a kind inside a row."""
    return chw(next(layer.output for layer in row.layers if isinstance(layer.op, kind)))


def halving(row: Row) -> bool:
    """Whether less of the grid comes out than goes in."""
    return row.output[1] < row.input[1]


def modules_at(grid: int, keeping: bool = True) -> list[str]:
    """Modules of Inception-v2 that read a grid of this size; with `keeping`, only those that leave it as it is."""
    return [
        row.node.label
        for row in trunk("inception_v2").values()
        if isinstance(row.node, LabelledBlock) and row.input[1] == grid and not (keeping and halving(row))
    ]


def expanded_sum(label: str) -> str:
    """Output depth of an expanded module, the branches that count twice written as such."""
    row = module("inception_v2", label)
    widths = row.node.columns()
    columns = list(widths)
    once, twice, again = widths[columns[0]], widths[columns[2]], widths[columns[4]]
    pooled = widths[columns[5]] or row.input[0]
    return f"{once}+2·{twice}+2·{again}+{pooled}={once + 2 * twice + 2 * again + pooled}"


def conv_6_without_padding() -> int:
    """Side of the grid that the stem's sixth convolution, a 3×3, would leave without padding."""
    row = trunk("inception_v2")["convolution 6"]
    return output_size(row.input[1], 3)


CLAIMS = [
    Claim(
        "notes-inception-v2/2a-sum",
        "notes-inception-v2",
        "The first expanded module is 1280 deep (printed 256+1602+2402+224, the dots lost)",
        "256+2·160+2·240+224=1280",
        lambda: expanded_sum("2a"),
        "The 3×3 branches end in a 1×3 and a 3×1 side by side, so each of their widths counts twice.",
    ),
    Claim(
        "notes-inception-v2/2b-sum",
        "notes-inception-v2",
        "The second expanded module is 2048 deep (printed 256+962+1602+1280, the dots lost)",
        "256+2·96+2·160+1280=2048",
        lambda: expanded_sum("2b"),
        "Its pool passes all {input} channels on.",
        facts={"input": lambda: module("inception_v2", "2b").input[0]},
    ),
    Claim(
        "notes-inception-v2/pool-output",
        "notes-inception-v2",
        "The average pool of (3a) leaves 64×35×35",
        "64×35×35",
        lambda: after(module("inception_v2", "3a"), AvgPool),
        "A pool keeps the depth: it leaves {computed}, and the 64 are there after the projection.",
    ),
    Claim(
        "notes-inception-v2/padding-of-convolution-6",
        "notes-inception-v2",
        "The sixth convolution of the stem leaves 288×35×35",
        "288×35×35",
        lambda: chw(trunk("inception_v2")["convolution 6"].output),
        "With padding 1, as these notes print; the paper's table marks no padding there, and without it 35 becomes "
        "{without}.",
        facts={"without": conv_6_without_padding},
    ),
    Claim(
        "rethinking/padding-of-convolution-6",
        "rethinking",
        "The sixth convolution of the stem, not marked as padded, leaves 35×35",
        35,
        conv_6_without_padding,
        "A 3×3 without padding turns 35 into {computed}; the grid printed after it needs padding 1.",
    ),
    Claim(
        "notes-inception-v2/three-modules-at-35",
        "notes-inception-v2",
        "Three modules work at 35×35",
        3,
        lambda: len(modules_at(35, keeping=False)),
        "{labels}: the last of them is itself the reduction to 17×17; {kept} keep the grid.",
        facts={
            "labels": lambda: ", ".join(modules_at(35, keeping=False)),
            "kept": lambda: len(modules_at(35)),
        },
    ),
    Claim(
        "notes-inception-v2/five-modules-at-17",
        "notes-inception-v2",
        "Five modules work at 17×17",
        5,
        lambda: len(modules_at(17, keeping=False)),
        "{labels}: the last of them is itself the reduction to 8×8; {kept} keep the grid.",
        facts={
            "labels": lambda: ", ".join(modules_at(17, keeping=False)),
            "kept": lambda: len(modules_at(17)),
        },
    ),
    Claim(
        "notes-inception-v2/double-column",
        "notes-inception-v2",
        "The fifth column of the second group, beside double #7×7 reduce, is headed double #3×3",
        "double #3×3",
        lambda: list(module("inception_v2", "5a").node.columns())[4],
        "A slip of the pen: behind a double #7×7 reduce follow 7×1 and 1×7 pairs.",
    ),
    Claim(
        "notes-inception-v2/last-two-reduce",
        "notes-inception-v2",
        "The last two modules use grid reduction",
        "2 reduce the grid",
        lambda: f"{sum(halving(module('inception_v2', label)) for label in ('2a', '2b'))} reduce the grid",
        "(2a) and (2b) leave {grid}×{grid} as it is: they are the modules with expanded filter banks.",
        facts={"grid": lambda: module("inception_v2", "2b").output[1]},
    ),
    Claim(
        "notes-inception-v2/head-pool",
        "notes-inception-v2",
        "5×5/3 average pooling turns 768×17×17 into 768×5×5 in the auxiliary head",
        "768×5×5",
        lambda: after(heads("inception_v2")["aux"], AvgPool),
        "(17 − 5) / 3 + 1 = {side}.",
        facts={"side": lambda: output_size(17, 5, 3)},
    ),
    Claim(
        "notes-inception-v2/head-fc",
        "notes-inception-v2",
        "The head's fully connected layer has 3200×1024 weights",
        3200 * 1024,
        lambda: linear_params(128 * 5 * 5, 1024, bias=False),
        "128 channels on a 5×5 grid into 1024 units, biases left out.",
    ),
    Claim(
        "rethinking/42-layers",
        "rethinking",
        "Inception-v2 is 42 layers deep",
        42,
        lambda: architectures.architecture("inception_v2").depth(),
        "The derivation has {computed} on its longest way. Inception-v3 as published has {v3}.",
        facts={"v3": lambda: architectures.architecture("inception_v3").depth()},
    ),
    Claim(
        "rethinking/2.5-times-googlenet",
        "rethinking",
        "Inception-v2 costs about 2.5 times as much as GoogLeNet",
        2.5,
        lambda: total("inception_v2", "macs") / total("googlenet", "macs"),
        "{v2:,} over {v1:,} multiply-adds is {computed:.2f}, each at its usual image size.",
        places=1,
        facts={"v2": lambda: total("inception_v2", "macs"), "v1": lambda: total("googlenet", "macs")},
    ),
    Claim(
        "rethinking/2.5-times-bn-inception",
        "rethinking",
        "The best network, Inception-v3, costs 2.5 times as much as BN-Inception",
        2.5,
        lambda: total("inception_v3", "macs") / total("bn_inception", "macs"),
        "{v3:,} over {bn:,} multiply-adds is {computed:.2f}. The paper rounds the one to 5 billion and the other to 2.",
        places=1,
        facts={"v3": lambda: total("inception_v3", "macs"), "bn": lambda: total("bn_inception", "macs")},
    ),
    Claim(
        "rethinking/5-billion",
        "rethinking",
        "Inception-v3 takes 5 billion multiply-adds",
        5,
        lambda: total("inception_v3", "macs"),
        "{computed:,}: less than six billion, and nearer to six than to five.",
        unit=10**9,
        places=0,
    ),
    Claim(
        "rethinking/under-25-million",
        "rethinking",
        "Inception-v3 has fewer than 25 million parameters",
        "under 25,000,000",
        lambda: f"{'under' if total('inception_v3', 'params') < 25 * 10**6 else 'over'} 25,000,000",
        "{params:,} without the auxiliary head; {with_head:,} with it.",
        facts={
            "params": lambda: total("inception_v3", "params"),
            "with_head": lambda: total("inception_v3", "params") + heads("inception_v3")["aux"].params,
        },
    ),
]
