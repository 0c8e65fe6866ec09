"""Exercises to chapter 3, *The Inception module*."""

from __future__ import annotations

from ..architectures import Inception
from ..published.lookups import block
from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting, Text
from .naive_module import verify_naive, without_pool
from .verdict import Mistake

LABELS = ("4d", "4a", "4b", "4c", "4e", "5a")


def find(label: str) -> Inception:
    """A module of GoogLeNet."""
    return block("googlenet", label, Inception)


@exercise(
    "3.1",
    title="The depth of a module",
    section="The reduced module",
    level=1,
    minutes=4,
    prompt="""
    Without running anything: how deep is the output of inception ({label})? And how deep would it be if the module
    were naive? Its row of Table 1 is in the layer table of chapter 4, and `layer_table("googlenet")` prints it.
    """,
    kind=Numbers({"reduced": Number("channels"), "naive": Number("channels")}),
    cases=[{"label": label} for label in LABELS],
    mistakes=[
        Mistake(
            lambda label: {"reduced": sum(find(label).columns().values())},
            "You added all six widths. The two reductions stay inside their branches: only four widths come out.",
        ),
        Mistake(
            lambda label: {"naive": depth_of_a_module(label)["reduced"]},
            "The naive module has no projection behind its pool: the whole input passes through.",
        ),
    ],
    hints=[
        "Of the six widths only four reach the output.",
        "In the naive version the pool passes the input on as it is: all of its channels.",
    ],
)
def depth_of_a_module(label):
    """Four of the six widths reach the output. In the naive module the pool's branch is as deep as the input."""
    from inception_edu.architectures import Inception
    from inception_edu.published import lookups

    row = lookups.block("googlenet", label, Inception)
    in_channels, _, _ = lookups.module("googlenet", label).input
    convolutions = row.n1x1 + row.n3x3 + row.n5x5
    return {
        "reduced": convolutions + row.pool_proj,
        "naive": convolutions + in_channels,
    }


@exercise(
    "3.2",
    title="Where the naive module spends",
    section="The naive module",
    level=1,
    minutes=5,
    prompt="""
    Take inception ({label}) without its reductions, on its input of {depth} channels. Which share of the weights sits
    in the 5×5 branch? (Biases are too few to matter.)
    """,
    kind=Number(percent=True, relative=0.02),
    cases=[
        {"label": "3a", "depth": 192},
        {"label": "3b", "depth": 256},
        {"label": "4a", "depth": 480},
        {"label": "4c", "depth": 512},
        {"label": "4e", "depth": 528},
        {"label": "5b", "depth": 832},
    ],
    mistakes=[
        Mistake(
            lambda label, depth: share_of_filters(label),
            "That is its share of the *filters*. A filter of 5×5 has 25 weights a channel, one of 1×1 has one.",
        ),
        Mistake(
            lambda label, depth: share_of_weights(label, kernels=(1, 3, 5)),
            "You multiplied by the side of the kernel. A kernel has its side *squared* weights: 1, 9 and 25.",
        ),
    ],
    hints=[
        "Every filter reads all channels of the input, so the depth is in every branch alike, and drops out.",
        "Weigh each branch's filters by 1, 9 and 25. The pool has no weights.",
    ],
)
def where_the_naive_module_spends(label, depth):
    """The depth of the input is the same factor in each branch, and drops out. Left are filters times window."""
    from inception_edu.architectures import Inception
    from inception_edu.arithmetic import conv_params
    from inception_edu.published.lookups import block

    row = block("googlenet", label, Inception)
    branches = ((row.n1x1, 1), (row.n3x3, 3), (row.n5x5, 5))
    costs = [conv_params(depth, filters, kernel) for filters, kernel in branches]
    return costs[2] / sum(costs)


def share_of_weights(label: str, kernels: tuple[int, int, int]) -> float:
    """Share of the third branch where each filter counts as much as `kernels` says."""
    row = find(label)
    parts = [n * k for n, k in zip((row.n1x1, row.n3x3, row.n5x5), kernels)]
    return parts[2] / sum(parts)


