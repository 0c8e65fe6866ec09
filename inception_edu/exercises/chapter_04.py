"""Exercises to chapter 4, *GoogLeNet, layer by layer*."""

from __future__ import annotations

from typing import Any

from . import code_04  # noqa: F401  the exercises whose answer is code register themselves
from .exercise import exercise
from .kinds import Number, Numbers, Text
from .verdict import Mistake

WIDTHS = ("n1x1", "n3x3_reduce", "n3x3", "n5x5_reduce", "n5x5", "pool_proj")

ABOUT = 0.002
"""Relative slack of a large count: it may be given as 170.3 M."""


def row_case(label: str) -> dict[str, Any]:
    """A module's label, depth and grid of its input, and its six widths, by the names that a prompt uses."""
    from ..architectures import Inception
    from ..published.lookups import block, module

    widths = block("googlenet", label, Inception)
    depth, side, _ = module("googlenet", label).input
    return {"label": label, "depth": depth, "side": side} | {name: getattr(widths, name) for name in WIDTHS}


def reduction_alone(label: str, ops: int) -> dict[str, int]:
    """The widths of the two reductions if nothing behind them read what is added: a multiple of 8 each."""
    from ..architectures import Inception
    from ..published.lookups import block, module

    row, widths = module("googlenet", label), block("googlenet", label, Inception)
    depth, side, _ = row.input
    more = (ops * 10**6 - row.macs) / (depth * side * side)
    return {
        "#3×3 reduce": 8 * round((widths.n3x3_reduce + more) / 8),
        "#5×5 reduce": 8 * round((widths.n5x5_reduce + more) / 8),
    }


@exercise(
    "4.1",
    title="A row by hand",
    section="The whole table",
    level=1,
    minutes=8,
    prompt="""
    Module ({label}) reads {depth} channels on a grid of {side}×{side}. Its widths in the order of the table are {n1x1},
    {n3x3_reduce}, {n3x3}, {n5x5_reduce}, {n5x5} and {pool_proj}. With pencil and paper: how deep is its output, how
    many weights has it (leave biases out), and how many multiply-adds does it take?
    """,
    kind=Numbers(
        {
            "depth": Number("channels"),
            "weights": Number("weights", relative=ABOUT),
            "work": Number("multiply-adds", relative=ABOUT),
        }
    ),
    cases=[row_case(label) for label in ("4e", "4a", "4b", "4d", "3b", "5b")],
    mistakes=[
        Mistake(
            lambda n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj, **_: {
                "depth": n1x1 + n3x3_reduce + n3x3 + n5x5_reduce + n5x5 + pool_proj
            },
            "You added all six widths. The two reductions stay inside their branches: only four widths come out.",
        ),
        Mistake(
            lambda depth, n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj, **_: {
                "weights": depth * (n1x1 + n3x3_reduce + 9 * n3x3 + n5x5_reduce + 25 * n5x5 + pool_proj)
            },
            "Your 3×3 and 5×5 read all {depth} channels. They read what their reductions leave, "
            "{n3x3_reduce} and {n5x5_reduce}.",
        ),
        Mistake(
            lambda **row: {"work": a_row_by_hand(**row)["weights"]},
            "Those are the weights. Each is used once at every one of the {side}·{side} positions.",
        ),
    ],
    hints=[
        "Four 1×1 convolutions read all {depth} channels: count them as one, with the sum of their widths.",
        "The 3×3 reads {n3x3_reduce} channels, the 5×5 reads {n5x5_reduce}.",
        "Every weight is used once at each position of the grid.",
    ],
)
def a_row_by_hand(label, depth, side, n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj):
    """Four 1×1 convolutions read the whole depth, the large kernels their reductions only."""
    from inception_edu.published.lookups import module, weights

    reading_all = n1x1 + n3x3_reduce + n5x5_reduce + pool_proj
    by_hand = depth * reading_all + 9 * n3x3_reduce * n3x3 + 25 * n5x5_reduce * n5x5
    row = module("googlenet", label)
    assert (weights(row), row.macs) == (by_hand, by_hand * side**2)
    return {
        "depth": n1x1 + n3x3 + n5x5 + pool_proj,
        "weights": by_hand,
        "work": by_hand * side**2,
    }


