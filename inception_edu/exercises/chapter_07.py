"""The exercises of chapter 7: what batch normalization computes, keeps, folds into and costs."""

from __future__ import annotations

from math import ceil, log

from ..published.lookups import module
from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting
from .norm_code import FOLD, LAYER, WRONG_FOLDS, WRONG_LAYERS, six_convolutions, verify_fold, verify_layer
from .verdict import Mistake


@exercise(
    "7.1",
    title="How many of everything?",
    section="What it computes",
    level=1,
    minutes=3,
    prompt="""
    A batch norm layer reads batches of {n} pictures with {c} channels on a {side}×{side} grid. How many values does
    each mean average? And how many numbers does the layer learn?
    """,
    kind=Numbers({"values in a mean": Number("values"), "learned numbers": Number("numbers")}),
    cases=[
        {"n": 32, "c": 64, "side": 28},
        {"n": 16, "c": 192, "side": 14},
        {"n": 64, "c": 96, "side": 7},
        {"n": 8, "c": 128, "side": 56},
        {"n": 128, "c": 256, "side": 8},
    ],
    mistakes=[
        Mistake(lambda n, c, side: {"values in a mean": n}, "All positions of the grid count, too."),
        Mistake(lambda n, c, side: {"values in a mean": n * c * side**2}, "Each channel has a mean of its own."),
        Mistake(
            lambda n, c, side: {"learned numbers": 2 * c * side**2},
            "All positions of a channel share one γ and one β.",
        ),
        Mistake(
            lambda n, c, side: {"learned numbers": 4 * c},
            "The running mean and variance are kept, not learned: no gradient reaches them.",
        ),
    ],
    hints=["m = N · H · W.", "One scale and one shift a channel."],
)
def how_many_of_everything(n, c, side):
    """The mean runs over pictures and positions. Learned are γ and β, one pair a channel."""
    return {"values in a mean": n * side * side, "learned numbers": 2 * c}


@exercise(
    "7.2",
    title="A batch of one",
    section="How large must a batch be?",
    level=1,
    minutes=4,
    prompt="""
    Somebody trains with one picture at a time. One batch norm layer sees an 8×8 grid, another, behind a global pool,
    a 1×1 grid. What happens?
    """,
    kind=Choice(
        {
            "both": ("Both work as always", "How many values has a channel on the 1×1 grid? What is their variance?"),
            "coarse": (
                "The first works on 64 values a channel; the second has one value, and cannot work",
                "One value is its own mean: what is left of it is zero, whatever the picture shows. PyTorch refuses.",
            ),
            "neither": (
                "Neither works: a batch needs two pictures",
                "A mean is taken over positions, too. The 8×8 grid has 64 of them.",
            ),
            "running": (
                "Both fall back on the running statistics",
                "In training they never do: the running ones are only kept.",
            ),
        }
    ),
    hints=["m = N · H · W, for each of the two.", "What is x − μ if there is a single x?"],
)
def a_batch_of_one():
    """64 values have a mean and a spread. One value is its own mean."""
    import torch
    from torch import nn

    def works(side):
        try:
            nn.BatchNorm2d(4)(torch.randn(1, 4, side, side))
        except ValueError:
            return False
        return True

    return {(True, True): "both", (True, False): "coarse", (False, False): "neither"}[works(8), works(1)]


@exercise(
    "7.3",
    title="As if it were not there",
    section="What are γ and β for?",
    level=1,
    minutes=4,
    prompt="""
    Set the widget so that the layer gives back what it gets: no value of the batch may move by more than 0.05.
    """,
    kind=Setting(
        "BatchNorm",
        {"most": ("moved", "<=", "A value still moves. Look at the spread and the mean, before and after.")},
        {"mode": "train", "batch": 8, "number": 1, "gamma": 1.0, "beta": 0.0},
    ),
    hints=[
        "γ gives back the spread that was divided out, β the mean that was subtracted.",
        "In evaluation these are the running ones: a mean of 2, and the root of a variance of 2.25.",
    ],
)
def as_if_it_were_not_there():
    """γ = √σ² and β = μ undo the layer. In evaluation μ and σ² are the running ones, the same for every batch."""
    from math import sqrt

    running_mean, running_variance = 2.0, 2.25
    setting = {"mode": "eval", "gamma": sqrt(running_variance), "beta": running_mean}
    return {"setting": setting, "limits": {"most": 0.05}}


