"""Exercises to chapter 5, *Auxiliary classifiers*."""

from __future__ import annotations

from math import ceil

from .code import Code
from .exercise import exercise
from .head_code import (
    REACHED,
    SUMS,
    all_weighted,
    grid_by,
    head_params,
    mean_of_heads,
    never_weighted,
    pooled,
    verify_loss,
)
from .kinds import Choice, Number, Numbers, Setting, Text
from .verdict import Mistake


@exercise(
    "5.1",
    title="Another size of picture",
    section="Pictures of another size",
    level=1,
    minutes=5,
    prompt="""
    A picture of {size}×{size} pixels. Which side has the grid that the heads read? And which side is left behind their
    average pool?
    """,
    kind=Numbers({"grid": Number("cells"), "behind the pool": Number("cells")}),
    cases=[{"size": 299}, {"size": 160}, {"size": 335}, {"size": 255}, {"size": 285}, {"size": 381}],
    mistakes=[
        Mistake(
            lambda size: {"grid": grid_by(size, pools=ceil), "behind the pool": pooled(grid_by(size, pools=ceil))},
            "You rounded up everywhere. Only the first convolution does: the three pools round down.",
        ),
        Mistake(
            lambda size: {"behind the pool": pooled(grid_by(size), ceil)},
            "The last window would stick out of the grid. The heads' pool leaves it away.",
        ),
    ],
    hints=[
        "Four halvings: the 7×7/2 rounds up, and the three pools of stride 2 before the heads round down.",
        "Behind the pool: ⌊(n − 5)/3⌋ + 1.",
    ],
)
def another_size_of_picture(size):
    """The convolution pads three pixels a side, so half a pixel counts as one; of a pool's last column, alone, nothing.

    `architecture("googlenet").trace_heads(size)` walks the same way, layer by layer.
    """
    from inception_edu.architectures import architecture

    row = architecture("googlenet").trace_heads(size)[0]
    pool = row.layers[0]
    return {"grid": row.input[1], "behind the pool": pool.output[1]}


@exercise(
    "5.2",
    title="The smallest picture",
    section="Pictures of another size",
    level=2,
    minutes=6,
    prompt="""
    Somebody builds heads whose average pool has windows of {window}×{window}. All else stays as it is. How many pixels
    a side must a picture have at least, so that one window fits?
    """,
    kind=Number("pixels"),
    cases=[{"window": 5}, {"window": 3}, {"window": 4}, {"window": 6}, {"window": 7}, {"window": 9}],
    mistakes=[
        Mistake(lambda window: 16 * window, "Close: the first convolution rounds up, so one pixel less is enough."),
        Mistake(
            lambda window: 16 * (window - 1) + 1,
            "That would be so if every halving rounded up. The pools round down: 2n cells are needed for n.",
        ),
        Mistake(lambda window: 8 * window, "There are four halvings before the heads: a convolution and three pools."),
    ],
    hints=[
        "Go backwards. To leave n cells, a pool that rounds down needs 2n.",
        "To leave n cells, a convolution that rounds up needs 2n − 1 pixels.",
    ],
)
def the_smallest_picture(window):
    """Three pools double three times, the convolution doubles once more and saves one pixel: 2 · 8 · window − 1.

    Without heads far smaller pictures pass: the trunk ends in a pool over whatever grid is left.
    """
    cells = window
    for _ in range(3):  # the pools, and then the first convolution
        cells = 2 * cells
    return 2 * cells - 1


@exercise(
    "5.3",
    title="A leaner head",
    section="What do two heads cost?",
    level=2,
    minutes=6,
    prompt="""
    Replace the 5×5/3 pool of the lower head by global average pooling, for {classes} classes. How many parameters has
    the head then? And which share of the paper's head is that?
    """,
    kind=Numbers({"parameters": Number(), "share": Number(percent=True, relative=0.02)}),
    cases=[{"classes": n} for n in (1000, 10, 20, 100, 200)],
    mistakes=[
        Mistake(
            lambda classes: {"parameters": head_params(classes, grid=1) - 128 - 1024 - classes},
            "You left out the biases.",
        ),
        Mistake(
            lambda classes: {"parameters": head_params(classes)},
            "That is the paper's head. Behind global average pooling the first linear layer reads 128 numbers.",
        ),
    ],
    hints=[
        "Only one layer changes its size. What does the first linear layer read now?",
        "`conv_params(512, 128, 1, bias=True)` and `linear_params(…)` are in `inception_edu.arithmetic`.",
    ],
)
def a_leaner_head(classes):
    """The first linear layer reads 128 numbers instead of 4·4·128. Inception-v3 shrinks the hidden layer, too."""
    from inception_edu.arithmetic import conv_params, linear_params

    def head(grid):
        convolution = conv_params(512, 128, 1, bias=True)
        hidden = linear_params(128 * grid * grid, 1024)
        return convolution + hidden + linear_params(1024, classes)

    return {"parameters": head(grid=1), "share": head(grid=1) / head(grid=4)}