def share_of_filters(label: str) -> float:
    """Share of the third branch in the filters."""
    return share_of_weights(label, kernels=(1, 1, 1))


@exercise(
    "3.3",
    title="Pool first or project first?",
    section="The reduced module",
    level=2,
    minutes=5,
    prompt="In the fourth branch, swap the two: first the 1×1 convolution, then the max pool. What changes?",
    kind=Choice(
        {
            "neither": (
                "Neither the cost nor the result",
                "The maximum of a weighted sum is not the weighted sum of the maxima. Try it with one set of weights.",
            ),
            "cost": (
                "The cost alone",
                "At stride 1 both orders see the same grid, and the 1×1 reads the same channels at every position.",
            ),
            "result": (
                "The result alone",
                "At stride 1 the 1×1 reads the same channels at as many positions either way, so the cost stays. "
                "Pooling first keeps the strongest response of every channel; projecting first, of every mixture.",
            ),
            "both": ("Both", "Count the multiply-adds of the 1×1: how many positions does it see in each order?"),
        }
    ),
    hints=["At stride 1 both orders see the same grid.", "For the result, use the same weights in both orders."],
)
def pool_first_or_project_first():
    """The cost is the same, the results differ: a maximum of sums is not a sum of maxima."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x = torch.rand(1, 192, 28, 28)
    pool, project = nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(192, 32, 1)
    pool_first, project_first = project(pool(x)), pool(project(x))
    assert pool_first.shape == project_first.shape  # so it costs the same
    same = torch.allclose(pool_first, project_first)
    return "neither" if same else "result"


@exercise(
    "3.4",
    title="A cheaper module",
    section="Try it: your own module",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    Set the module designer so that the output stays as deep as that of inception (3a), with at most half its
    multiply-adds. Every branch has to keep at least 16 filters.
    """,
    kind=Setting(
        "ModuleDesigner",
        {
            "depth": ("out_channels", "==", "The output has another depth than before: add or take filters."),
            "1x1": ("filters_1x1", ">=", "The 1×1 branch has fewer than 16 filters."),
            "3x3": ("filters_3x3", ">=", "The 3×3 branch has fewer than 16 filters."),
            "5x5": ("filters_5x5", ">=", "The 5×5 branch has fewer than 16 filters."),
            "pool": ("filters_pool", ">=", "The pool's projection has fewer than 16 filters."),
            "macs": ("macs", "<=", "It still costs more than half. Which branch is the darkest in the drawing?"),
        },
    ),
    hints=[
        "Look at the shares: which single number is the most expensive one to keep?",
        "Filters may move from the 3×3 branch to the 1×1 branch, where they cost a ninth.",
    ],
)
def a_cheaper_module():
    """One of many. Filters move from the 3×3 branch to the 1×1 branch, and the 3×3's reduction gets narrower.

    Whether it learns as well is another question. Chapter 4 trains networks, and you can put it there.
    """
    from dataclasses import replace

    from inception_edu.architectures import Inception, Style, architecture

    def cost(module):
        layers = module.layers((192, 28, 28), Style(batch_norm=False))
        return sum(layer.macs for layer in layers)

    rows = architecture("googlenet").rows
    before = next(row for row in rows if isinstance(row, Inception))  # (3a)
    setting = {"n1x1": 128, "n3x3_reduce": 40, "n3x3": 64}
    after = replace(before, **setting)
    depth = before.n1x1 + before.n3x3 + before.n5x5 + before.pool_proj
    assert after.n1x1 + after.n3x3 + after.n5x5 + after.pool_proj == depth
    assert cost(after) <= cost(before) / 2
    limits = {"depth": depth, "macs": cost(before) / 2}
    least = dict.fromkeys(("1x1", "3x3", "5x5", "pool"), 16)
    return {"setting": setting, "limits": limits | least}