@exercise(
    "7.4",
    title="Batch norm for one module",
    section="Why is there no bias?",
    level=2,
    minutes=6,
    prompt="""
    Take GoogLeNet's inception ({label}). Put batch norm after each of its six convolutions, and take their biases
    away. How many parameters *more* has the module then? `architecture("googlenet").trace()` gives the rows with their
    layers.
    """,
    kind=Number("parameters"),
    cases=[{"label": label} for label in ("3a", "3b", "4a", "4e", "5b")],
    mistakes=[
        Mistake(
            lambda label: 2 * six_convolutions(label), "Each channel gains a scale and a shift, but it loses its bias."
        ),
        Mistake(
            lambda label: module("googlenet", label).output[0],
            "That is what leaves the module. The two reductions inside have channels, too.",
        ),
    ],
    hints=[
        "One parameter more for each channel of each convolution. Why?",
        "In a row's `layers`, those with `macs` are its convolutions; `layer.output[0]` is how many channels leave.",
    ],
)
def batch_norm_for_one_module(label):
    """Two gained and one lost: one more for every channel of a convolution, the reductions' among them."""
    from inception_edu.architectures import architecture

    rows = {row.node.name: row for row in architecture("googlenet").trace()}
    convolutions = [layer for layer in rows[f"inception ({label})"].layers if layer.macs]
    return sum(layer.output[0] for layer in convolutions)


@exercise(
    "7.5",
    title="Fold by hand",
    section="Folded away",
    level=2,
    minutes=5,
    prompt="""
    A 1×1 convolution has one input and one output channel, the weight {w} and no bias. Batch norm behind it has
    γ = {gamma}, β = {beta}, a running mean of {mean} and a running variance of {var} (take ε = 0). Which weight
    and which bias has the one convolution that does both?
    """,
    kind=Numbers({"weight": Number(absolute=1e-3), "bias": Number(absolute=1e-3)}),
    cases=[
        {"w": 3, "gamma": 0.5, "beta": 1, "mean": 2, "var": 4},
        {"w": 2, "gamma": 3, "beta": -1, "mean": 5, "var": 9},
        {"w": -4, "gamma": 2, "beta": 0.5, "mean": -3, "var": 16},
        {"w": 1.5, "gamma": 4, "beta": 2, "mean": 0.5, "var": 25},
        {"w": 6, "gamma": 0.2, "beta": 3, "mean": 10, "var": 0.25},
    ],
    mistakes=[
        Mistake(lambda w, gamma, beta, mean, var: {"weight": w * gamma / var}, "Divide by the root of the variance."),
        Mistake(
            lambda w, gamma, beta, mean, var: {"bias": beta - mean},
            "The mean is subtracted *before* the scale: it is multiplied by γ/√σ² as well.",
        ),
        Mistake(
            lambda w, gamma, beta, mean, var: {"bias": beta},
            "That is the shift alone. The running mean is subtracted, too.",
        ),
    ],
    hints=["Write γ (w·x − μ)/√σ² + β, and multiply out.", "The gain is γ/√σ²."],
)
def fold_by_hand(w, gamma, beta, mean, var):
    """The gain γ/√σ² goes into the weight; what does not depend on the input is the bias."""
    gain = gamma / var**0.5
    return {"weight": w * gain, "bias": beta - mean * gain}


@exercise(
    "7.6",
    title="How long does the start count?",
    section="In evaluation it is something else",
    level=2,
    minutes=5,
    prompt="""
    A layer has `momentum` {momentum}: with each batch the running mean becomes (1 − {momentum}) times the old one
    plus {momentum} times the batch's. It started at 0. After how many batches does that start weigh less than one
    percent?
    """,
    kind=Number("batches"),
    cases=[{"momentum": value} for value in (0.1, 0.01, 0.05, 0.2, 0.02)],
    mistakes=[
        Mistake(lambda momentum: ceil(1 / momentum), "After 1/momentum batches it still weighs about a third."),
        Mistake(
            lambda momentum: ceil(log(0.01) / log(momentum)),
            "What is left of the old value is 1 − momentum of it, not momentum.",
        ),
        Mistake(
            lambda momentum: ceil(log(0.01) / log(1 - momentum)) - 1, "One batch short: there it is still above 1 %."
        ),
    ],
    hints=["After t batches the start weighs (1 − {momentum}) to the power of t.", "Take logarithms, and round up."],
)
def how_long_does_the_start_count(momentum):
    """(1 − momentum)ᵗ < 0.01. A network that is tested after a few batches is tested with a trace of the start."""
    from math import ceil, log

    return ceil(log(0.01) / log(1 - momentum))