@exercise(
    "5.4",
    title="Whom a loss can reach",
    section="What do the heads do to the gradient?",
    level=1,
    minutes=4,
    prompt="Take the loss of the *upper* head alone, and compute its gradient. Which of these layers gets none?",
    kind=Choice(REACHED),
    hints=["Follow the figure from the image to the loss of the upper head. What lies on the way?"],
)
def whom_a_loss_can_reach():
    """A weight has a gradient where the loss depends on it: on the way from the image to that loss."""
    import torch

    from inception_edu import create_model

    model = create_model("googlenet", width=1 / 8, image_size=80, seed=0)
    loss = model.train()(torch.rand(2, 3, 80, 80)).aux2.sum()
    loss.backward()
    layers = {"first": "convolution_1", "lower": "inception_4b", "above": "inception_4e"}
    reached = {
        answer: any(weight.grad is not None for weight in model.stages.get_submodule(name).parameters())
        for answer, name in layers.items()
    }
    return next((answer for answer, found in reached.items() if not found), "none")


@exercise(
    "5.5",
    title="Write the loss",
    section="Three losses, one sum",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    Write `loss(outputs, labels, weight=0.3)`. `outputs` is a tuple of scores: first those of the last classifier, then
    those of as many heads as the network has, which may be none. It gives the sum that is trained on, as one number.
    """,
    kind=Code(
        "loss",
        stub='''
from torch.nn import functional


def loss(outputs, labels, weight=0.3):
    """Scores N×K of each classifier, the last one's first, and labels N → one number."""
'''.strip(),
        verify=verify_loss,
        expected="round(loss([torch.eye(3)] * 3, torch.tensor([0, 1, 0])).item(), 4)",
        wrong=(all_weighted, never_weighted, mean_of_heads),
    ),
    hints=[
        "`last, *heads = outputs` takes the tuple apart, however many heads there are.",
        "`functional.cross_entropy(scores, labels)` is the mean over the pictures.",
    ],
)
def write_the_loss():
    """The last classifier's loss in full, and each head's with the weight."""
    from torch.nn import functional

    def loss(outputs, labels, weight=0.3):
        """Scores N×K of each classifier, the last one's first, and labels N → one number."""
        last, *heads = outputs
        side = sum(functional.cross_entropy(scores, labels) for scores in heads)
        return functional.cross_entropy(last, labels) + weight * side

    return loss


@exercise(
    "5.6",
    title="Without the lower head",
    section="Take one head away",
    level=2,
    minutes=8,
    prompt="""
    Rethinking the Inception Architecture took the lower head away. Do that to GoogLeNet for {classes} classes: how many
    parameters has the network in training then? And which share of them sits in the head that is left?
    """,
    kind=Numbers({"parameters": Number(), "share": Number(percent=True, relative=0.02)}),
    cases=[{"classes": n} for n in (1000, 10, 20, 100, 365)],
    mistakes=[
        Mistake(
            lambda classes: {"parameters": without_lower_head(classes)["parameters"] - head_params(classes, 528)},
            "That is the network in use, without any head.",
        ),
        Mistake(
            lambda classes: {
                "parameters": without_lower_head(classes)["parameters"]
                - head_params(classes, 528)
                + head_params(classes)
            },
            "You kept the lower head, which reads 512 channels. The upper one reads 528.",
        ),
    ],
    hints=[
        "`full = architecture('googlenet', num_classes={classes})` has its heads in `full.heads`, the lower one first.",
        "`Network(replace(full, heads=full.heads[1:]))` is the network without it; add up `p.numel()`.",
    ],
)
def without_lower_head(classes):
    """A network that is data loses a head by losing a row of it."""
    from dataclasses import replace

    import torch

    from inception_edu.architectures import architecture
    from inception_edu.models.network import Network

    full = architecture("googlenet", num_classes=classes)
    with torch.device("meta"):  # shapes without numbers: enough for counting
        upper = Network(replace(full, heads=full.heads[1:]))
    total, left = (sum(w.numel() for w in part.parameters()) for part in (upper, upper.heads))
    return {"parameters": total, "share": left / total}


@exercise(
    "5.7",
    title="Why the curve does not fall",
    section="What do the heads do to the gradient?",
    level=3,
    minutes=15,
    points=2,
    prompt="""
    Take the first convolution and the last linear layer of GoogLeNet, biases zero as in the beginning, and the last
    classifier's loss alone. For both compute the sum of weight times gradient over all weights of the layer. How do the
    two sums compare?
    """,
    kind=Choice(SUMS),
    hints=[
        "ReLU, max pooling and averaging let a factor λ > 0 through. What becomes of the scores if all weights of one "
        "layer are multiplied by it?",
        "The derivative of the loss by λ, at λ = 1, can be written with the weights or with the scores.",
    ],
)
def why_the_curve_does_not_fall():
    """If the scores z grow by λ with the weights W of *any* layer on every way, then ΣW·∂L/∂W = Σz·∂L/∂z.

    The right-hand side does not know the layer. So relative to its weights, no such layer can be left out. What the
    first weights decide is how large the common value is; a deviation of 0.01 makes it tiny.
    """
    import torch
    from torch.nn import functional

    from inception_edu import create_model

    options = {"width": 1 / 8, "image_size": 80, "aux_logits": False, "dropout": 0.0}
    model = create_model("googlenet", num_classes=10, seed=0, **options)
    weights = [model.stages.convolution_1.conv.weight, model.stages.linear.weight]
    images, labels = torch.rand(8, 3, 80, 80), torch.arange(8)
    loss = functional.cross_entropy(model(images), labels)
    first, last = ((w * g).sum().item() for w, g in zip(weights, torch.autograd.grad(loss, weights)))
    return "equal" if abs(first / last - 1) < 0.01 else "smaller" if first < last else "larger"


@exercise(
    "5.8",
    title="Where the heads surely add",
    section="And while it trains?",
    level=2,
    minutes=5,
    prompt="""
    Set the widget to a moment after the first 200 steps and to a stage for which one can be sure that the heads' losses
    enlarge the gradient by at least a tenth: the lower end of its interval is 1.1 or more.
    """,
    kind=Setting(
        "AuxiliaryGradients",
        {
            "late": ("at", ">=", "That is before the 200th step."),
            "sure": ("low", ">=", "The interval reaches below that. A head adds to the stages below it alone."),
        },
        {"moment": 1, "stage": "linear"},
    ),
    hints=["Which stages lie below a head? Which below both?", "The lower chart shows the interval over the training."],
)
def where_the_heads_surely_add():
    """Below the lower head both losses add. One such stage at the last moment is enough."""
    from inception_edu.experiments.records import recorded

    record = recorded("auxiliary_gradients")
    place = record["stages"].index("inception_4a")
    setting = {"moment": len(record["moments"]), "stage": "inception_4a"}
    limits = {"late": 200, "sure": 1.1}
    assert record["factor"][-1][place] / record["margin"][-1][place] >= limits["sure"]
    return {"setting": setting, "limits": limits}


@exercise(
    "5.9",
    title="Plan the experiment",
    section="What they believed, and what they found",
    level=3,
    minutes=20,
    prompt="""
    You may train for a week on one GPU. Plan an experiment that could show whether the heads of GoogLeNet regularize:
    what do you vary, what do you measure, how many runs, and which result would make you say no?
    """,
    kind=Text(words=40),
    hints=[
        "A regularizer leaves training accuracy as it is or makes it worse, and makes test accuracy better.",
        "Where would its effect be large: with much training data or with little?",
    ],
)
def plan_the_experiment():
    """There is no one right answer. This is what ours would be."""
    return (
        "Vary the heads' weight, 0 and 0.3, and the training data: all, a quarter, a tenth, for a regularizer "
        "matters more where data is scarce. Ten seeds each, the same for both weights. Measure the gap between "
        "training and test accuracy of the last classifier in evaluation mode, at the end. Judge the three "
        "differences together, by Holm's procedure. Say no if none is clear, or if the gap shrinks only because "
        "training accuracy fell while test accuracy did not rise. Write this down before the first run."
    )
