"""What the paper and the notes say in figures of factorized convolutions and of grid reduction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from ..architectures import Chain, Concat, Conv, Inception, Node, Shape, Style
from ..architectures.factorized import Inception7x7, InceptionDouble, Module
from ..arithmetic import Pair, conv_macs, conv_params
from .claim import Claim
from .lookups import block, chw, module, nodes, trunk

BATCH_NORM = Style(batch_norm=True)


def remaining(kernel: int, parts: Sequence[int | Pair], widths: Sequence[int] = (1, 1, 1)) -> float:
    """Weights of a chain of convolutions, of these widths, over those of the one n×n convolution it stands for."""
    chain = sum(conv_params(*layer) for layer in zip(widths, widths[1:], parts))
    return chain / conv_params(widths[0], widths[-1], kernel)


def inner(label: str, reduce: str, last: str) -> tuple[int, int, int]:
    """Widths along a factorized branch of Inception-v2 behind its reduction: the pair is as wide as its end."""
    widths = module("inception_v2", label).node.columns()
    return widths[reduce], widths[last], widths[last]


def widening_late() -> tuple[int, int, int]:
    """Widths along the 1×7 and 7×1 of Inception-v3's (6b)."""
    node = block("inception_v3", "6b", Inception7x7)
    return node.n7x7_reduce, node.inner[0], node.n7x7


def beside() -> float:
    """Weights of (2a)'s 1×3 and 3×1 side by side over those of one 3×3 that leaves as many channels."""
    reduce, out, _ = inner("2a", "#3×3 reduce", "#3×3")
    pair = conv_params(reduce, out, (1, 3)) + conv_params(reduce, out, (3, 1))
    return pair / conv_params(reduce, 2 * out, 3)


def growth(name: str) -> list[float]:
    """Channels out over channels in, for the 5×5 of GoogLeNet, or for the double 3×3 that replaced it."""
    if name == "googlenet":
        return [node.n5x5 / node.n5x5_reduce for node in nodes(name, Inception).values()]
    return [node.double / node.double_reduce for node in nodes(name, InceptionDouble).values()]


def long_kernel_grids(*names: str) -> list[int]:
    """The grids that the 1×7 and 7×1 convolutions of these networks stand on."""
    layers = [layer for name in names for row in trunk(name).values() for layer in row.layers]
    return sorted({layer.output[1] for layer in layers if isinstance(layer.op, Conv) and layer.op.kernel == (1, 7)})


def within(least: int, most: int, *names: str) -> bool:
    """Whether all these grids are between `least` and `most` pixels wide."""
    return all(least <= grid <= most for grid in long_kernel_grids(*names))


def listed(grids: Iterable[int]) -> str:
    """Grids as the papers print them, the smallest first: ``8×8, 17×17``."""
    return ", ".join(f"{grid}×{grid}" for grid in sorted(grids))


def keeping(reduction: Module) -> Concat:
    """The same module with every stride 1 and every branch padded, so that it keeps the grid."""
    branches = {
        name: Chain("", (*branch.parts[:-1], replace(branch.parts[-1], stride=1, padding=1)))
        for name, branch in reduction.body().branches.items()
    }
    return Concat(reduction.name, branches)


def reduction_costs(name: str, label: str) -> dict[str, int]:
    """Multiply-adds of a network's parallel reduction, and of the same module before and after a pool of stride 2."""
    before, reduction = module(name, label).input, block(name, label, Module)
    pooled = reduction.pool.output(before, BATCH_NORM)

    def cost(node: Node, shape: Shape) -> int:
        return sum(layer.macs for layer in node.layers(shape, BATCH_NORM))

    return {
        "pool first": cost(keeping(reduction), pooled),
        "convolve first": cost(keeping(reduction), before),
        "in parallel": cost(reduction, before),
    }


def compared(cost: float, other: float) -> str:
    """How a `cost` stands to the `other`."""
    return "less" if cost < other else "more"


