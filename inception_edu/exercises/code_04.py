"""Exercises to chapter 4 whose answer is code, with their checks and what is known to be wrong."""

from __future__ import annotations

from typing import Any

from .code import Code, same_outputs
from .exercise import exercise
from .verdict import Wrong


def verify_score_map(theirs: Any, right: Any) -> None:
    """The same scores at every place on grids of several shapes, and a mean that is the network's own score."""
    import torch
    from torch import nn

    for channels, classes, height, width in ((1024, 1000, 7, 7), (6, 3, 2, 5), (4, 2, 1, 1)):
        linear = nn.Linear(channels, classes)
        with torch.no_grad():
            linear.bias.normal_()  # large enough to be missed where it is left out
            same_outputs(theirs, right, (torch.randn(2, channels, height, width), linear), tolerance=1e-4)


def without_bias() -> Any:
    """A score map that leaves the bias out."""
    from torch.nn.functional import conv2d

    return lambda features, linear: conv2d(features, linear.weight[:, :, None, None])


def averaged_first() -> Any:
    """The scores of the means: one set a picture, and no map."""
    return lambda features, linear: linear(features.mean(dim=(2, 3)))


@exercise(
    "4.5",
    title="A score at every place",
    section="The end: one number a channel",
    level=2,
    minutes=12,
    points=2,
    prompt="""
    The mean and the linear layer can be swapped. Write `score_map(features, linear)`: it takes the last grid
    (N×C×H×W) and the network's linear layer, and gives the scores at every position, N×classes×H×W. Their mean over
    the grid must be what the network says.
    """,
    kind=Code(
        "score_map",
        stub='''
def score_map(features, linear):
    """N×C×H×W and an nn.Linear from C to K → N×K×H×W."""
    ...
'''.strip(),
        verify=verify_score_map,
        expected="tuple(score_map(torch.rand(2, 1024, 7, 7), nn.Linear(1024, 10)).shape)",
        wrong=(without_bias, averaged_first),
    ),
    hints=[
        "A linear layer at every position is a 1×1 convolution with the same weights.",
        "`linear.weight` is K×C; `nn.functional.conv2d` wants K×C×1×1: `linear.weight[:, :, None, None]`.",
        "The bias is added at every position, and the mean leaves it as it is.",
    ],
)
def a_score_at_every_place():
    """A linear layer at every position is a 1×1 convolution with the same weights.

    Mean and linear layer are both linear, so their order does not matter. Dropout stands between the two, but does
    nothing in evaluation.
    """
    import torch
    from torch import nn

    def score_map(features, linear):
        """N×C×H×W and an nn.Linear from C to K → N×K×H×W."""
        kernel = linear.weight[:, :, None, None]
        return nn.functional.conv2d(features, kernel, linear.bias)

    features, linear = torch.rand(2, 1024, 7, 7), nn.Linear(1024, 10)
    everywhere = score_map(features, linear).mean(dim=(2, 3))
    assert torch.allclose(everywhere, linear(features.mean(dim=(2, 3))), atol=1e-5)
    return score_map


def module_3a_macs(width: float, image_size: int) -> tuple[int, int]:
    """Multiply-adds of the whole narrow network with batch norm, and of its module (3a)."""
    from ..architectures import architecture

    rows = architecture("googlenet_bn", aux_logits=False, num_classes=10, width=width).trace(image_size)
    return sum(row.macs for row in rows), next(row.macs for row in rows if row.node.name == "inception (3a)")


def verify_cheaper(theirs: Any, right: Any) -> None:
    """Ten scores for two pictures, a gradient everywhere, and half of (3a)'s multiply-adds saved, but not all."""
    import torch

    from ..tables import layer_table

    size = 64
    model = theirs()
    if not isinstance(model, torch.nn.Module):
        raise Wrong(f"It gives {type(model).__name__}; a network, an nn.Module, is expected.")
    out = model(torch.rand(2, 3, size, size))
    if not isinstance(out, torch.Tensor) or out.shape != (2, 10):
        shape = "×".join(map(str, getattr(out, "shape", ()))) or type(out).__name__
        raise Wrong(f"It gives {shape} for two pictures of {size}×{size}; expected is 2×10.")
    out.sum().backward()
    if any(parameter.grad is None for parameter in model.parameters()):
        raise Wrong("A gradient does not reach every parameter: is there a layer that forward does not use?")
    whole, first = module_3a_macs(0.25, size)
    saved = whole - layer_table(model, size).total.macs
    if saved < first / 2:
        raise Wrong(f"It saves {saved:,} multiply-adds; half of (3a) would be {first / 2:,.0f}.")
    if saved > first:
        raise Wrong(f"It saves {saved:,} multiply-adds, more than (3a) costs: something else has changed.")


def as_printed() -> Any:
    """The network with its module (3a) as it was."""
    from ..models import create_model

    return lambda: create_model("googlenet_bn", num_classes=10, image_size=64, aux_logits=False, width=0.25)


def narrower_everywhere() -> Any:
    """A network that saves by being narrower in every row."""
    from ..models import create_model

    return lambda: create_model("googlenet_bn", num_classes=10, image_size=64, aux_logits=False, width=0.125)


@exercise(
    "4.6",
    title="A cheaper first module",
    section="Change a row",
    level=3,
    minutes=25,
    points=3,
    prompt="""
    Chapter 3 asked for a version of (3a) with half the multiply-adds and an output of the same depth. Put yours into a
    network that can be trained here: write `cheaper_googlenet()`, which gives GoogLeNet with batch norm for 10 classes
    and pictures of 64×64, a quarter as wide and without auxiliary heads, in which (3a) costs at most half of what it
    did. Then train it and the network as printed with the recipe `quick`, several seeds each. Does it learn as well?
    """,
    kind=Code(
        "cheaper_googlenet",
        stub='''
def cheaper_googlenet():
    """An untrained network: N×3×64×64 → N×10."""
    ...
'''.strip(),
        verify=verify_cheaper,
        expected="tuple(cheaper_googlenet()(torch.rand(2, 3, 64, 64)).shape)",
        wrong=(as_printed, narrower_everywhere),
    ),
    hints=[
        '`architecture("googlenet_bn", num_classes=10, image_size=64, aux_logits=False, width=0.25)` has the `rows`.',
        "`.scaled(0.25)` makes a module a quarter as wide; its output has to stay 64 deep.",
        '`Network(replace(printed, rows=rows))` builds what comes out, and `train("quick", model=…)` trains it.',
    ],
)
def a_cheaper_first_module():
    """One of many.

    One short run of each would decide nothing: two seeds of the *same* network differ by some percent. Compare pairs of
    runs that share a seed, five or more, and give the interval of the difference; chapter 12 has the tools.
    """
    from dataclasses import replace

    import torch

    from inception_edu.architectures import Inception, architecture
    from inception_edu.models.network import Network

    def cheaper_googlenet():
        """An untrained network: N×3×64×64 → N×10."""
        same = {"num_classes": 10, "image_size": 64, "aux_logits": False}
        printed = architecture("googlenet_bn", width=0.25, dropout=0.0, **same)
        cheap = Inception("3a", 128, 40, 64, 16, 32, 32).scaled(0.25)
        rows = [cheap if row.name == cheap.name else row for row in printed.rows]
        return Network(replace(printed, rows=tuple(rows)))

    assert cheaper_googlenet()(torch.rand(2, 3, 64, 64)).shape == (2, 10)
    return cheaper_googlenet
