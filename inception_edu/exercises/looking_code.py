"""Exercises to chapter 13 whose answer is code: a class map, and occlusion, with how they are checked."""

from __future__ import annotations

from typing import Any

from .code import Code, same_outputs
from .exercise import exercise
from .verdict import Wrong


def verify_class_map(theirs: Any, right: Any) -> None:
    """On random features; and the mean of the map is the logit without its bias."""
    import torch

    generator = torch.Generator().manual_seed(0)
    for count, channels, classes, grid in ((2, 5, 3, 4), (1, 8, 10, 7)):
        features = torch.rand(count, channels, grid, grid, generator=generator)
        weight = torch.randn(classes, channels, generator=generator)
        found = theirs(features.clone(), weight.clone(), 1)
        if isinstance(found, torch.Tensor) and found.shape == (count, grid, grid):
            logits = features.mean((2, 3)) @ weight[1]
            if torch.allclose(found, right(features, weight, 1).relu(), atol=1e-5):
                raise Wrong("Nowhere is it negative. What speaks *against* a class belongs to the map, too.")
            if torch.allclose(found.mean((1, 2)) * grid * grid, logits, rtol=1e-3, atol=1e-5):
                raise Wrong("The map is right up to a factor: its *mean* is to be the logit, not its sum.")
        same_outputs(theirs, right, (features, weight, 1))


def unweighted():
    """The mean of all channels: where anything at all is seen."""
    return lambda features, weight, target: features.mean(1)


def only_in_favour():
    """With a ReLU, as Grad-CAM draws it."""
    import torch

    return lambda features, weight, target: torch.einsum("c,nchw->nhw", weight[target], features).relu()


def its_sum():
    """Divided by the number of places."""
    import torch

    def class_map(features, weight, target):
        return torch.einsum("c,nchw->nhw", weight[target], features) / features[0, 0].numel()

    return class_map


def verify_occlusion(theirs: Any, right: Any) -> None:
    """On scores that know where they look; and the picture stays as it was."""
    import torch

    generator = torch.Generator().manual_seed(0)
    for size, side in ((8, 2), (12, 4)):
        x = torch.rand(1, 3, size, size, generator=generator) + 0.5
        weight = torch.randn(3, size, size, generator=generator)

        def score(pictures: Any, weight: Any = weight) -> Any:
            return (pictures * weight).flatten(1).sum(1)

        given = x.clone()
        found, expected = theirs(score, given, side), right(score, x, side)
        if not torch.equal(given, x):
            raise Wrong("It leaves the picture covered: work on a copy for every place, or the squares add up.")
        if isinstance(found, torch.Tensor) and found.shape == expected.shape and torch.allclose(found, -expected):
            raise Wrong("The sign is turned round: where the score *falls*, the map is to be positive.")
        same_outputs(
            lambda given, theirs=theirs, score=score, side=side: theirs(score, given, side),
            lambda given, right=right, score=score, side=side: right(score, given, side),
            (x,),
        )


def squares_add_up():
    """Covers the one picture, again and again."""
    import torch

    def occlude(score, x, side):
        count = x.shape[-1] // side
        drops, whole = torch.zeros(count, count), score(x).item()
        for row in range(count):
            for column in range(count):
                x[:, :, row * side : (row + 1) * side, column * side : (column + 1) * side] = 0
                drops[row, column] = whole - score(x).item()
        return drops

    return occlude


def turned_round():
    """What is left minus what was there."""
    import torch

    def occlude(score, x, side):
        count = x.shape[-1] // side
        drops = torch.zeros(count, count)
        for row in range(count):
            for column in range(count):
                covered = x.clone()
                covered[:, :, row * side : (row + 1) * side, column * side : (column + 1) * side] = 0
                drops[row, column] = score(covered).item() - score(x).item()
        return drops

    return occlude


@exercise(
    "13.5",
    title="Write the class map",
    section="Where does it look?",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    Write `class_map(features, weight, target)`: from the last features, N×C×h×w, and the weights of the last layer,
    K×C, the map of one class, N×h×w. Its mean is to be the class's logit, but for the bias.
    """,
    kind=Code(
        "class_map",
        stub='''
def class_map(features, weight, target):
    """Features N×C×h×w, weights K×C and a class → N×h×w."""
    ...
'''.strip(),
        verify=verify_class_map,
        expected="class_map(torch.eye(2).view(1, 1, 2, 2), torch.tensor([[1.0], [-3.0]]), 1)",
        wrong=(unweighted, only_in_favour, its_sum),
    ),
    hints=[
        "The logit is the sum over channels of weight times mean. Sum and mean may change places.",
        "`weight[target]` has one number a channel.",
        '`torch.einsum("c,nchw->nhw", …)` multiplies and sums over the channels.',
    ],
)
def write_the_class_map():
    """The last layer's weights of one class, applied at every place instead of to the mean."""
    import torch

    def class_map(features, weight, target):
        """Features N×C×h×w, weights K×C and a class → N×h×w."""
        return torch.einsum("c,nchw->nhw", weight[target], features)

    return class_map


@exercise(
    "13.6",
    title="Write occlusion",
    section="Cover it up",
    level=2,
    minutes=12,
    points=3,
    prompt="""
    Write `occlude(score, x, side)`. `score` gives one number for each of N pictures; `x` is one normalized picture,
    1×C×H×H. Cover squares of `side` pixels, side by side, with zeros, one at a time. Give the map of the drops:
    the score of the whole picture minus that of the covered one, (H/side)×(H/side).
    """,
    kind=Code(
        "occlude",
        stub='''
def occlude(score, x, side):
    """A function of N pictures → N, one picture 1×C×H×H, pixels → the drops."""
    count = x.shape[-1] // side
'''.strip(),
        verify=verify_occlusion,
        expected="occlude(lambda pictures: pictures[:, 0, 0, 0], torch.ones(1, 3, 4, 4), 2)",
        wrong=(squares_add_up, turned_round),
    ),
    hints=[
        "Two loops over the places; `x.clone()` inside them.",
        "`covered[:, :, top : top + side, left : left + side] = 0`",
    ],
)
def write_occlusion():
    """One forward pass a place. Nothing of the network has to be known but its score."""
    import torch

    def occlude(score, x, side):
        """A function of N pictures → N, one picture 1×C×H×H, pixels → the drops."""
        count = x.shape[-1] // side
        drops = torch.zeros(count, count)
        for row in range(count):
            for column in range(count):
                covered = x.clone()
                top, left = row * side, column * side
                covered[:, :, top : top + side, left : left + side] = 0
                drops[row, column] = (score(x) - score(covered)).item()
        return drops

    return occlude