FACTORIZATIONS = [
    Claim(
        "rethinking/5x5-over-3x3",
        "rethinking",
        "A 5×5 convolution is 2.78 times as expensive as a 3×3 with as many filters",
        2.78,
        lambda: 1 / remaining(5, [3], (1, 1)),
        "25 weights a pair of channels against 9.",
        places=2,
    ),
    Claim(
        "rethinking/two-3x3",
        "rethinking",
        "Two 3×3 in place of a 5×5 save 28 %",
        28,
        lambda: 1 - remaining(5, [3, 3]),
        "(9 + 9) / 25 = 0.72 remain, where all widths are equal.",
        unit=0.01,
        places=0,
    ),
    Claim(
        "notes-inception-v2/two-3x3",
        "notes-inception-v2",
        "Two 3×3 in place of a 5×5 need 9/25 = 0.36 of the parameters",
        0.36,
        lambda: remaining(5, [3, 3]),
        "There are two of them: 18/25 = {computed:.2f}. 9/25 is one 3×3, which sees less.",
        places=2,
    ),
    Claim(
        "notes-inception-v2/two-3x3-in-3a",
        "notes-inception-v2",
        "The two 3×3 of (3a) need 0.36 of the parameters of the 5×5 they replace",
        0.36,
        lambda: remaining(5, [3, 3], inner("3a", "double #3×3 reduce", "double #3×3")),
        "With its widths, {widths}, {computed:.2f} remain: the second 3×3 reads more channels than the 5×5 would.",
        places=2,
        facts={"widths": lambda: " → ".join(map(str, inner("3a", "double #3×3 reduce", "double #3×3")))},
    ),
    Claim(
        "rethinking/growth-in-googlenet",
        "rethinking",
        "A 5×5 of GoogLeNet leaves about 1.5 times as many channels as it reads",
        1.5,
        lambda: median(growth("googlenet")),
        "Between {least:.1f} and {most:.1f} times, in the middle {computed:.2f}. The 1.5 fits the double 3×3 of "
        "BN-Inception: there it is {bn_least:.1f} to {bn_most:.1f}.",
        places=1,
        facts={
            "least": lambda: min(growth("googlenet")),
            "most": lambda: max(growth("googlenet")),
            "bn_least": lambda: min(growth("bn_inception")),
            "bn_most": lambda: max(growth("bn_inception")),
        },
    ),
    Claim(
        "rethinking/3x1-and-1x3",
        "rethinking",
        "A 3×1 and a 1×3 in place of a 3×3 save 33 %",
        33,
        lambda: 1 - remaining(3, [(3, 1), (1, 3)]),
        "(3 + 3) / 9 = 2/3 remain, where all widths are equal.",
        unit=0.01,
        places=0,
    ),
    Claim(
        "rethinking/two-2x2",
        "rethinking",
        "Two 2×2 in place of a 3×3 save 11 %",
        11,
        lambda: 1 - remaining(3, [2, 2]),
        "(4 + 4) / 9 = 8/9 remain.",
        unit=0.01,
        places=0,
    ),
    Claim(
        "notes-inception-v2/1x3-and-3x1",
        "notes-inception-v2",
        "A 1×3 and then a 3×1 need 66.7 % of the parameters of a 3×3",
        66.7,
        lambda: remaining(3, [(1, 3), (3, 1)]),
        "(3 + 3) / 9, one behind the other and with equal widths.",
        unit=0.01,
        places=1,
    ),
    Claim(
        "notes-inception-v2/1x3-beside-3x1",
        "notes-inception-v2",
        "The 1×3 and 3×1 into which (2a) and (2b) split a 3×3 need 66.7 % of its parameters",
        66.7,
        beside,
        "Those stand side by side, and leave twice as many channels: {computed:.1%} of a 3×3 that leaves as many, "
        "and they do not see its corners. The rule is for a 1×3 followed by a 3×1.",
        unit=0.01,
        places=1,
    ),
    Claim(
        "notes-inception-v2/1x7-and-7x1",
        "notes-inception-v2",
        "By the same rule the 1×7 and 7×1 of (5a) need (7+7)/49 = 28.6 % of the parameters of a 7×7",
        28.6,
        lambda: remaining(7, [(1, 7), (7, 1)], inner("5a", "#7×7 reduce", "#7×7")),
        "With its widths, {widths}, {computed:.1%}: 2/7 holds for equal widths. Inception-v3 widens in the second step "
        "({late_widths} in (6b)), and needs {late:.1%}.",
        unit=0.01,
        places=1,
        facts={
            "widths": lambda: " → ".join(map(str, inner("5a", "#7×7 reduce", "#7×7"))),
            "late_widths": lambda: " → ".join(map(str, widening_late())),
            "late": lambda: remaining(7, [(1, 7), (7, 1)], widening_late()),
        },
    ),
    Claim(
        "rethinking/medium-grids",
        "rethinking",
        "1×7 and 7×1 are for grids between 12 and 20",
        "between 12 and 20",
        lambda: "between 12 and 20" if within(12, 20, "inception_v2", "inception_v3") else "elsewhere too",
        "Those of Inception-v2 and v3 stand on {grids}. Inception-v4 has them in its stem, too, at {later}.",
        facts={
            "grids": lambda: listed(long_kernel_grids("inception_v2", "inception_v3")),
            "later": lambda: listed(set(long_kernel_grids("inception_v4")) - set(long_kernel_grids("inception_v3"))),
        },
    ),
    Claim(
        "notes-inception-v2/medium-grids",
        "notes-inception-v2",
        "1×7 and 7×1 are for grids of m×m with m in 1220",
        1220,
        lambda: long_kernel_grids("inception_v2")[0],
        "A dash was lost: the paper says between 12 and 20. They stand on {computed}×{computed}.",
    ),
]

