"""Chapter 9: grid reduction."""

from __future__ import annotations

from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting
from .reductions_code import (
    REDUCTION,
    UNREAD,
    narrower_ends,
    remainder_alone,
    too_narrow,
    verify_reduction,
    verify_unread,
    without_padding,
)
from .verdict import Mistake

TIMES = Number(relative=0.01)
SIDE = Number("pixels a side")
AFTER_THE_FIRST, IN_FRONT = "convolve first ÷ pool first", "in parallel ÷ pool first"


@exercise(
    "9.1",
    title="An even grid",
    section="What does each cost?",
    level=1,
    minutes=5,
    prompt="""
    A grid of {grid}×{grid} with {c} channels becomes one of half the side with {out} channels. Pools and convolutions
    are 3×3 and padded, so that the side halves exactly. How many times the multiply-adds of "pool, then convolve"
    does "convolve, then pool" cost? And the block in parallel?
    """,
    kind=Numbers({AFTER_THE_FIRST: TIMES, IN_FRONT: TIMES}),
    cases=[
        {"grid": 32, "c": 192, "out": 320},
        {"grid": 16, "c": 128, "out": 192},
        {"grid": 28, "c": 256, "out": 640},
        {"grid": 64, "c": 96, "out": 256},
        {"grid": 14, "c": 480, "out": 832},
    ],
    mistakes=[
        Mistake(lambda grid, c, out: {AFTER_THE_FIRST: 2}, "Half the side is a *quarter* of the positions."),
        Mistake(
            lambda grid, c, out: {AFTER_THE_FIRST: 5},
            "A quarter of the cost the other way round is four times, not four times *more*.",
        ),
        Mistake(
            lambda grid, c, out: {IN_FRONT: 1 / 2},
            "That holds where the depth doubles. Here the convolution makes what the pool does not: {out} less {c}.",
        ),
    ],
    hints=[
        "On an even grid all is exact. Both first ways have a 3×3 from {c} to {out} channels: on which grid?",
        "In parallel the pool passes {c} channels on, and costs no multiply-adds.",
    ],
)
def an_even_grid(grid, c, out):
    """The large grid has four times the positions. In parallel only the channels that are added have to be made."""
    from inception_edu.arithmetic import conv_macs

    pool_first = conv_macs(c, out, 3, grid // 2)
    convolve_first = conv_macs(c, out, 3, grid)
    parallel = conv_macs(c, out - c, 3, grid // 2)
    return {
        "convolve first ÷ pool first": convolve_first / pool_first,
        "in parallel ÷ pool first": parallel / pool_first,
    }


@exercise(
    "9.2",
    title="A bottleneck of your own",
    section="Where should the grid shrink?",
    level=1,
    minutes=4,
    prompt="""
    {c} channels on a grid of {grid}×{grid} are pooled to half the side, and then convolved to {out} channels. How
    many values flow at the narrowest place, as a share of those that leave? And how many channels may leave at most,
    for the pool's output not to be a bottleneck?
    """,
    kind=Numbers({"share": Number(percent=True, relative=0.01), "channels at most": Number("channels")}),
    cases=[
        {"c": 320, "grid": 36, "out": 800},
        {"c": 192, "grid": 56, "out": 320},
        {"c": 256, "grid": 28, "out": 480},
        {"c": 128, "grid": 16, "out": 384},
        {"c": 288, "grid": 34, "out": 768},
    ],
    mistakes=[
        Mistake(lambda c, grid, out: {"share": 1 / 4}, "That is the share of those that come *in*."),
        Mistake(
            lambda c, grid, out: {"channels at most": 4 * c},
            "With four times the channels as many values leave as come in. Compare with what the pool lets through.",
        ),
    ],
    hints=["Behind the pool the grid stays the same: count channels.", "A bottleneck carries fewer values than leave."],
)
def a_bottleneck_of_your_own(c, grid, out):
    """Grid for grid it is {c} channels against {out}. A reduction that does not widen has no bottleneck of this kind.

    The block in parallel always widens, by the filters of its convolution.
    """
    side = grid // 2
    values = {"pooled": c * side**2, "out": out * side**2}
    return {"share": values["pooled"] / values["out"], "channels at most": values["pooled"] // side**2}


@exercise(
    "9.3",
    title="The size of the picture",
    section="Which pixels are read?",
    level=2,
    minutes=6,
    prompt="""
    Inception-v2's last grid is to be {last}×{last}, and no row of any grid on the way may go unread. Which size must
    the pictures have?
    """,
    kind=SIDE,
    cases=[{"last": 10}, {"last": 5}, {"last": 7}, {"last": 12}, {"last": 9}],
    mistakes=[
        Mistake(
            lambda last: 32 * last,
            "Half of the side is not exact: {last} windows of 3 in steps of 2 read 2·{last} + 1.",
        ),
        Mistake(
            lambda last: 32 * last + 31,
            "You left out the two convolutions of stride 1 without padding. Each takes two.",
        ),
        Mistake(
            lambda last: 32 * last + 35,
            "Each unpadded convolution of stride 1 takes two pixels *there*; the strides above it make more of them.",
        ),
    ],
    hints=[
        "Walk up. Which layers of stride 1 have no padding?",
        "From the last grid up: two reductions, the fifth convolution, then +2, the pool, +2, the first convolution.",
    ],
)
def the_size_of_the_picture(last):
    """There are five layers of stride 2 and 2⁵ = 32: a pixel more at the end is 32 more at the start."""
    grid = last
    for kind in ("reduction", "reduction", "stride 2", "unpadded", "stride 2", "unpadded", "stride 2"):
        grid = grid + 2 if kind == "unpadded" else 2 * grid + 1
    return grid


@exercise(
    "9.4",
    title="Which pool?",
    section="Is the bottleneck real?",
    level=2,
    minutes=6,
    prompt="""
    The paper's pool P may be a maximum or an average. With an average pool beside the convolution the rank of the
    Jacobian is as high as it can be, and with the maximum it is lower. Why?
    """,
    kind=Choice(
        {
            "learned": ("An average pool has weights that can be learned", "Neither of the two has."),
            "same": (
                "Two overlapping windows can have the same maximum, but not the same average",
                "Then two outputs copy one input: a direction is lost.",
            ),
            "positive": ("A maximum throws negative values away", "It takes the largest, whatever its sign."),
            "fewer": ("A maximum gives fewer outputs", "Both give one a window and channel."),
        }
    ),
    hints=["The matrix has a row for each output. When are two rows of the pool's part alike?"],
)
def which_pool():
    """Averages of different windows differ as functions of the input. That does not make them better: they blur.

    The code asks of each pool whether two of its outputs depend on the input in the same way.
    """
    import torch
    from torch.nn import functional

    torch.manual_seed(0)
    image = torch.randn(1, 4, 9, 9)

    def copies(pool):
        rows = torch.autograd.functional.jacobian(lambda x: pool(x, 3, 2).flatten(), image)
        rows = rows.reshape(len(rows), -1)
        return len(rows) - len(rows.unique(dim=0))

    return "same" if copies(functional.max_pool2d) > 0 == copies(functional.avg_pool2d) else "fewer"


@exercise(
    "9.5",
    title="Equal widths",
    section="Does it matter? An experiment at equal cost",
    level=2,
    minutes=6,
    prompt="""
    Suppose the networks of the experiment had the same *width*, {width}, instead of the same cost. How many times the
    multiply-adds of the network "in parallel" would "pool, then convolve" take, and "convolve, then pool"?
    """,
    kind=Numbers({"pool, then convolve": TIMES, "convolve, then pool": TIMES}),
    cases=[{"width": 15}, {"width": 8}, {"width": 6}, {"width": 24}, {"width": 4}],
    mistakes=[
        Mistake(
            lambda width: {"pool, then convolve": 2},
            "That is true of a reduction. The stem and the convolutions behind the reductions cost the same in all.",
        ),
        Mistake(
            lambda width: {"convolve, then pool": 8},
            "That is true of a reduction. The stem and the convolutions behind the reductions cost the same in all.",
        ),
    ],
    hints=["`from inception_edu.experiments.reductions import REDUCING, cost`", "`cost(REDUCING[name], width)`"],
)
def equal_widths(width):
    """At equal widths the design that convolves first would be given far more arithmetic: the comparison is unfair.

    At equal cost it has to be narrower. Neither is "equal in all but one thing".
    """
    from inception_edu.experiments.reductions import REDUCING, cost

    spent = {name: cost(reduce, width) for name, reduce in REDUCING.items()}
    names = ("pool, then convolve", "convolve, then pool")
    return {name: spent[name] / spent["in parallel"] for name in names}


@exercise(
    "9.6",
    title="Design a reduction",
    section="The reductions of Inception-v2 and v3",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    Write `reduction()`, which gives a parallel reduction from 288×35×35 to 768×17×17 as a row, `InceptionDouble`. It
    may cost at most half of (3c)'s multiply-adds, and every convolution keeps at least 64 filters.
    """,
    kind=Code(
        "reduction",
        stub=REDUCTION,
        verify=verify_reduction,
        wrong=(narrower_ends, too_narrow),
    ),
    hints=[
        "The last convolutions of the two branches must leave 768 − 288 channels together.",
        "What works on the large grid? Make it as narrow as you may: the two reductions, and `inner`.",
    ],
)
def design_a_reduction():
    """One of many. What works on the large grid is as narrow as allowed; the filters come with each branch's last step.

    Whether it learns as well is another question.
    """
    from inception_edu.architectures.factorized import HALVE, InceptionDouble

    def reduction():
        return InceptionDouble("lean", 0, 64, 320, 64, 160, 0, HALVE, inner=64)

    return reduction


@exercise(
    "9.7",
    title="A third of the cost",
    section="Try the three ways",
    level=2,
    minutes=5,
    prompt="""
    Set the widget: from 320 channels at 35×35, without padding, to such a depth that the block in parallel costs a
    third of "pool, then convolve".
    """,
    kind=Setting(
        "GridReduction",
        {
            "grid": ("grid", "==", "The grid is 35 pixels wide."),
            "depth": ("in_channels", "==", "320 channels come in."),
            "padding": ("padding", "==", "Without padding, please."),
            "least": ("parallel_macs", ">=", "It costs less than a third: the convolution makes too few channels."),
            "most": ("parallel_macs", "<=", "It costs more than a third: the convolution makes too many channels."),
        },
        {"grid": 35, "in_channels": 320, "out_channels": 640},
    ),
    hints=[
        "Both ways convolve on the small grid, from 320 channels. To how many?",
        "The block makes C′ − 320 channels, the other way C′. One is to be a third of the other.",
    ],
)
def a_third_of_the_cost():
    """(C′ − 320)/C′ = 1/3 gives C′ = 480: the fewer channels are added, the more the pool saves."""
    from inception_edu.arithmetic import conv_macs

    deeper = 320 * 3 // 2
    parallel = conv_macs(320, deeper - 320, 3, 17)
    assert 3 * parallel == conv_macs(320, deeper, 3, 17)
    setting = {"grid": 35, "in_channels": 320, "out_channels": deeper, "padding": 0}
    limits = {"grid": 35, "depth": 320, "padding": 0, "least": parallel, "most": parallel}
    return {"setting": setting, "limits": limits}


@exercise(
    "9.8",
    title="Count what is unread",
    section="Which pixels are read?",
    level=2,
    minutes=10,
    points=2,
    prompt="""
    Write `unread(n, kernel, stride, padding)`: how many of n pixels in a row are read by no window. The padding
    stands on both sides, and the stride is no longer than the kernel.
    """,
    kind=Code(
        "unread",
        stub=UNREAD,
        verify=verify_unread,
        expected="[unread(n, 3, 2, 0) for n in (7, 8, 35, 36)]",
        wrong=(remainder_alone, without_padding),
    ),
    hints=[
        "Windows start at the left; whatever is left over is at the right end.",
        "What is left over of n + 2·padding is a remainder. The padding at the right end is left over first.",
    ],
)
def count_what_is_unread():
    """What no window reaches is a remainder; the padding's own zeros at the right end do not count."""

    def unread(n, kernel, stride, padding):
        left_over = (n + 2 * padding - kernel) % stride
        return max(0, left_over - padding)

    return unread
