"""What chapter 5's exercises need: wrong roundings, what heads hold, and how a loss of three parts is checked."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from ..arithmetic import conv_params, linear_params
from .verdict import Wrong

REACHED = {
    "first": (
        "The first convolution",
        "A way leads down to it, through (4d) and all modules below.",
    ),
    "lower": (
        "(4b), which lies above the lower head",
        "The upper head reads (4d), and (4d) reads (4c), which reads (4b).",
    ),
    "above": (
        "(4e), which lies above the upper head",
        "The head does not read it, so nothing that happens in (4e) can change the head's loss.",
    ),
    "none": ("None: a gradient reaches all layers", "Only layers on the way to the loss get one."),
}
"""What may get a gradient from the upper head alone, and what to tell who chooses it."""

SUMS = {
    "smaller": (
        "The first convolution's is much smaller",
        "So one would think of a gradient that fades. Compute both: what is lost on the way back was gained by "
        "what comes in from below.",
    ),
    "larger": (
        "The first convolution's is much larger",
        "Compute both, with one batch and one set of weights.",
    ),
    "equal": (
        "They are equal",
        "Multiply the weights of either layer by λ, and the scores grow by λ: neither knows which it was.",
    ),
    "chance": (
        "Either may be larger: it depends on the weights that were drawn",
        "Draw them anew and compute both sums. The weights decide how large the sums are, no more.",
    ),
}
"""How two sums of weight times gradient may compare."""


def grid_by(side: int, first: Any = ceil, pools: Any = floor) -> int:
    """Side of the grid that the heads read, where the first convolution and three pools halve with these roundings."""
    side = first(side / 2)
    for _ in range(3):
        side = pools(side / 2)
    return side


def pooled(grid: int, round_to: Any = floor) -> int:
    """Side of the grid behind a head's 5×5/3 pool."""
    return round_to((grid - 5) / 3) + 1


def head_params(classes: int, depth: int = 512, grid: int = 4, hidden: int = 1024) -> int:
    """Parameters of a head."""
    convolution = conv_params(depth, 128, 1, bias=True)
    return convolution + linear_params(128 * grid**2, hidden) + linear_params(hidden, classes)


def verify_loss(theirs: Any, right: Any) -> None:
    """On outputs with two heads, one and none, with weights of 0.3, 0.4 and 0; usual slips are named."""
    import torch
    from torch.nn import functional

    generator = torch.Generator().manual_seed(0)
    for count, heads, weight in ((6, 2, 0.3), (4, 1, 0.4), (5, 2, 0.0), (3, 0, 0.3)):
        outputs = tuple(2 * torch.randn(count, 5, generator=generator) for _ in range(1 + heads))
        labels = torch.randint(5, (count,), generator=generator)
        leaves = tuple(scores.clone().requires_grad_() for scores in outputs)
        found = theirs(leaves, labels, weight)
        where = f"for {count} pictures, {heads} head{'s' * (heads != 1)} and a weight of {weight}"
        if not isinstance(found, torch.Tensor) or found.numel() != 1:
            raise Wrong(f"It gives no single number {where}.")
        expected = right(outputs, labels, weight)
        parts = [functional.cross_entropy(scores, labels) for scores in outputs]
        slips = {
            "You weighted the last classifier's loss, too: it counts in full.": weight * sum(parts),
            "The heads' losses count in full here: multiply them by the weight.": sum(parts),
            "Only one of the heads is in the sum.": parts[0] + weight * sum(parts[1:2]),
            "You took the mean of the heads' losses. The paper adds them.": (
                parts[0] + weight * sum(parts[1:]) / max(heads, 1)
            ),
        }
        if not torch.isclose(found, expected, rtol=1e-4):
            for remark, slip in slips.items():
                if torch.isclose(found, torch.as_tensor(slip), rtol=1e-4):
                    raise Wrong(remark)
            raise Wrong(f"It gives {found.item():.4f} {where}; expected is {expected.item():.4f}.")
        found.backward()
        if leaves[0].grad is None:
            raise Wrong("No gradient reaches the scores.")


def all_weighted():
    """The weight before the whole sum."""
    from torch.nn import functional

    def loss(outputs, labels, weight=0.3):
        return weight * sum(functional.cross_entropy(scores, labels) for scores in outputs)

    return loss


def never_weighted():
    """No weight at all."""
    from torch.nn import functional

    def loss(outputs, labels, weight=0.3):
        return sum(functional.cross_entropy(scores, labels) for scores in outputs)

    return loss


def mean_of_heads():
    """The heads' mean for their sum."""
    from torch.nn import functional

    def loss(outputs, labels, weight=0.3):
        last, *heads = (functional.cross_entropy(scores, labels) for scores in outputs)
        return last + weight * sum(heads) / max(len(heads), 1)

    return loss
