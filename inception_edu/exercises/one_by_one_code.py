"""Exercises to chapter 2 whose answer is code, with their checks and what is known to be wrong."""

from __future__ import annotations

from typing import Any

from .code import Code, same_outputs
from .exercise import exercise
from .verdict import Wrong


def verify_as_convolution(theirs: Any, right: Any) -> None:
    """The linear layer's numbers on maps of its own size, and a map of them on larger ones."""
    import torch
    from torch import nn

    for channels, side, outputs in ((16, 5, 120), (3, 2, 4)):
        linear = nn.Linear(channels * side * side, outputs)
        found = theirs(linear, channels, side)
        if not isinstance(found, nn.Module):
            raise Wrong(f"It gives {type(found).__name__}; a convolution, an nn.Module, is expected.")
        known = right(linear, channels, side)
        with torch.no_grad():
            for height, width in ((side, side), (side + 3, side + 6)):
                same_outputs(found, known, (torch.randn(2, channels, height, width),), tolerance=1e-4)


def one_pixel() -> Any:
    """A 1×1 convolution where the whole window is needed."""
    from torch import nn

    return lambda linear, channels, side: nn.Conv2d(channels, linear.out_features, 1)


def own_weights() -> Any:
    """The right layer, with weights of its own."""
    from torch import nn

    return lambda linear, channels, side: nn.Conv2d(channels, linear.out_features, side)


@exercise(
    "2.2",
    title="A fully connected layer as a convolution",
    section="A fully connected layer at every pixel",
    level=2,
    minutes=12,
    points=2,
    prompt="""
    The other way round. LeNet-5 has a fully connected layer from 16×5×5 values to 120. Write
    `as_convolution(linear, channels, side)`: from an `nn.Linear` that reads C×side×side values, flattened, it makes the
    convolution that gives the same numbers, as N×outputs×1×1. On a larger input it gives a map of them.
    """,
    kind=Code(
        "as_convolution",
        stub='''
def as_convolution(linear, channels, side):
    """An nn.Linear on channels·side·side values → an nn.Conv2d with its weights."""
    ...
'''.strip(),
        verify=verify_as_convolution,
        expected="tuple(as_convolution(nn.Linear(400, 120), 16, 5)(torch.rand(4, 16, 9, 12)).shape)",
        wrong=(one_pixel, own_weights),
    ),
    hints=[
        "One filter must see all positions of the window at once: its kernel is as large as the map.",
        "`linear.weight.view(outputs, channels, side, side)` are its weights; do not forget the bias.",
    ],
)
def a_fully_connected_layer_as_a_convolution():
    """The same classifier at every place of a larger picture, for much less than to cut it out again and again.

    VGG's entry to the contest looked at its pictures in this way, GoogLeNet's at cut-outs.
    """
    from torch import nn

    def as_convolution(linear, channels, side):
        """An nn.Linear on channels·side·side values → an nn.Conv2d with its weights."""
        outputs = linear.out_features
        convolution = nn.Conv2d(channels, outputs, side)
        weight = linear.weight.view(outputs, channels, side, side)
        convolution.load_state_dict({"weight": weight, "bias": linear.bias})
        return convolution

    return as_convolution


def verify_reduction(theirs: Any, right: Any) -> None:
    """Channels of mean 0, uncorrelated, whose variances are the largest ones in their order."""
    import torch
    from torch import nn

    for channels, width in ((64, 16), (5, 2)):
        mixing = torch.randn(channels, channels) / channels**0.5
        features = nn.functional.conv2d(torch.randn(8, channels, 12, 12), mixing[:, :, None, None]) + 3.0
        found = theirs(features, width)
        if not isinstance(found, nn.Conv2d) or found.kernel_size != (1, 1):
            raise Wrong("It must give an nn.Conv2d with a window of 1×1.")
        with torch.no_grad():
            out, expected = found(features), right(features, width)(features)
        where = f"for {channels} channels and a width of {width}"
        if out.shape != expected.shape:
            raise Wrong(f"It leaves {'×'.join(map(str, out.shape))} {where}; expected is {width} channels.")
        values, known = (maps.transpose(0, 1).flatten(1) for maps in (out, expected))
        spread = known.std(1).max()
        if (values.mean(1).abs() > 0.01 * spread).any():
            raise Wrong(f"The channels that leave have not the mean 0 {where}: a bias takes the mean away.")
        covariance = torch.cov(values)
        apart = covariance - covariance.diag().diag()
        if apart.abs().max() > 0.01 * spread**2:
            raise Wrong(f"The channels that leave are correlated {where}.")
        if not torch.allclose(covariance.diag(), known.var(1), rtol=0.02):
            raise Wrong(f"They are uncorrelated, but not those that vary most, the largest first {where}.")


def without_bias() -> Any:
    """The right mixtures, not centred."""
    import torch
    from torch import nn

    from ..experiments.bottleneck import components

    def reduction(features, width):
        _, vectors, _ = components(features)
        convolution = nn.Conv2d(features.shape[1], width, 1, bias=False)
        with torch.no_grad():
            convolution.weight[:, :, 0, 0] = vectors[:, :width].T
        return convolution

    return reduction


def first_channels() -> Any:
    """Keeps the first channels as they are."""
    import torch
    from torch import nn

    def reduction(features, width):
        convolution = nn.Conv2d(features.shape[1], width, 1)
        weight = torch.eye(features.shape[1])[:width, :, None, None]
        convolution.load_state_dict({"weight": weight, "bias": -features.mean((0, 2, 3))[:width]})
        return convolution

    return reduction


@exercise(
    "2.7",
    title="A reduction made from data",
    section="How much may be thrown away?",
    level=3,
    minutes=15,
    points=3,
    prompt="""
    Principal components are a 1×1 convolution, said the text. Show it. Write `reduction(features, width)`: from feature
    maps N×C×H×W it makes the `nn.Conv2d` that computes their first `width` principal components. What leaves it has the
    mean 0 in every channel, and no two channels are correlated.
    """,
    kind=Code(
        "reduction",
        stub='''
def reduction(features, width):
    """Feature maps N×C×H×W and a width → a 1×1 nn.Conv2d from C channels to width."""
    ...
'''.strip(),
        verify=verify_reduction,
        expected="tuple(reduction(torch.rand(8, 64, 12, 12), 16)(torch.rand(2, 64, 12, 12)).shape)",
        wrong=(without_bias, first_channels),
    ),
    hints=[
        "`components(features)` gives the components as columns, and the channels' means.",
        "Component i of a pixel x is v·(x − m) = v·x − v·m: a weight for each channel, and a bias.",
    ],
)
def a_reduction_made_from_data():
    """Weights are the components, the bias takes the mean away. A second 1×1 with the same weights leads back up."""
    from torch import nn

    from inception_edu.experiments.bottleneck import components

    def reduction(features, width):
        """Feature maps N×C×H×W → a 1×1 nn.Conv2d from C channels to width."""
        _, vectors, mean = components(features)
        down = vectors[:, :width].T
        convolution = nn.Conv2d(features.shape[1], width, 1)
        weight = down[:, :, None, None]
        convolution.load_state_dict({"weight": weight, "bias": -down @ mean})
        return convolution

    return reduction
