"""Exercises to chapter 2, *The 1×1 convolution*."""

from __future__ import annotations

from ..arithmetic import break_even_reduction, conv_params
from . import one_by_one_code  # noqa: F401 - registers 2.2 and 2.7
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting
from .verdict import Mistake

CHANNELS = Number("channels")


@exercise(
    "2.1",
    title="Invisible",
    section="What can a window of one pixel see?",
    level=1,
    minutes=4,
    prompt="""
    A 1×1 convolution has one filter, with the weights (0.30, 0.59, 0.11). One pixel has the colour ({red}, 0, 0.5),
    another the colour (0, g, 0.5). For which g can the filter not tell them apart?
    """,
    kind=Number(relative=0.01),
    cases=[{"red": 0.59}, {"red": 0.80}, {"red": 0.40}, {"red": 1.00}, {"red": 0.70}],
    mistakes=[
        Mistake(lambda red: red, "Green counts nearly twice as much as red here: the same g would look brighter."),
        Mistake(lambda red: red * 0.59 / 0.30, "The other way round: green has the larger weight, so less of it does."),
    ],
    hints=["Both pixels must give the same weighted sum.", "The blue is the same in both, and drops out."],
)
def invisible(red):
    """To this filter the two are the same grey. What a reduction cannot see, no later layer can."""
    weights = (0.30, 0.59, 0.11)
    return weights[0] * red / weights[1]


@exercise(
    "2.3",
    title="How low is the rank?",
    section="Without a ReLU between, it is one convolution",
    level=1,
    minutes=4,
    prompt="""
    A 1×1 from {c} channels to {r}, and then, with no ReLU between, a {k}×{k} to {d} filters. Together they are one
    convolution. Written as a matrix with a column for each of the {c} input channels, which rank can it have at most?
    """,
    kind=Number(),
    cases=[
        {"c": 192, "r": 16, "k": 5, "d": 32},
        {"c": 48, "r": 64, "k": 3, "d": 64},
        {"c": 480, "r": 96, "k": 3, "d": 208},
        {"c": 32, "r": 48, "k": 3, "d": 16},
        {"c": 832, "r": 48, "k": 5, "d": 128},
    ],
    mistakes=[
        Mistake(lambda c, r, k, d: c, "All that reaches the second convolution went through the channels between."),
        Mistake(lambda c, r, k, d: d, "The filters are the rows' number, and each fills k·k of them."),
        Mistake(lambda c, r, k, d: k * k * d, "So many rows it has. But they are mixtures of fewer channels."),
    ],
    hints=["A product of two matrices has at most the rank of the thinner one.", "Rank counts columns, too."],
)
def how_low_is_the_rank(c, r, k, d):
    """The smallest of three: the columns, the channels between, the rows."""
    import torch

    look = torch.randn(k * k * d, r, dtype=torch.float64)
    squeeze = torch.randn(r, c, dtype=torch.float64)
    return int(torch.linalg.matrix_rank(look @ squeeze))


@exercise(
    "2.4",
    title="The widest that still saves",
    section="Try it",
    level=1,
    minutes=5,
    prompt="""
    Set the calculator to 512 channels in, 64 filters, and a kernel of 3. Then find the *widest* 1×1 that still divides
    the cost by 4.
    """,
    kind=Setting(
        "ReductionCalculator",
        {
            "in": ("in_channels", "==", "Other channels come in than asked."),
            "out": ("out_channels", "==", "There are other filters than asked."),
            "kernel": ("kernel_size", "==", "The kernel is another than asked."),
            "ratio": ("ratio", ">=", "The cost is divided by less than 4: go narrower."),
            "width": ("reduce_channels", ">=", "It could be wider, and still divide the cost by 4."),
        },
    ),
    hints=["A reduction to r divides the cost by r*/r. The widget shows r*.", "Divide the break-even width by 4."],
)
def the_widest_that_still_saves():
    """A quarter of the break-even width, rounded down."""
    c, d, k, times = 512, 64, 3, 4
    r_star = k**2 * c * d / (c + k**2 * d)
    width = int(r_star / times)
    channels = {"in_channels": c, "out_channels": d}
    setting = {**channels, "kernel_size": k, "reduce_channels": width}
    limits = {"in": c, "out": d, "kernel": k, "ratio": times, "width": width}
    return {"setting": setting, "limits": limits}