@exercise(
    "7.7",
    title="The bias that does nothing",
    section="Why is there no bias?",
    level=2,
    minutes=5,
    prompt="""
    Somebody left the biases in front of batch norm. One of them is 1 at the start. Training is SGD without momentum,
    at a rate of {rate} and with a weight decay of {decay}: to the loss's gradient of each parameter, {decay} times
    the parameter is added. What is the bias after {steps} steps?
    """,
    kind=Number(relative=0.002),
    cases=[
        {"rate": 0.1, "decay": 0.001, "steps": 5000},
        {"rate": 0.05, "decay": 0.002, "steps": 10000},
        {"rate": 0.2, "decay": 0.0005, "steps": 4000},
        {"rate": 0.1, "decay": 0.0005, "steps": 30000},
        {"rate": 0.01, "decay": 0.005, "steps": 20000},
    ],
    mistakes=[
        Mistake(lambda rate, decay, steps: 1, "The loss does not move it. The weight decay does."),
        Mistake(lambda rate, decay, steps: (1 - decay) ** steps, "A step is the rate times the gradient."),
    ],
    hints=["What is the loss's gradient of this bias?", "Each step leaves 1 − {rate}·{decay} of it."],
)
def the_bias_that_does_nothing(rate, decay, steps):
    """The loss never moves it: its gradient is zero. The decay shrinks it by the same share at every step."""
    bias = 1.0
    for _ in range(steps):
        gradient = 0.0 + decay * bias  # of the loss, and of the decay
        bias -= rate * gradient
    return bias


@exercise(
    "7.8",
    title="Write the layer",
    section="In evaluation it is something else",
    level=2,
    minutes=15,
    points=3,
    prompt="""
    Write `batch_norm(x, gamma, beta, running_mean, running_var, training)` for x of N×C×H×W, with ε = 0.00001 and
    momentum 0.1. In training it also changes the running statistics, in place. Compute means and variances yourself.
    """,
    kind=Code(
        "batch_norm",
        stub=LAYER,
        verify=verify_layer,
        expected="batch_norm(torch.arange(4.0).view(4, 1, 1, 1), *torch.ones(4, 1), True).flatten()",
        wrong=WRONG_LAYERS,
    ),
    hints=[
        "`x.mean((0, 2, 3))` has one number a channel; `[:, None, None]` makes it fit x.",
        "Normalized is with the variance that divides by m, kept is the one that divides by m − 1.",
        "`running_mean.mul_(0.9).add_(0.1 * mean)` changes a tensor in place.",
    ],
)
def write_the_layer():
    """Two modes, one formula. Only where mean and variance come from differs."""

    def batch_norm(x, gamma, beta, running_mean, running_var, training):
        """N×C×H×W → N×C×H×W; the other tensors have C numbers each."""
        mean, var = running_mean, running_var
        if training:
            axes = (0, 2, 3)
            mean, var = x.mean(axes), x.var(axes, unbiased=False)
            running_mean.mul_(0.9).add_(0.1 * mean)
            running_var.mul_(0.9).add_(0.1 * x.var(axes, unbiased=True))
        hat = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
        return gamma[:, None, None] * hat + beta[:, None, None]

    return batch_norm


@exercise(
    "7.9",
    title="Fold it the other way",
    section="Folded away",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    Some networks have batch norm *in front of* the convolution. Write `fold_before(norm, conv)`: from a norm in
    evaluation and the convolution that reads it, one `nn.Conv2d` that does both. The convolution has a stride of 1
    and no padding; it may have a bias or none.
    """,
    kind=Code(
        "fold_before",
        stub=FOLD,
        verify=verify_fold,
        expected="tuple(fold_before(nn.BatchNorm2d(2).eval(), nn.Conv2d(2, 3, 1)).weight.shape)",
        wrong=WRONG_FOLDS,
    ),
    hints=[
        "The norm makes gain · x + shift of each *input* channel.",
        "The gain goes into the weights that read the channel: `conv.weight * gain[:, None, None]`.",
        "The shift is a constant picture. What does the convolution make of it? Sum weight · shift for each filter.",
    ],
)
def fold_it_the_other_way():
    """The gain belongs to the input channels, and each filter sums the shifts that it reads.

    With padding it would not be exact: a padded zero stands behind the norm, where nothing was shifted.
    """
    from torch import nn

    def fold_before(norm, conv):
        """nn.BatchNorm2d, then nn.Conv2d without padding → one nn.Conv2d."""
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        shift = norm.bias - norm.running_mean * gain
        folded = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size)
        bias = (conv.weight * shift[:, None, None]).sum((1, 2, 3))
        if conv.bias is not None:
            bias = bias + conv.bias
        folded.weight = nn.Parameter(conv.weight * gain[:, None, None])
        folded.bias = nn.Parameter(bias)
        return folded

    return fold_before
