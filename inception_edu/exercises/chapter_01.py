"""Exercises to chapter 1, *Why wider*."""

from __future__ import annotations

from .blob_filters import too_narrow, verify_best_filters
from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Text
from .verdict import Mistake


def cost(name: str, what: str, width: float = 1.0) -> int:
    """Parameters or multiply-adds of a network without auxiliary heads."""
    from ..architectures import architecture

    return sum(getattr(row, what) for row in architecture(name, width=width, aux_logits=False).trace())


@exercise(
    "1.1",
    title="Where a weight works",
    section="Four networks, side by side",
    level=1,
    minutes=4,
    prompt="""
    A convolution has {k}×{k} kernels from {c} channels to {d} and leaves a grid of {n}×{n}. How many times is each of
    its weights used for one picture? And how many weights has it, biases left out?
    """,
    kind=Numbers({"uses": Number("times"), "weights": Number("weights")}),
    cases=[
        {"k": 3, "c": 64, "d": 192, "n": 56},
        {"k": 5, "c": 16, "d": 32, "n": 28},
        {"k": 3, "c": 96, "d": 208, "n": 14},
        {"k": 7, "c": 3, "d": 64, "n": 112},
        {"k": 5, "c": 32, "d": 128, "n": 7},
    ],
    mistakes=[
        Mistake(lambda k, c, d, n: {"uses": 1}, "Once is what a fully connected weight works. A kernel moves."),
        Mistake(lambda k, c, d, n: {"uses": n}, "The grid has {n} rows *and* {n} columns."),
        Mistake(lambda k, c, d, n: {"weights": k * k * d}, "Each filter reads all {c} channels, not one."),
    ],
    hints=["The kernel stops once at every position of the grid that comes out.", "A filter has k·k·c weights."],
)
def where_a_weight_works(k, c, d, n):
    """A kernel stops at every position, and uses each of its weights there once."""
    from inception_edu.arithmetic import conv_macs, conv_params

    weights = conv_params(c, d, kernel=k)
    return {"uses": conv_macs(c, d, kernel=k, output=n) / weights, "weights": weights}


@exercise(
    "1.2",
    title="LeNet-5's sixty thousand",
    section="Four networks, side by side",
    level=2,
    minutes=10,
    points=2,
    prompt="""
    The paper of 1998 counts 60,000 trainable parameters. Its second convolution (5×5) is sparse: of its sixteen maps
    six read three of the six maps below, nine read four, and one reads all six. Each 2×2 pool has one factor and one
    bias a map. The layers are: convolution 5×5 to 6 maps, pool, the sparse convolution, pool, convolution 5×5 from 16
    maps to 120 values, fully connected to 84. The last layer is not trained. How many parameters has the sparse
    convolution, and how many have the two pools together?
    """,
    kind=Numbers({"sparse convolution": Number("parameters"), "both pools": Number("parameters")}),
    mistakes=[
        Mistake(
            lambda: {"sparse convolution": 16 * (6 * 25 + 1)},
            "That is a convolution in which every map reads all six. Here most read three or four.",
        ),
        Mistake(lambda: {"sparse convolution": 6 * 75 + 9 * 100 + 150}, "Each of the sixteen maps has a bias, too."),
        Mistake(lambda: {"both pools": 0}, "Today a pool learns nothing. In 1998 it had a factor and a bias a map."),
    ],
    hints=[
        "A map that reads three maps with a 5×5 kernel has 3·25 weights and one bias.",
        "There are 6 maps before the first pool and 16 before the second.",
    ],
)
def sixty_thousand():
    """Sparse wiring between channels, by hand, in 1998: to break the symmetry between maps, and to save."""
    convolution_1 = 6 * (25 + 1)
    convolution_2 = 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + 1 * (6 * 25 + 1)
    pools = 6 * 2 + 16 * 2
    convolution_3 = 120 * (16 * 25 + 1)
    fully_connected = 84 * (120 + 1)
    assert convolution_1 + convolution_2 + pools + convolution_3 + fully_connected == 60_000
    return {"sparse convolution": convolution_2, "both pools": pools}


