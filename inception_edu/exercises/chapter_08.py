"""Chapter 8: factorizing convolutions."""

from __future__ import annotations

from math import cos, floor, radians

from . import kernel_exercises  # noqa: F401, registers 8.7 to 8.9
from .exercise import exercise
from .kinds import Number, Numbers, Setting
from .verdict import Mistake

LEFT = Number(percent=True, relative=0.01)
CHANNELS = Number("channels")
TIMES = Number(relative=0.01)


@exercise(
    "8.1",
    title="Nine by nine",
    section="One row, then one column",
    level=1,
    minutes=3,
    prompt="""
    All layers have equally many channels. Take a convolution of {n}×{n}. Which share of its weights is left, if 3×3
    after 3×3 replace it that see as much? And if one of 1×{n} and one of {n}×1 do?
    """,
    kind=Numbers({"3×3 after 3×3": LEFT, "1×n, then n×1": LEFT}),
    cases=[{"n": 9}, {"n": 7}, {"n": 11}, {"n": 13}, {"n": 15}],
    mistakes=[
        Mistake(lambda n: {"3×3 after 3×3": 9 / n**2}, "One 3×3 sees 3 pixels a side. How many does it take for {n}?"),
        Mistake(
            lambda n: {"3×3 after 3×3": 18 / n**2},
            "Two 3×3 see 5 pixels a side. Each further one adds two; how many does it take for {n}?",
        ),
        Mistake(lambda n: {"1×n, then n×1": 1 / n}, "There are two of them, a row and a column."),
    ],
    hints=["Count the weights for one pair of channels.", "Each 3×3 adds two pixels to the side of what is seen."],
)
def nine_by_nine(n):
    """To see {n} pixels a side takes (n − 1)/2 layers of 3×3, each with 9 weights a pair of channels."""
    layers = (n - 1) // 2
    return {"3×3 after 3×3": 9 * layers / n**2, "1×n, then n×1": 2 * n / n**2}


@exercise(
    "8.2",
    title="How wide may the middle be?",
    section="Where the saving ends",
    level=1,
    minutes=6,
    prompt="""
    A convolution of {n}×{n} from {c} to {out} channels becomes one of 1×{n} and one of {n}×1. Up to how many channels
    may lie between them, for the pair to cost no more weights than the {n}×{n}? And how many between two 3×3 that
    replace a 5×5 from {c} to {out}?
    """,
    kind=Numbers({"1×n, then n×1": CHANNELS, "two 3×3 for a 5×5": CHANNELS}),
    cases=[
        {"c": 96, "out": 160, "n": 7},
        {"c": 64, "out": 96, "n": 5},
        {"c": 128, "out": 192, "n": 7},
        {"c": 48, "out": 128, "n": 9},
        {"c": 160, "out": 256, "n": 3},
    ],
    mistakes=[
        Mistake(
            lambda c, out, n: {"1×n, then n×1": n * out},
            "So wide the first of the two alone costs as much as the whole. The second reads these channels, too.",
        ),
        Mistake(
            lambda c, out, n: {"two 3×3 for a 5×5": floor(25 / 18 * (c * out) ** 0.5)},
            "25/18 of the *geometric* mean. The cost is a straight line in the width: solve 9m(c + c′) = 25cc′.",
        ),
    ],
    hints=[
        "With m channels between, the pair has n·m·c weights in the first layer and n·m·c′ in the second.",
        "Set the sum equal to n²·c·c′, solve for m, and round down.",
    ],
)
def how_wide_may_the_middle_be(c, out, n):
    """From n·m·(c + c′) = n²·c·c′ follows m = n·cc′/(c + c′); for two 3×3 it is 25/9 · cc′/(c + c′)."""
    half = c * out / (c + out)
    return {"1×n, then n×1": int(n * half), "two 3×3 for a 5×5": int(25 / 9 * half)}


@exercise(
    "8.3",
    title="Three for one",
    section="Where the saving ends",
    level=2,
    minutes=8,
    prompt="""
    Factorize a 7×7 from {c} to {out} channels, first into three 3×3, then into 1×7 and 7×1. Choose the widths between
    so that every step widens by the same factor, rounded to whole channels. Which share of the weights does each
    leave?
    """,
    kind=Numbers({"three 3×3": LEFT, "1×7, then 7×1": LEFT}),
    cases=[
        {"c": 64, "out": 128},
        {"c": 48, "out": 144},
        {"c": 96, "out": 192},
        {"c": 128, "out": 32},
        {"c": 32, "out": 96},
    ],
    mistakes=[
        Mistake(lambda c, out: {"three 3×3": 27 / 49}, "That is the share at equal widths."),
        Mistake(lambda c, out: {"1×7, then 7×1": 2 / 7}, "That is the share at equal widths."),
        Mistake(
            lambda c, out: {"1×7, then 7×1": ((c + out) / 2) * (c + out) / (7 * c * out)},
            "Your middle is the arithmetic mean. Equal *factors* lead to the geometric one.",
        ),
    ],
    hints=[
        "With two steps the middle is the geometric mean; with three each step widens by the third root.",
        "`remaining(kernel, parts, widths)` of this chapter does the counting.",
    ],
)
def three_for_one(c, out):
    """A steady growth costs a little more than equal widths: the layers' products are no longer the smallest."""
    from itertools import pairwise

    from inception_edu.arithmetic import conv_params

    growth = out / c
    stack = [c, round(c * growth ** (1 / 3)), round(c * growth ** (2 / 3)), out]
    middle = round(c * growth ** (1 / 2))
    whole = conv_params(c, out, 7)
    three = sum(conv_params(a, b, 3) for a, b in pairwise(stack))
    two = conv_params(c, middle, (1, 7)) + conv_params(middle, out, (7, 1))
    return {"three 3×3": three / whole, "1×7, then 7×1": two / whole}


