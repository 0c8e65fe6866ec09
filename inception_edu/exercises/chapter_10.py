"""Exercises to chapter 10, *Inception-v2, assembled*."""

from __future__ import annotations

from . import width_exercises  # noqa: F401, registers 10.9
from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers
from .own_widths import STUB, WRONG, grids, smallest, verify_modules
from .verdict import Mistake

SIDE = Number("pixels a side")
CHANNELS = Number("channels")
SHARE = Number(percent=True, relative=0.02)
GROUPS = ("first", "second", "third")


@exercise(
    "10.1",
    title="A convolution without padding",
    section="The stem",
    level=1,
    minutes=4,
    prompt="""
    Suppose the sixth convolution were *not* padded, and the picture had {size} pixels a side. Which grids would the
    three groups read? Everything else stays: a group ends in a reduction of kernel 3 and stride 2 without padding.
    """,
    kind=Numbers({f"{group} group": SIDE for group in GROUPS}),
    cases=[{"size": size} for size in (299, 331, 363, 267, 395)],
    mistakes=[
        Mistake(
            lambda size: grids(size, padding=1),
            "Those are the grids *with* padding. Without it a 3×3 loses one pixel at each side.",
        ),
        Mistake(
            lambda size: {"second group": (without_padding(size)["first group"] + 1) // 2},
            "(n − 3) / 2 is rounded *down*, and 1 is added: a window that sticks out is not used.",
        ),
    ],
    hints=[
        "First follow the picture down to the sixth convolution; the printed list above does so for 299 pixels.",
        "An unpadded 3×3 of stride 1 takes two pixels a side. Each reduction then gives ⌊(n − 3) / 2⌋ + 1.",
    ],
)
def without_padding(size):
    """Of 299 pixels the last grid would be 7×7, and the 8×8 pool at the end would not fit."""
    from inception_edu.arithmetic import output_size

    grid = size
    strides_and_paddings = [(2, 0), (1, 0), (1, 1), (2, 0), (1, 0), (2, 0)]
    for stride, padding in strides_and_paddings:  # five convolutions and a pool
        grid = output_size(grid, 3, stride, padding)
    first = output_size(grid, 3)  # the sixth convolution, unpadded
    second = output_size(first, 3, stride=2)
    third = output_size(second, 3, stride=2)
    return {"first group": first, "second group": second, "third group": third}


@exercise(
    "10.2",
    title="The width that is left",
    section="The first group: figure 5",
    level=1,
    minutes=4,
    prompt="""
    You want another first group. Its modules that keep the grid have {n1x1} filters in the 1×1, {n3x3} in the 3×3,
    and {double} in each of the two 3×3. How wide must the pool's projection be, for 288 channels to leave?
    And the reduction behind them has {last} filters in each of its two 3×3. How many must its single 3×3 have,
    for 768 channels to leave?
    """,
    kind=Numbers({"projection": CHANNELS, "single 3×3 of the reduction": CHANNELS}),
    cases=[
        {"n1x1": 64, "n3x3": 80, "double": 96, "last": 192},
        {"n1x1": 48, "n3x3": 96, "double": 80, "last": 128},
        {"n1x1": 96, "n3x3": 64, "double": 64, "last": 224},
        {"n1x1": 32, "n3x3": 112, "double": 96, "last": 96},
        {"n1x1": 80, "n3x3": 72, "double": 88, "last": 208},
    ],
    mistakes=[
        Mistake(
            lambda n1x1, n3x3, double, last: {"projection": 288 - n1x1 - n3x3},
            "That leaves the double branch out. Its second 3×3 reaches the output.",
        ),
        Mistake(
            lambda n1x1, n3x3, double, last: {"single 3×3 of the reduction": 768 - last},
            "The reduction's pool has no projection: all 288 channels that come in are among the 768.",
        ),
        Mistake(
            lambda n1x1, n3x3, double, last: {"single 3×3 of the reduction": 768 - 288 - 2 * last},
            "The two 3×3 of the double branch follow each other. Only the second reaches the output.",
        ),
    ],
    hints=["What reaches the output is the *last* width of each branch.", "What does a pool without projection pass?"],
)
def the_width_that_is_left(n1x1, n3x3, double, last):
    """Each branch counts with its last width; in the reduction the pool counts with all that comes in."""
    projection = 288 - n1x1 - n3x3 - double
    single = 768 - 288 - last
    return {"projection": projection, "single 3×3 of the reduction": single}


@exercise(
    "10.3",
    title="What counts twice",
    section="The third group: figure 7",
    level=1,
    minutes=5,
    prompt="""
    Choose widths for the last two modules. Both have 256 filters in the 1×1. In the first, each convolution of the
    single branch's pair has {single} filters, and each of the double branch's pair {double}. How wide must the pool's
    projection be, for 1,280 channels to leave? In the second the pool has no projection, and the single branch's pair
    has {second} each. How wide must each of the double branch's pair be, for 2,048 to leave?
    """,
    kind=Numbers({"projection": CHANNELS, "double branch of the second": CHANNELS}),
    cases=[
        {"single": 192, "double": 224, "second": 112},
        {"single": 128, "double": 256, "second": 64},
        {"single": 224, "double": 160, "second": 80},
        {"single": 96, "double": 288, "second": 144},
        {"single": 144, "double": 240, "second": 48},
    ],
    mistakes=[
        Mistake(
            lambda single, double, second: {"projection": 1280 - 256 - single - double},
            "A pair stands side by side: both convolutions reach the output, so each width counts twice.",
        ),
        Mistake(
            lambda single, double, second: {"double branch of the second": 2048 - 1280 - 256 - second},
            "You let each pair count once. Both of its convolutions reach the output.",
        ),
        Mistake(
            lambda single, double, second: {"double branch of the second": (2048 - 256 - 2 * second) // 2},
            "The pool without projection passes on all 1,280 channels that come in.",
        ),
    ],
    hints=[
        "Subtract from the depth what is fixed; a pair takes twice its width.",
        "The second module's input is the first one's output.",
    ],
)
def what_counts_twice(single, double, second):
    """A pair takes twice its width, a pool without projection the depth of the input."""
    projection = 1280 - 256 - 2 * single - 2 * double
    pair = (2048 - 1280 - 256 - 2 * second) // 2
    return {"projection": projection, "double branch of the second": pair}


@exercise(
    "10.4",
    title="Who pays?",
    section="Put it together",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    Take the modules of `{network}` on pictures of {size} pixels, by the grid that they *read*: the largest first. Which
    share of the modules' multiply-adds has each of the three groups, and which share of their parameters?
    `architecture("{network}").trace({size})` gives the rows.
    """,
    kind=Numbers({f"{group} | {what}": SHARE for group in GROUPS for what in ("multiply-adds", "parameters")}),
    cases=[
        {"network": f"inception_{version}", "size": size}
        for version, size in (("v2", 299), ("v3", 299), ("v2", 203), ("v3", 395), ("v3", 331))
    ],
    mistakes=[
        Mistake(
            lambda network, size: {
                f"{group} | multiply-adds": who_pays(network, size)[f"{group} | parameters"] for group in GROUPS
            },
            "That is the share of the parameters. A weight costs a multiply-add at *every* position of its grid.",
        )
    ],
    hints=[
        "Keep the rows whose `node` is a `LabelledBlock`; `row.input[1]` is the grid that a row reads.",
        "Sum `row.params` and `row.macs` by grid, and divide by the sum over all three.",
    ],
)
def who_pays(network, size):
    """A weight works once at every position of the grid: at 17×17 that is 289 times, at 8×8 only 64 times."""
    from inception_edu.architectures import LabelledBlock, architecture

    rows = [row for row in architecture(network).trace(size) if isinstance(row.node, LabelledBlock)]
    grids = sorted({row.input[1] for row in rows}, reverse=True)
    shares = {}
    for group, grid in zip(("first", "second", "third"), grids):
        mine = [row for row in rows if row.input[1] == grid]
        macs = sum(row.macs for row in mine) / sum(row.macs for row in rows)
        params = sum(row.params for row in mine) / sum(row.params for row in rows)
        shares |= {f"{group} | multiply-adds": macs, f"{group} | parameters": params}
    return shares


@exercise(
    "10.5",
    title="Small pictures",
    section="The auxiliary head",
    level=2,
    minutes=6,
    prompt="""
    What is the smallest picture that the network takes without its head? And with the head, if the head's pool had a
    window of {k}×{k}?
    """,
    kind=Numbers({"without head": SIDE, "with head": SIDE}),
    cases=[{"k": 5}, {"k": 4}, {"k": 6}, {"k": 7}, {"k": 8}],
    mistakes=[
        Mistake(lambda k: {"without head": smallest(3, unpadded=0)}, "An unpadded 3×3 of stride 1 takes two."),
        Mistake(lambda k: {"without head": smallest(1)}, "The second reduction reads at least one window: 3×3."),
        Mistake(lambda k: {"with head": smallest(k + 2)}, "The head's grid need be no larger than its pool."),
    ],
    hints=[
        "Go backwards: which grid must (3c) leave at least? A window of 3 in steps of 2 reads 2(n − 1) + 3 for n.",
        "Without the head it is the reduction (5e) that needs most: 3×3. With it, it is the head's pool.",
    ],
)
def small_pictures(k):
    """Backwards from the grid that is needed behind (3c): 3×3 for the second reduction, {k}×{k} for the head's pool."""

    def read(n, kernel, stride):  # how many pixels n positions read
        return (n - 1) * stride + kernel

    def smallest(grid):
        grid = read(grid, 3, 2)  # (3c); the modules before it and the sixth convolution keep the grid
        for kernel, stride in ((3, 2), (3, 1), (3, 2), (3, 1), (3, 2)):  # from convolution 5 up, without the padded one
            grid = read(grid, kernel, stride)
        return grid

    return {"without head": smallest(3), "with head": smallest(max(3, k))}


@exercise(
    "10.6",
    title="Undo one factorization",
    section="The stem",
    level=2,
    minutes=8,
    prompt="""
    Replace the stem's first three convolutions (3 → 32 → 32 → {n} channels) by one 7×7 of stride 2 without padding,
    3 → {n} channels, on 299 pixels. How many times the multiply-adds of that one 7×7 do the three cost?
    And which side has the window that one output of the three sees in the picture?
    """,
    kind=Numbers({"times": Number(relative=0.01), "window": SIDE}),
    cases=[{"n": 64}, {"n": 48}, {"n": 80}, {"n": 96}, {"n": 32}],
    mistakes=[
        Mistake(
            lambda n: {"times": 27 / 49},
            "27/49 holds at equal depths. The 7×7 reads 3 channels, two of the 3×3 read 32.",
        ),
        Mistake(
            lambda n: {"window": 7},
            "At stride 1 three 3×3 see 7 pixels. Here the first has stride 2, so the others step two pixels at a time.",
        ),
    ],
    hints=[
        "The grids behind the three are 149, 147 and 147, behind the 7×7 it is 147.",
        "`conv_macs` and `receptive_field` are in `inception_edu.arithmetic`.",
    ],
)
def undo_one_factorization(n):
    """Factorized, it costs *more*: two of the three 3×3 read 32 channels on a fine grid, the 7×7 only the picture's 3.

    What the three buy is two more non-linearities, and a larger window.
    """
    from inception_edu.arithmetic import conv_macs, receptive_field

    three = conv_macs(3, 32, 3, 149) + conv_macs(32, 32, 3, 147) + conv_macs(32, n, 3, 147)
    window = receptive_field([(3, 2), (3, 1), (3, 1)])
    return {"times": three / conv_macs(3, n, 7, 147), "window": window}


@exercise(
    "10.7",
    title="Could the 1×7 halve the grid?",
    section="The second group: figure 6",
    level=2,
    minutes=4,
    prompt="""
    (5e) has one 3×3 of stride 2 at the end of each branch. Suppose that, to save it, the 1×7 before it took steps of
    two in both directions. What is lost?
    """,
    kind=Choice(
        {
            "nothing": ("Nothing", "Ask which rows a window of one row visits when it moves by two."),
            "rows": ("Every second row of the grid is read by no window", "One row high, in steps of two rows."),
            "columns": (
                "Every second column of the grid is read by no window",
                "Seven columns in steps of two overlap.",
            ),
            "channels": ("Half of the channels", "A convolution reads all channels, at any stride."),
        }
    ),
    hints=["A 1×7 is one row high and seven columns wide.", "Draw it on squared paper: which cells are visited?"],
)
def could_the_1x7_halve_the_grid():
    """The gradient says which cells the outputs depend on: of the rows every second one, of the columns all."""
    import torch
    from torch import nn

    grid = torch.zeros(1, 1, 17, 17, requires_grad=True)
    conv = nn.Conv2d(1, 1, kernel_size=(1, 7), stride=2, bias=False)
    nn.init.ones_(conv.weight)
    (gradient,) = torch.autograd.grad(conv(grid).sum(), grid)
    read = gradient[0, 0] > 0
    rows, columns = read.any(dim=1), read.any(dim=0)
    return "rows" if columns.all() and not rows.all() else "nothing"


@exercise(
    "10.8",
    title="Your own Inception-v2",
    section="What is left to choose?",
    level=3,
    minutes=25,
    points=4,
    prompt="""
    Derive a network of your own. Write `modules()`: a list of ten rows, (3a) to (2b), whose widths you choose. From
    288×35×35 on, every module must leave the grid and the depth that the table above has, and all ten together may
    not cost more multiply-adds than the notes' ten.
    """,
    kind=Code(
        "modules",
        stub=STUB,
        verify=verify_modules,
        expected="len(modules())",
        wrong=WRONG,
    ),
    hints=[
        "A reduction has 0 for its 1×1 and for its projection, and `HALVE` as its pool.",
        "`row.output((288, 35, 35), architecture('inception_v2').style)` is the shape that a row leaves.",
        "Cheap ways to be deep: the 1×1 branch, the projection, a pool that passes everything on.",
    ],
)
def your_own_inception_v2():
    """One of very many. Filters moved from the double branches to the 1×1 and the projections."""
    from inception_edu.architectures.factorized import HALVE, MAX, Inception7x7, InceptionDouble, InceptionExpanded

    def modules():
        return [
            InceptionDouble("3a", 80, 64, 64, 64, 80, 64),
            InceptionDouble("3b", 80, 64, 80, 64, 80, 48),
            InceptionDouble("3c", 0, 128, 320, 64, 160, 0, HALVE),
            *[Inception7x7(label, 224, 96, 160, 96, 128, 256) for label in ("5a", "5b", "5c", "5d")],
            Inception7x7("5e", 0, 128, 256, 128, 256, 0, HALVE),
            InceptionExpanded("2a", 256, 128, 160, 128, 224, 256),
            InceptionExpanded("2b", 256, 96, 128, 96, 128, 0, MAX),
        ]

    return modules