GRID_REDUCTIONS = [
    *(
        Claim(
            f"notes-inception-v2/{label}-output",
            "notes-inception-v2",
            f"The reduction ({label}) leaves {text}",
            text,
            lambda label=label: chw(module("inception_v2", label).output),
            "3×3 of stride 2 without padding, in convolutions and pool alike; the pool passes {passed} channels on.",
            facts={"passed": lambda label=label: module("inception_v2", label).input[0]},
        )
        for label, text in [("3c", "768×17×17"), ("5e", "1280×8×8")]
    ),
    Claim(
        "rethinking/pooling-first-by-a-quarter",
        "rethinking",
        "To pool before the convolution reduces the cost by a quarter",
        0.25,
        lambda: 1 - conv_macs(320, 640, 3, 16) / conv_macs(320, 640, 3, 32),
        "To a quarter: the formulas beside it, 2(d/2)²k² against 2d²k², differ by a factor of four.",
        places=2,
    ),
    Claim(
        "rethinking/pooling-last-3-times",
        "rethinking",
        "To convolve at 35×35 and then to pool is 3 times more expensive than to pool first",
        3,
        lambda: conv_macs(320, 640, 3, 35) / conv_macs(320, 640, 3, 17) - 1,
        "{times:.2f} times as expensive, so {computed:.2f} times more. On an even grid it is 4 times, or 3 times more.",
        places=0,
        facts={"times": lambda: conv_macs(320, 640, 3, 35) / conv_macs(320, 640, 3, 17)},
    ),
    Claim(
        "rethinking/parallel-costs-less",
        "rethinking",
        "A convolution and a pool in parallel cost even less than to pool first",
        "less",
        lambda: compared(conv_macs(320, 320, 3, 17), conv_macs(320, 640, 3, 17)),
        "{share:.0%} of it: on the same small grid, half the channels come from the pool, and cost nothing.",
        facts={"share": lambda: conv_macs(320, 320, 3, 17) / conv_macs(320, 640, 3, 17)},
    ),
    Claim(
        "rethinking/figure-10-costs-less",
        "rethinking",
        "The module of figure 10 costs less than the same module behind a pool",
        "less",
        lambda: compared(*(reduction_costs("inception_v2", "3c")[way] for way in ("in parallel", "pool first"))),
        "(3c) of Inception-v2 costs {v2:.2f} times as much as the same module behind a pool, (6a) of v3 {v3:.2f} "
        "times: its 1×1 and the first of its double 3×3 still work on the large grid.",
        facts={
            key: lambda name=name, label=label: (
                reduction_costs(name, label)["in parallel"] / reduction_costs(name, label)["pool first"]
            )
            for key, name, label in [("v2", "inception_v2", "3c"), ("v3", "inception_v3", "6a")]
        },
    ),
    Claim(
        "notes-inception-v2/parallel-costs-less",
        "notes-inception-v2",
        "The parallel reduction costs less than to convolve first and to pool then",
        "less",
        lambda: compared(*(reduction_costs("inception_v2", "3c")[way] for way in ("in parallel", "convolve first"))),
        "{share:.0%} of it in (3c).",
        facts={
            "share": lambda: (
                reduction_costs("inception_v2", "3c")["in parallel"]
                / reduction_costs("inception_v2", "3c")["convolve first"]
            )
        },
    ),
]

CLAIMS = FACTORIZATIONS + GRID_REDUCTIONS