@exercise(
    "1.3",
    title="AlexNet without its fully connected layers",
    section="Four networks, side by side",
    level=2,
    minutes=8,
    prompt="""
    Take the AlexNet of 2012, average each of its last 256 channels into one number, and connect these to the 1,000
    classes (with biases). Which share of its parameters is left, and which share of its multiply-adds?
    `layer_table("alexnet_2012", detail="layer")` lists its layers.
    """,
    kind=Numbers(
        {"parameters left": Number(percent=True, relative=0.02), "work left": Number(percent=True, relative=0.01)}
    ),
    mistakes=[
        Mistake(
            lambda: {"work left": alexnet()["parameters left"]},
            "The parameters go, the work does not: fully connected layers hold the one and do little of the other.",
        ),
    ],
    hints=[
        "The rows of type `linear` go; one of 256 to 1,000 comes.",
        "Sum `row.params` and `row.macs` over the other rows.",
    ],
)
def alexnet():
    """A network of a few million parameters, nearly as slow as before: 256 averages are a thin description, too."""
    from inception_edu.architectures import architecture
    from inception_edu.arithmetic import linear_macs, linear_params

    layers = [layer for row in architecture("alexnet_2012").trace() for layer in row.layers]
    convolutions = [layer for layer in layers if layer.op.kind == "convolution"]
    params = sum(layer.params for layer in convolutions) + linear_params(256, 1000)
    macs = sum(layer.macs for layer in convolutions) + linear_macs(256, 1000)
    return {
        "parameters left": params / sum(layer.params for layer in layers),
        "work left": macs / sum(layer.macs for layer in layers),
    }


@exercise(
    "1.4",
    title="As wide as VGG is slow",
    section="The first drawback of size: cost",
    level=1,
    minutes=5,
    prompt="""
    By which factor could every width of GoogLeNet grow until it does as many multiply-adds as {title}? Predict it by
    the square law from the costs of the two networks.
    """,
    kind=Number("times as wide", relative=0.03),
    cases=[
        {"name": "vgg16", "title": "VGG-16"},
        {"name": "inception_v3", "title": "Inception-v3 (at 299 pixels)"},
        {"name": "inception_v4", "title": "Inception-v4 (at 299 pixels)"},
        {"name": "xception", "title": "Xception (at 299 pixels)"},
        {"name": "inception_v2", "title": "Inception-v2 (at 299 pixels)"},
    ],
    mistakes=[
        Mistake(
            lambda name, title: cost(name, "macs") / cost("googlenet", "macs"),
            "That is the ratio of the costs. The cost grows with the *square* of the width.",
        )
    ],
    hints=[
        '`layer_table("googlenet", aux_logits=False).total.macs` is the cost.',
        "Twice as wide costs four times as much: take the root.",
    ],
)
def as_wide_as_vgg_is_slow(name, title):
    """A search finds a little more than the root: what does not grow, the colours and the classes, leaves room."""
    from inception_edu.architectures import architecture

    def macs(model, width=1.0):
        rows = architecture(model, width=width, aux_logits=False).trace()
        return sum(row.macs for row in rows)

    predicted = (macs(name) / macs("googlenet")) ** 0.5
    assert abs(macs("googlenet", predicted) / macs(name) - 1) < 0.1
    return predicted


@exercise(
    "1.5",
    title="Lost or kept?",
    section="What a serial stack cannot get back",
    level=2,
    minutes=6,
    prompt="""
    Three of these make some two different inputs the same. Which one never does?
    """,
    kind=Choice(
        {
            "relu": ("ReLU", "It makes every negative number the same: zero."),
            "narrow": (
                "a 1×1 convolution from three channels to two",
                "A matrix of 2×3 sends some direction of colour to zero: move along it and nothing changes.",
            ),
            "pool": ("max pooling", "All but the largest of a window are forgotten."),
            "unshuffle": (
                "`nn.PixelUnshuffle(2)`, which moves each 2×2 of pixels into four channels",
                "It halves the grid and only moves values: the price is paid in depth.",
            ),
        }
    ),
    hints=["For which of them is there a way back?", "A linear map loses something if its rank is below its inputs."],
)
def lost_or_kept():
    """What can be undone has lost nothing. `PixelShuffle` undoes `PixelUnshuffle`; the others have no way back."""
    import torch
    from torch import nn

    a, b = torch.tensor([-1.0, 2.0]), torch.tensor([-3.0, 2.0])
    assert torch.equal(a.relu(), b.relu())
    narrow = torch.randn(2, 3, dtype=torch.float64)  # weights of a 1×1 convolution, 3 → 2
    lost = torch.linalg.svd(narrow).Vh[-1]
    assert torch.allclose(narrow @ lost, torch.zeros(2, dtype=torch.float64), atol=1e-12)
    picture = torch.rand(1, 1, 8, 8)
    kept = nn.PixelShuffle(2)(nn.PixelUnshuffle(2)(picture))
    return "unshuffle" if torch.equal(kept, picture) else "pool"