@exercise(
    "4.2",
    title="Find the slip",
    section="Let the table check itself",
    level=2,
    minutes=12,
    points=2,
    prompt="""
    Suppose that inception ({label}) is printed with {ops}M operations, and that these are right, but one width is not.
    The output must stay as deep as it is, or the next row would not fit; so only the two reductions are free. To which
    multiple of 8 would #3×3 reduce have to be changed, *alone*, to come nearest to {ops}M? And #5×5 reduce, *alone*?
    """,
    kind=Numbers({"#3×3 reduce": Number("filters"), "#5×5 reduce": Number("filters")}),
    cases=[
        {"label": "5a", "ops": 54},
        {"label": "4b", "ops": 95},
        {"label": "4d", "ops": 127},
        {"label": "4a", "ops": 80},
        {"label": "5b", "ops": 77},
    ],
    mistakes=[
        Mistake(
            reduction_alone,
            "You counted the reduction's own weights alone. The large kernel behind it reads every channel more, too.",
        )
    ],
    hints=[
        "One filter more in #3×3 reduce costs its own 1×1, and nine weights in every filter of the 3×3.",
        "`replace(row.node, n5x5_reduce=40)` makes a changed module, and `.layers(row.input, Style(batch_norm=False))` "
        "lists its layers with their `macs`.",
    ],
)
def find_the_slip(label, ops):
    """Arithmetic leaves two suspects and convicts neither.

    What decides is taste: which of the two widths does the table use elsewhere? In the book's case, (5a), the neighbour
    (5b) has 48 filters in #5×5 reduce, and no module has 176 in the other.
    """
    from dataclasses import replace

    from inception_edu.architectures import Style
    from inception_edu.published.lookups import module

    row = module("googlenet", label)

    def distance(**change):
        changed = replace(row.node, **change)
        layers = changed.layers(row.input, Style(batch_norm=False))
        return abs(sum(layer.macs for layer in layers) - ops * 10**6)

    widths = range(8, 513, 8)
    return {
        "#3×3 reduce": min(widths, key=lambda width: distance(n3x3_reduce=width)),
        "#5×5 reduce": min(widths, key=lambda width: distance(n5x5_reduce=width)),
    }


@exercise(
    "4.3",
    title="How many networks are in here?",
    section="22 layers",
    level=1,
    minutes=6,
    prompt="""
    Each module offers four ways through. Take a network like GoogLeNet with {modules} modules between its three
    convolutions and its linear layer. How many ways lead from the picture to the scores? How many layers with weights
    has the shortest? And the average one?
    """,
    kind=Numbers({"ways": Number("ways"), "shortest": Number("layers"), "average": Number("layers")}),
    cases=[{"modules": n} for n in (9, 7, 8, 10, 11, 12)],
    mistakes=[
        Mistake(
            lambda modules: {"ways": 4 * modules},
            "Every way through one module goes on with every way through the next: multiply.",
        ),
        Mistake(
            lambda modules: {"shortest": 3 + modules},
            "The linear layer at the end has weights, too.",
        ),
        Mistake(
            lambda modules: {"average": 3 + 2 * modules + 1},
            "That is the longest. Two of the four branches hold one convolution only.",
        ),
    ],
    hints=[
        "Two of the four branches hold one convolution, two hold two.",
        "Every way passes the three convolutions of the stem and the linear layer.",
    ],
)
def how_many_networks(modules):
    """A gradient can take each of them backwards. The layers that a paper counts are the longest way only.

    Keep this in mind in the next chapter, when we ask whether the gradient vanishes.
    """
    from itertools import product
    from statistics import fmean

    branches = [1, 2, 2, 1]  # convolutions in the 1×1, the 3×3, the 5×5 and the pool's branch
    one_module = fmean(branches)
    assert sum(1 for _ in product(branches, repeat=3)) == 4**3  # ways through three
    return {
        "ways": len(branches) ** modules,
        "shortest": 3 + modules * min(branches) + 1,
        "average": 3 + modules * one_module + 1,
    }


