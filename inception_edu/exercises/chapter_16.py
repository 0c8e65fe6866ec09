"""The exercises of chapter 16: prices, residual signals, separable convolutions, and what folds."""

from __future__ import annotations

from ..arithmetic import conv_macs, conv_params
from .code import Code
from .exercise import exercise
from .folding_code import CROSS, IDENTITY, WRONG_CROSSES, WRONG_IDENTITIES, verify_cross, verify_identity
from .kinds import Choice, Number, Numbers, Setting
from .separable_shares import without_depthwise, without_pointwise
from .verdict import Mistake


@exercise(
    "16.1",
    title="What groups save",
    section="Xception: the limit",
    level=1,
    minutes=4,
    prompt="""
    A 3×3 convolution has {c} channels in and out and {groups} groups, on a grid of {side}×{side}. How many weights has
    it? And how many multiply-adds do it and a 1×1 from {c} to {c} channels take together?
    """,
    kind=Numbers({"weights of the 3×3": Number("weights"), "both": Number("multiply-adds")}),
    cases=[
        {"c": 128, "groups": 4, "side": 28},
        {"c": 256, "groups": 8, "side": 14},
        {"c": 64, "groups": 64, "side": 56},
        {"c": 728, "groups": 7, "side": 19},
        {"c": 512, "groups": 16, "side": 7},
    ],
    mistakes=[
        Mistake(
            lambda c, groups, side: {"weights of the 3×3": conv_params(c, c, 3)},
            "That is one group. With {groups} each filter reads the channels of its own group alone.",
        ),
        Mistake(
            lambda c, groups, side: {"weights of the 3×3": conv_params(c, c, 3) // groups**2},
            "That divides by the groups twice: there are still {c} filters.",
        ),
        Mistake(
            lambda c, groups, side: {"both": conv_macs(c, c, 3, side, groups)},
            "The 1×1 reads all channels at every place, too.",
        ),
    ],
    hints=["Each of the {c} filters has 3·3 weights for each channel of its group.", "A weight works at every place."],
)
def what_groups_save(c, groups, side):
    """The 3×3 gets cheaper by the number of groups. The 1×1 stays, and mixes what the groups kept apart."""
    weights = 3 * 3 * (c // groups) * c
    return {"weights of the 3×3": weights, "both": (weights + c * c) * side * side}


@exercise(
    "16.2",
    title="Better for its price",
    section="What came of it?",
    level=1,
    minutes=4,
    prompt="""
    Of all networks in the table that have a top-1 error below {limit} %: which takes the fewest multiply-adds?
    """,
    kind=Choice(
        {
            "googlenet": ("GoogLeNet", "Compare GoogLeNet's error with the limit, and its cost with the others'."),
            "bn_inception": ("BN-Inception", "BN-Inception: read its error and its cost once more."),
            "inception_v2": ("Inception-v2", "Inception-v2: is there a cheaper one below the limit? Is it below?"),
            "inception_v3": ("Inception-v3", "Inception-v3: look at its error, then at its multiply-adds."),
            "inception_v4": ("Inception-v4", "Inception-v4 is deep in the list: does a cheaper one do?"),
            "xception": ("Xception", "Xception has about Inception-v3's parameters. Has it its multiply-adds?"),
        }
    ),
    cases=[{"limit": limit} for limit in (22, 20.5, 24, 27, 30)],
    hints=["First strike out every network whose error is not below the limit.", "Then look at the cost alone."],
)
def better_for_its_price(limit):
    """A direction, no ranking: the errors were not measured under one protocol."""
    from inception_edu import layer_table
    from inception_edu.published import IMAGENET

    good = [result.model for result in IMAGENET if result.top1_error < limit]
    return min(good, key=lambda name: layer_table(name, aux_logits=False).total.macs)


@exercise(
    "16.3",
    title="Xception at the price of Inception-v3",
    section="Two networks side by side",
    level=1,
    minutes=5,
    prompt="""
    At 299 pixels Xception takes more multiply-adds than Inception-v3. Set the widget to Xception and to the *largest*
    image size at which it takes no more than Inception-v3 does at 299.
    """,
    kind=Setting(
        "NetworkExplorer",
        {
            "network": ("params", "==", "Choose Xception as the network, without heads."),
            "most": ("macs", "<=", "That still takes more than Inception-v3 at 299 pixels."),
            "large": ("size", ">=", "It fits, but larger images fit as well."),
        },
        {"model": "xception", "usual": False, "image_size": 299},
    ),
    hints=[
        "Take away the usual image size; then a control for the images appears.",
        "The cost goes about with the square of the side: multiply 299 by the root of the ratio.",
    ],
)
def xception_at_the_price_of_inception_v3():
    """From 299 down, the first size that fits."""
    from inception_edu import layer_table

    budget = layer_table("inception_v3", 299, aux_logits=False).total.macs
    size = 299
    while layer_table("xception", size).total.macs > budget:
        size -= 1
    found = {"model": "xception", "usual": False, "image_size": size}
    limits = {"network": layer_table("xception").total.params, "most": budget, "large": size}
    return {"setting": found, "limits": limits}


@exercise(
    "16.4",
    title="Choose the factor",
    section="What does the factor do?",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    A stack has {n} modules, whose corrections are independent of what they are added to. For which factor does the
    signal's spread grow {times}-fold, if each correction spreads {r} times as widely as its own input (no
    normalization)? And for which, if every correction spreads {c} times as widely as the signal at the start
    (normalized)? Leave the ReLU behind the sum out.
    """,
    kind=Numbers({"not normalized": Number(relative=0.01), "normalized": Number(relative=0.01)}),
    cases=[
        {"n": 20, "times": 10, "r": 1, "c": 1.2},
        {"n": 10, "times": 4, "r": 1.5, "c": 1},
        {"n": 40, "times": 8, "r": 0.8, "c": 2},
        {"n": 20, "times": 3, "r": 1.2, "c": 1.5},
        {"n": 30, "times": 100, "r": 1, "c": 4},
    ],
    mistakes=[
        Mistake(
            lambda n, times, r, c: {"not normalized": (times ** (1 / n) - 1) / r},
            "You added the spreads. Of independent things the *squares* of the spreads add.",
        ),
        Mistake(
            lambda n, times, r, c: {"normalized": (times - 1) / (n * c)},
            "There you added {n} spreads. Add their squares, and take the root.",
        ),
        Mistake(
            lambda n, times, r, c: {"normalized": (times ** (2 / n) - 1) ** 0.5 / c},
            "That is growth by multiplication. A normalized correction does not grow with the signal.",
        ),
    ],
    hints=[
        "Not normalized: one module multiplies the square of the spread by 1 + s²r². {n} of them give {times}².",
        "Normalized: each module adds s²c² to it. Start from 1, and reach {times}².",
    ],
)
def choose_the_factor(n, times, r, c):
    """One grows by multiplication, the other by addition.

    Normalized, even a factor of 1 would hardly do harm to the size of the signal.
    """
    multiplied = (times ** (2 / n) - 1) ** 0.5 / r
    added = ((times**2 - 1) / n) ** 0.5 / c
    return {"not normalized": multiplied, "normalized": added}


@exercise(
    "16.5",
    title="A separable network",
    section="Xception: the limit",
    level=2,
    minutes=10,
    points=2,
    prompt="""
    Replace every square convolution larger than 1×1 of `{network}`, its stem included, by a depthwise one of the same
    kernel and stride and a 1×1 behind it. Which share of the multiply-adds is left? A row of
    `architecture("{network}", aux_logits=False).trace()` has `layers`; a layer has `macs`, `input`, `output`, and its
    kernel as `layer.op.kernel`, where it has one.
    """,
    kind=Number(percent=True, relative=0.01),
    cases=[{"network": name} for name in ("googlenet", "inception_v2", "inception_v3", "vgg16", "inception_v4")],
    mistakes=[
        Mistake(without_pointwise, "That leaves the 1×1 out, which brings the channels together again."),
        Mistake(without_depthwise, "That leaves the depthwise part out: one k×k filter for each channel."),
    ],
    hints=[
        "Depthwise: k·k·(channels in) at each place of the output. The 1×1: (channels in)·(channels out).",
        "Pools have a kernel, too, but no multiply-adds. A kernel may be a pair: `pair(kernel)` of `arithmetic` helps.",
    ],
)
def a_separable_network(network):
    """What is left is mostly 1×1: those that were there before, and the new ones."""
    from inception_edu.architectures import architecture
    from inception_edu.arithmetic import pair

    before = after = 0
    for row in architecture(network, aux_logits=False).trace():
        for layer in row.layers:
            before += layer.macs
            k, other = pair(getattr(layer.op, "kernel", 1))
            if not layer.macs or k != other or k == 1:
                after += layer.macs
                continue
            channels, (filters, height, width) = layer.input[0], layer.output
            after += (k * k + filters) * channels * height * width
    return after / before


@exercise(
    "16.6",
    title="What stands in the way?",
    section="Folding branches",
    level=2,
    minutes=4,
    prompt="""
    Take GoogLeNet's module with batch norm, in evaluation. What has to go before its branches of convolutions can be
    folded into *one* convolution?
    """,
    kind=Choice(
        {
            "norm": ("Batch norm", "In evaluation it is a gain and a shift, which a kernel and a bias absorb."),
            "join": ("The join by depth", "Stack the filters of both kernels: one convolution that gives both parts."),
            "relu": (
                "The ReLUs inside the branches",
                "Two convolutions with a ReLU between them are no linear function of their input.",
            ),
            "sizes": ("The different kernel sizes", "A small kernel is a large one with zeros around it."),
        }
    ),
    hints=["One convolution is linear: f(x + y) = f(x) + f(y), but for its bias.", "Which of these parts is not?"],
)
def what_stands_in_the_way():
    """Join, norm and sizes can all be folded; the code shows it for the join. A ReLU cannot: it is not linear."""
    import torch
    from torch import nn

    a, b = nn.Conv2d(3, 4, 1, bias=False), nn.Conv2d(3, 5, 1, bias=False)
    both = nn.Conv2d(3, 9, 1, bias=False)
    both.weight = nn.Parameter(torch.cat([a.weight, b.weight]))
    x, y = torch.randn(2, 1, 3, 4, 4)
    joins = torch.allclose(torch.cat([a(x), b(x)], 1), both(x), atol=1e-5)
    linear = torch.allclose(a(x + y).relu(), a(x).relu() + a(y).relu(), atol=1e-5)
    return "relu" if joins and not linear else "join"


@exercise(
    "16.7",
    title="Fold an identity",
    section="Folding branches",
    level=2,
    minutes=10,
    points=2,
    prompt="""
    RepVGG adds a third branch: the input itself, with batch norm. Write `fold_identity(norm)`: one 3×3 convolution of
    padding 1 that does what this branch does in evaluation.
    """,
    kind=Code(
        "fold_identity",
        stub=IDENTITY,
        verify=verify_identity,
        expected="fold_identity(nn.BatchNorm2d(2, eps=0).eval()).weight[:, :, 1, 1].tolist()",
        wrong=WRONG_IDENTITIES,
    ),
    hints=[
        "To pass a channel on: a kernel that is 1 at its centre for the same channel, 0 elsewhere.",
        "Then the gain of each channel takes the place of the 1: `torch.diag(gain)` at [:, :, 1, 1].",
    ],
)
def fold_an_identity():
    """The identity is a 1×1 convolution whose kernel is the unit matrix; the gain stands on its diagonal."""
    import torch
    from torch import nn

    def fold_identity(norm):
        """nn.BatchNorm2d of C channels → nn.Conv2d(C, C, 3, padding=1)."""
        channels = norm.num_features
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        kernel = torch.zeros(channels, channels, 3, 3)
        kernel[:, :, 1, 1] = torch.diag(gain)
        folded = nn.Conv2d(channels, channels, 3, padding=1)
        folded.weight = nn.Parameter(kernel)
        folded.bias = nn.Parameter(norm.bias - norm.running_mean * gain)
        return folded

    return fold_identity


@exercise(
    "16.8",
    title="A cross in a square",
    section="Folding branches",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    Train with three branches that are added: a 3×3, a 1×3 and a 3×1, each with batch norm behind it and padding that
    keeps the grid. Write `fold_cross(square, row, column)`: the one 3×3 convolution that does what all three do in
    evaluation. Each argument is an `nn.Sequential` of a convolution without bias and its norm.
    """,
    kind=Code(
        "fold_cross",
        stub=CROSS,
        verify=verify_cross,
        wrong=WRONG_CROSSES,
    ),
    hints=[
        "First fold each branch for itself, as the text does.",
        "A 1×3 is a 3×3 whose upper and lower row are zero: `functional.pad(kernel, (0, 0, 1, 1))`.",
        "Kernels add, and so do the biases.",
    ],
)
def a_cross_in_a_square():
    """The row lies in the middle row, the column in the middle column. All the rest is a sum."""
    import torch
    from torch import nn
    from torch.nn import functional

    def fold_cross(square, row, column):
        """Three nn.Sequential of convolution and norm → one nn.Conv2d, 3×3 with padding 1."""
        kernels, biases = [], []
        for (conv, norm), padding in (
            (square, (0, 0, 0, 0)),
            (row, (0, 0, 1, 1)),  # zeros above and below
            (column, (1, 1, 0, 0)),  # zeros at the left and the right
        ):
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            kernels.append(functional.pad(conv.weight * gain[:, None, None, None], padding))
            biases.append(norm.bias - norm.running_mean * gain)
        folded = nn.Conv2d(conv.in_channels, conv.out_channels, 3, padding=1)
        folded.weight = nn.Parameter(torch.stack(kernels).sum(0))
        folded.bias = nn.Parameter(torch.stack(biases).sum(0))
        return folded

    return fold_cross