@exercise(
    "8.4",
    title="As wide as the rule allows",
    section="Try it",
    level=2,
    minutes=6,
    prompt="""
    Set the explorer: a 7×7 from 96 to 160 channels becomes a 1×7 and a 7×1, which may cost 2/7 of it, as if all
    widths were equal. Make the middle as wide as this allows.
    """,
    kind=Setting(
        "FactorizationExplorer",
        {
            "kernel": ("kernel_size", "==", "The kernel to replace is a 7×7."),
            "in": ("in_channels", "==", "96 channels come in."),
            "out": ("out_channels", "==", "160 channels leave."),
            "layers": ("layers", "==", "These are 3×3 after 3×3. Choose a row, then a column."),
            "cost": ("ratio", "<=", "It costs more than 2/7 of the 7×7: a narrower middle."),
            "wide": ("mid_channels", ">=", "The middle can be wider and still cost no more than 2/7."),
        },
        {"kernel_size": 7, "in_channels": 96, "mid_channels": 96, "out_channels": 160},
    ),
    hints=[
        "The two layers cost 7·m·(96 + 160). At 2/7 that is 14·96·160.",
        "m is twice the product of the two widths over their sum.",
    ],
)
def as_wide_as_the_rule_allows():
    """The width is 2cc′/(c + c′), the *harmonic* mean of the two ends. It is below the geometric mean, always."""
    from inception_edu.arithmetic import conv_params

    middle = 2 * 96 * 160 // (96 + 160)
    pair = conv_params(96, middle, (1, 7)) + conv_params(middle, 160, (7, 1))
    setting = {"kernel_size": 7, "way": "asymmetric", "in_channels": 96, "mid_channels": middle, "out_channels": 160}
    limits = {"kernel": 7, "in": 96, "out": 160, "layers": 2, "wide": middle}
    return {"setting": setting, "limits": {**limits, "cost": pair / conv_params(96, 160, 7)}}


@exercise(
    "8.5",
    title="The price of a stride",
    section="Two 3×3 for one 5×5",
    level=2,
    minutes=8,
    prompt="""
    A 5×5 of stride 2 turns {c} channels of {grid}×{grid} into {out} channels of half the side. It becomes two 3×3,
    from {c} to {c} and from {c} to {out} channels; one of them takes the stride. All are padded to keep the grid but
    for the stride. How many times the multiply-adds of the 5×5 do they cost, if the second takes it? And if the first
    does?
    """,
    kind=Numbers({"stride in the second": TIMES, "stride in the first": TIMES}),
    cases=[
        {"c": 64, "out": 96, "grid": 32},
        {"c": 32, "out": 64, "grid": 64},
        {"c": 96, "out": 96, "grid": 28},
        {"c": 128, "out": 160, "grid": 56},
        {"c": 48, "out": 72, "grid": 16},
    ],
    mistakes=[
        Mistake(
            lambda c, out, grid: {"stride in the second": 9 * (c + out) / (25 * out)},
            "You counted weights. The first 3×3 now writes the *large* grid: every weight works four times as often.",
        ),
        Mistake(
            lambda c, out, grid: {"stride in the first": 9 * (c / 4 + out) / (25 * out)},
            "Both 3×3 write the small grid here, as the 5×5 does.",
        ),
    ],
    hints=[
        "`conv_macs(in_channels, out_channels, kernel, output)`: which grid does each of them *write*?",
        "If the second takes the stride, the first writes the large grid.",
    ],
)
def the_price_of_a_stride(c, out, grid):
    """The first 3×3 works on the large grid, four times as many positions: factorized, the layer gets dearer.

    With the stride in front it is cheap again, and sees 7 pixels a side, but it drops pixels before anything has
    looked at them twice. Chapter 9 is about this choice.
    """
    from inception_edu.arithmetic import conv_macs

    half = grid // 2
    whole = conv_macs(c, out, 5, half)
    late = conv_macs(c, c, 3, grid) + conv_macs(c, out, 3, half)
    early = conv_macs(c, c, 3, half) + conv_macs(c, out, 3, half)
    return {"stride in the second": late / whole, "stride in the first": early / whole}


@exercise(
    "8.6",
    title="A turned edge",
    section="What can a factorization express?",
    level=1,
    minutes=3,
    prompt="""
    An edge is turned by {angle}° against the rows and columns. Which share of its squares do a 1×7 and a 7×1 keep,
    with one channel between?
    """,
    kind=Number(percent=True, relative=0.01),
    cases=[{"angle": 60}, {"angle": 30}, {"angle": 20}, {"angle": 75}, {"angle": 55}],
    mistakes=[
        Mistake(
            lambda angle: min(cos(radians(angle)) ** 2, 1 - cos(radians(angle)) ** 2),
            "That is the part that is *lost*: the larger of the two is kept.",
        ),
        Mistake(
            lambda angle: max(cos(radians(angle)), cos(radians(90 - angle))),
            "Squares are asked for: of the sine and the cosine, too.",
        ),
    ],
    hints=["A turned edge is a sum of an upright and a lying one.", "Rank 1 keeps the stronger of the two."],
)
def a_turned_edge(angle):
    """The kernel is cos θ times the upright edge plus sin θ times the lying one; rank 1 keeps the stronger part."""
    import numpy as np

    y, x = np.mgrid[-3:4, -3:4]
    turn = np.deg2rad(angle)
    edge = (x * np.cos(turn) + y * np.sin(turn)) * np.exp(-(x**2 + y**2) / 4)
    squares = np.linalg.svd(edge, compute_uv=False) ** 2
    return float(squares[0] / squares.sum())