@exercise(
    "3.5",
    title="Two 3×3 for one 5×5",
    section="What does each branch cost?",
    level=2,
    minutes=6,
    prompt="""
    Replace the 5×5 of a module, from {c} channels to {d}, by two 3×3 convolutions in a row, each with {d} filters.
    Which side has the window that one output sees now? And which share of the 5×5's weights do the two have together?
    """,
    kind=Numbers({"window": Number("pixels a side"), "share": Number(percent=True, relative=0.01)}),
    cases=[{"c": 16, "d": 32}, {"c": 32, "d": 96}, {"c": 24, "d": 64}, {"c": 48, "d": 128}, {"c": 32, "d": 64}],
    mistakes=[
        Mistake(lambda c, d: {"window": 6}, "The two windows overlap: the second adds one pixel at each side."),
        Mistake(
            lambda c, d: {"share": 18 / 25},
            "18/25 holds where all depths are equal. Here the second 3×3 reads {d} channels, not {c}.",
        ),
        Mistake(lambda c, d: {"share": 9 / 25}, "You counted one 3×3; there are two."),
    ],
    hints=[
        "`inception_edu.arithmetic` has `receptive_field` and `conv_params`.",
        "The first 3×3 goes from {c} to {d} channels, the second from {d} to {d}.",
    ],
)
def two_for_one(c, d):
    """The window is that of the 5×5. Whether weights are saved depends on the depths: the second reads {d} channels.

    Chapter 8 asks when it pays.
    """
    from inception_edu.arithmetic import conv_params, receptive_field

    window = receptive_field([(3, 1), (3, 1)])
    two = conv_params(c, d, kernel=3) + conv_params(d, d, kernel=3)
    return {"window": window, "share": two / conv_params(c, d, kernel=5)}


@exercise(
    "3.6",
    title="Build the naive module",
    section="Build it from scratch",
    level=3,
    minutes=15,
    points=3,
    prompt="""
    Write the naive module as a class `Naive(in_channels, n1x1, n3x3, n5x5)`: three convolutions, each with a ReLU
    behind it, and a 3×3 max pool at stride 1, joined by depth in the paper's order.
    """,
    kind=Code(
        "Naive",
        stub='''
class Naive(nn.Module):
    """N×C×H×W → N×(n1x1 + n3x3 + n5x5 + C)×H×W."""

    def __init__(self, in_channels, n1x1, n3x3, n5x5):
        super().__init__()
        # your layers

    def forward(self, x):
        ...
'''.strip(),
        verify=verify_naive,
        expected="tuple(Naive(192, 64, 128, 32)(torch.rand(1, 192, 28, 28)).shape)",
        wrong=(without_pool,),
    ),
    hints=[
        "The reduced module above is nearly it: what of it has to go?",
        "`padding=kernel // 2` keeps the grid; the pool needs `padding=1`.",
        "`torch.cat([...], dim=1)` joins by depth: first the 1×1, last the pool.",
    ],
)
def build_the_naive_module():
    """The pool is the last branch, and has no weights."""
    import torch
    from torch import nn

    class Naive(nn.Module):
        """N×C×H×W → N×(n1x1 + n3x3 + n5x5 + C)×H×W."""

        def __init__(self, in_channels, n1x1, n3x3, n5x5):
            super().__init__()
            self.convolutions = nn.ModuleList(
                nn.Conv2d(in_channels, filters, kernel, padding=kernel // 2)
                for filters, kernel in ((n1x1, 1), (n3x3, 3), (n5x5, 5))
            )
            self.pool = nn.MaxPool2d(3, stride=1, padding=1)

        def forward(self, x):
            branches = [torch.relu(conv(x)) for conv in self.convolutions]
            return torch.cat([*branches, self.pool(x)], dim=1)

    return Naive


@exercise(
    "3.7",
    title="In your own words",
    section="Do the large kernels gain weight with depth?",
    level=2,
    minutes=6,
    prompt="""
    A colleague says: "More 3×3 and 5×5 in the higher layers, that is what the paper does." What would you answer, with
    the figure above in hand?
    """,
    kind=Text(words=20),
    hints=["Look at each group of modules by itself, and at the last module."],
)
def in_your_own_words():
    """There is no one right answer. This is what ours would be."""
    return (
        "The paper says that the ratio should increase with depth. Its table does so only from (4a) to (4d); "
        "(5b) has no larger share of them than (4a), and (3a) has more. The idea stands, the table follows it in part."
    )