@exercise(
    "2.5",
    title="With a stride",
    section="When does a reduction *not* pay?",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    {c} channels come in, {d} filters of {k}×{k} go over them with a stride of {s}, and the 1×1 stands before them,
    where the grid is still large. What is the break-even width r* now, of the weights and of the multiply-adds?
    """,
    kind=Numbers(
        {
            "weights": Number("channels", relative=0.005),
            "multiply-adds": Number("channels", relative=0.005),
        }
    ),
    cases=[
        {"c": 512, "d": 64, "k": 5, "s": 2},
        {"c": 256, "d": 96, "k": 3, "s": 2},
        {"c": 320, "d": 128, "k": 3, "s": 2},
        {"c": 192, "d": 64, "k": 5, "s": 3},
        {"c": 480, "d": 48, "k": 5, "s": 2},
    ],
    mistakes=[
        Mistake(
            lambda c, d, k, s: {"multiply-adds": k * k * c * d / (c + k * k * d)},
            "That is where the *weights* are even. The 1×1 works before the stride, on more positions.",
        ),
        Mistake(
            lambda c, d, k, s: {"multiply-adds": k * k * c * d / (s * c + k * k * d)},
            "The stride thins the grid out in both directions: its square counts.",
        ),
    ],
    hints=[
        "The reduction stands before the stride. On how many positions does it work, for each of the other's?",
        "Write down the inequality of the text once more, with s² before the first term.",
    ],
)
def with_a_stride(c, d, k, s):
    """The reduction works on s² times as many positions: s²·c·r + k²·r·d < k²·c·d."""
    macs = k**2 * c * d / (s**2 * c + k**2 * d)
    weights = k**2 * c * d / (c + k**2 * d)
    return {"weights": weights, "multiply-adds": macs}


@exercise(
    "2.6",
    title="Down, look, and up again",
    section="When does a reduction *not* pay?",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    A block reads {c} channels and must give {c}. It reduces to r, convolves 3×3 from r to r, and goes up again by a
    1×1. Which share of a plain 3×3 from {c} to {c} does it cost at r = {r}? And up to which r does it cost less?
    """,
    kind=Numbers({"share": Number(percent=True, relative=0.01), "widest that pays": CHANNELS}),
    cases=[{"c": 256, "r": 64}, {"c": 512, "r": 128}, {"c": 192, "r": 64}, {"c": 480, "r": 96}, {"c": 832, "r": 160}],
    mistakes=[
        Mistake(
            lambda c, r: {"share": (conv_params(c, r, 1) + conv_params(r, c, 3)) / conv_params(c, c, 3)},
            "There the 3×3 goes up again by itself. Here it stays at r, and a second 1×1 goes up.",
        ),
        Mistake(
            lambda c, r: {"widest that pays": break_even_reduction(c, c, 3)},
            "That is r* of one reduction and a 3×3 to all channels. Here are three terms, and one has r squared.",
        ),
    ],
    hints=["Three terms: c·r, 9·r², and r·c.", "It is a quadratic in r. Or try every r from 1 on."],
)
def down_look_and_up_again(c, r):
    """It is the *bottleneck block* of the residual networks of 2015."""
    from inception_edu.arithmetic import conv_params

    def block(r):
        return 2 * conv_params(c, r, 1) + conv_params(r, r, 3)

    plain = conv_params(c, c, 3)
    widest = max(r for r in range(1, 2 * c) if block(r) < plain)
    return {"share": block(r) / plain, "widest that pays": widest}


@exercise(
    "2.8",
    title="Which habit saves more?",
    section="Every reduction of GoogLeNet",
    level=3,
    minutes=12,
    points=2,
    prompt="""
    Make every reduction of GoogLeNet's nine modules {times} times as narrow, first those before the 3×3 alone, then
    those before the 5×5 alone. By which share does the whole network's work shrink in each case (224 pixels, without
    heads)?
    """,
    kind=Numbers(
        {"before the 3×3": Number(percent=True, relative=0.01), "before the 5×5": Number(percent=True, relative=0.01)}
    ),
    cases=[{"times": times} for times in (2, 4, 8)],
    mistakes=[
        Mistake(
            lambda times: {key: 1 - value for key, value in which_habit_saves_more(times).items()},
            "That is what is left. Asked is by how much it shrinks.",
        )
    ],
    hints=[
        'The rows of `architecture("googlenet", aux_logits=False)` are data; `dataclasses.replace` changes one.',
        "`replace(network, rows=…)` is the changed network, and its `trace()` has every row's `macs`.",
    ],
)
def which_habit_saves_more(times):
    """There are many more filters before the 3×3, so there is more to save, though each saves less."""
    from dataclasses import replace

    from inception_edu.architectures import Inception, architecture

    network = architecture("googlenet", aux_logits=False)

    def work(column=None):
        rows = [
            replace(row, **{column: getattr(row, column) // times}) if column and isinstance(row, Inception) else row
            for row in network.rows
        ]
        return sum(row.macs for row in replace(network, rows=tuple(rows)).trace())

    columns = {"before the 3×3": "n3x3_reduce", "before the 5×5": "n5x5_reduce"}
    return {name: 1 - work(column) / work() for name, column in columns.items()}


@exercise(
    "2.9",
    title="Where would you not reduce?",
    section="How much may be thrown away?",
    level=2,
    minutes=4,
    prompt="""
    A layer's 320 channels are nearly uncorrelated: each says something that no other does. You reduce them to a
    tenth, with the best mixtures there are. What do you keep?
    """,
    kind=Choice(
        {
            "tenth": ("About a tenth of the variance", "All directions count alike, so a tenth of them holds a tenth."),
            "most": (
                "Most of the variance",
                "That holds where channels repeat each other. Look at the line of noise in the figure.",
            ),
            "all": ("All of it", "A map to fewer numbers keeps everything only where the others can be guessed."),
            "none": ("Next to nothing", "The best tenth keeps at least its share."),
        }
    ),
    hints=["Which line of the figure is that?"],
)
def where_would_you_not_reduce():
    """Uncorrelated channels of one size are the diagonal of the figure: a share of them holds its share."""
    import torch

    channels = 320
    torch.manual_seed(0)
    pixels = torch.randn(200 * channels, channels)  # uncorrelated
    variances = torch.linalg.eigvalsh(torch.cov(pixels.T)).flip(0)
    kept = variances[: channels // 10].sum() / variances.sum()
    return "tenth" if abs(kept - 0.1) < 0.05 else "most"