@exercise(
    "4.4",
    title="How small may a picture be?",
    section="Five halvings, and a detail",
    level=2,
    minutes=8,
    prompt="""
    Side of the smallest square picture for which the grid after (5b) is still {grid}×{grid}: in the network of Table 1,
    whose pools round up, and in the simplified one, whose pools are padded by one pixel and round down?
    """,
    kind=Numbers({"table 1": Number("pixels"), "simplified": Number("pixels")}),
    cases=[{"grid": grid} for grid in (1, 2, 3, 4, 5, 6)],
    mistakes=[
        Mistake(
            lambda grid: {"table 1": 32 * grid},
            "32 a position is what exact halves give. Rounded up, the last of five halvings needs a little less.",
        ),
        Mistake(
            lambda grid: {"simplified": 32 * grid - 1},
            "That is the other network's. A padded pool makes one position of a single pixel.",
        ),
    ],
    hints=[
        "Go backwards: what is the smallest grid that a pool turns into {grid}×{grid}? And into that one?",
        "Or try: `architecture(name, aux_logits=False).trace(size)` lists the rows with their `output`; `.fits(size)` "
        "says whether there is something left for every layer.",
    ],
)
def how_small_may_a_picture_be(grid):
    """A pool without padding needs a grid of at least 2, rounding up, to leave one position.

    A padded one makes a position of a single pixel, so the simplified network runs even on a picture of one. That it
    runs does not mean that it sees anything.
    """
    from bisect import bisect_left

    from inception_edu.architectures import architecture

    def smallest(name):
        built = architecture(name, aux_logits=False)
        sizes = range(built.min_image_size, 1000)  # the grid never shrinks as they grow
        return sizes[bisect_left(sizes, grid, key=lambda size: last_grid(built, size))]

    def last_grid(built, size):
        rows = {row.node.name: row.output for row in built.trace(size)}
        return rows["inception (5b)"][1]

    return {"table 1": smallest("googlenet"), "simplified": smallest("googlenet_lite")}


ROWS = ("convolution 1", "max pool 1", "max pool 2", "inception (3b)", "max pool 3", "inception (4e)", "max pool 4")
ROWS += ("inception (5b)",)
GIVEN = {
    "convolution 1 | channels": "64",
    "max pool 1 | channels": "64",
    "max pool 2 | channels": "192",
    "inception (3b) | grid": "as above",
    "inception (4e) | grid": "as above",
    "max pool 4 | channels": "as above",
    "inception (5b) | grid": "as above",
}
ASKED = [cell for row in ROWS for cell in (f"{row} | grid", f"{row} | channels") if cell not in GIVEN]


@exercise(
    "4.7",
    title="Missing cells",
    section="The whole table",
    level=1,
    minutes=8,
    prompt="""
    Somebody feeds GoogLeNet with pictures of {size}×{size}. Fill in what is missing of its table: the side of the grid
    and the number of channels that come out. The six widths of a module stand in the second table above.
    """,
    kind=Numbers({cell: Number() for cell in ASKED}, given=GIVEN),
    cases=[{"size": size} for size in (224, 256, 192, 288, 320, 160)],
    mistakes=[
        Mistake(
            lambda size: {"max pool 1 | grid": (size // 2 - 3) // 2 + 1},
            "Incomplete windows count here: a pool rounds up.",
        ),
        Mistake(
            lambda size: {"inception (3b) | channels": sum(row_case("3b")[name] for name in WIDTHS)},
            "You added all six widths of (3b). The reductions stay inside their branches.",
        ),
    ],
    hints=[
        "The first convolution is padded by 3: it halves an even side exactly.",
        "A pool's windows start at every second position, and the incomplete one at the edge counts.",
        "A pool leaves the channels as they are. A module's are the sum of four of its six widths.",
    ],
)
def missing_cells(size):
    """Rounded up, every stride of 2 halves an even grid exactly. Four of the six widths come out of a module."""
    from inception_edu.architectures import architecture

    rows = architecture("googlenet", aux_logits=False).trace(size)
    output = {row.node.name: row.output for row in rows}
    grids = ("convolution 1", *(f"max pool {n}" for n in (1, 2, 3, 4)))
    depths = ("inception (3b)", "max pool 3", "inception (4e)", "inception (5b)")
    return {f"{name} | grid": output[name][1] for name in grids} | {
        f"{name} | channels": output[name][0] for name in depths
    }


@exercise(
    "4.8",
    title="Which GoogLeNet is it?",
    section="What others call GoogLeNet",
    level=2,
    minutes=6,
    prompt="""
    You find trained weights on the web that are called GoogLeNet. How do you find out, without training anything,
    whether they belong to the network of the paper?
    """,
    kind=Text(words=15),
    hints=["What can be counted without running the network? What has a shape?"],
)
def which_googlenet():
    """There is no one right answer. This is what ours would be."""
    return (
        "Count the parameters and compare row by row with Table 1: weights alone, K = 1,024. Look at the shapes of "
        "the tensors: a 5×5 kernel in the third branch, biases and no batch norm, heads or not. Shapes do not show "
        "pools, so read the code for their size and rounding, and compare the grids for one picture."
    )