@exercise(
    "1.6",
    title="The slope of a vanishing gradient",
    section="Deeper, and the gradient",
    level=2,
    minutes=8,
    prompt="""
    A convolution whose output reads $n$ values begins, in PyTorch, with weights of variance $1/(3n)$. With He's $2/n$
    the gradient stays level from layer to layer. By which factor does it shrink at every layer with PyTorch's? And what
    is left of it after {layers} layers?
    """,
    kind=Numbers({"factor a layer": Number(relative=0.01), "left": Number(relative=0.1)}),
    cases=[{"layers": layers} for layers in (20, 10, 12, 16, 24, 30)],
    mistakes=[
        Mistake(
            lambda layers: {"factor a layer": 1 / 6},
            "1/6 is the ratio of the variances. A weight's size is the root of its variance.",
        ),
        Mistake(
            lambda layers: {"left": layers * (1 / 6) ** 0.5},
            "Every layer multiplies: take the factor to the power of {layers}.",
        ),
    ],
    hints=[
        "Multiply all weights of a layer by s, and the gradient that passes through it is multiplied by s.",
        "By which s must He's weights be multiplied to get PyTorch's variance?",
    ],
)
def slope_of_a_vanishing_gradient(layers):
    """In the figure it falls a little more slowly: biases that are not zero and the picture's border help."""
    factor = ((1 / 3) / 2) ** 0.5
    return {"factor a layer": factor, "left": factor**layers}


@exercise(
    "1.7",
    title="Which filter answers to which disc?",
    section="Fire together, wire together",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    A filter for blobs: a bell of width σ minus a bell of width 2σ, each normalized to the sum 1. Write
    `best_filters(radii, sigmas)` that gives, for a white disc of each radius on black, the σ whose filter answers most
    strongly at the middle of the disc. Do small filters answer to small discs?
    """,
    kind=Code(
        "best_filters",
        stub='''
def best_filters(radii, sigmas):
    """For each radius the σ of the filter that answers most strongly, as a list."""
    ...
'''.strip(),
        verify=verify_best_filters,
        expected="best_filters([2, 3, 6, 12, 20], [1, 2, 4, 8])",
        wrong=(too_narrow,),
    ),
    hints=[
        "Make a grid of distances from the middle, 65×65 is enough; the disc is `distance <= radius`.",
        "A bell is `exp(-distance² / (2 σ²))`, divided by its own sum.",
        "The answer at the middle is the sum of filter times disc. Take the σ with the largest.",
    ],
)
def which_filter():
    """No size is best for all: shrink the picture for one filter, or let several sizes stand side by side."""
    import torch

    def best_filters(radii, sigmas):
        """For each radius the σ of the filter that answers most strongly, as a list."""
        line = torch.arange(-64.0, 65)
        distance = (line[:, None] ** 2 + line[None, :] ** 2).sqrt()

        def bell(sigma):
            values = torch.exp(-(distance**2) / (2 * sigma**2))
            return values / values.sum()

        best = []
        for radius in radii:
            disc = distance <= radius
            answers = [((bell(s) - bell(2 * s)) * disc).sum().item() for s in sigmas]
            best.append(sigmas[answers.index(max(answers))])
        return best

    return best_filters


@exercise(
    "1.8",
    title="What does the control take away?",
    section="Fire together, wire together",
    level=2,
    minutes=6,
    prompt="""
    Filters agree best close by, for pictures *and* for noise. What does the experiment still support of the paper's
    argument, and what not? Which third kind of pictures would you try?
    """,
    kind=Text(words=20),
    hints=["What do the pictures and the noise have in common? Smoothness, and the same filters."],
)
def what_the_control_takes_away():
    """There is no one right answer. This is what ours would be."""
    return (
        "It supports that correlated units are close together, so small windows reach them. It does not support that "
        "things in pictures are the reason: smooth noise does the same. White noise, which is not smooth, would tell "
        "how much the overlap of the filters alone makes."
    )
