"""Exercises to chapter 11 whose answer is code: a loss and a temperature, with how they are checked."""

from __future__ import annotations

from typing import Any

from .code import Code
from .exercise import exercise
from .verdict import Wrong


def verify_smoothed(theirs: Any, right: Any) -> None:
    """Against torch's own, value and gradient, with and without smoothing; the usual slip is named."""
    import torch
    from torch.nn import functional

    generator = torch.Generator().manual_seed(0)
    for count, classes, epsilon in ((6, 4, 0.1), (3, 20, 0.3), (5, 3, 0.0)):
        labels = torch.randint(classes, (count,), generator=generator)
        values = 2 * torch.randn(count, classes, generator=generator)
        logits = values.clone().requires_grad_()
        found = theirs(logits, labels, epsilon)
        where = f"for {count} pictures, {classes} classes and ε = {epsilon}"
        if not isinstance(found, torch.Tensor) or found.numel() != 1:
            raise Wrong(f"It gives no single number {where}: take the mean over the batch.")
        expected = functional.cross_entropy(values, labels, label_smoothing=epsilon)
        slip = (1 - epsilon) * functional.cross_entropy(values, labels) + epsilon / classes
        if not torch.isclose(found, expected, rtol=1e-4):
            if torch.isclose(found, slip, rtol=1e-4):
                raise Wrong(
                    "You added ε/K to the *loss*. It belongs into the target: the loss towards u is a mean of −log p."
                )
            raise Wrong(f"It gives {found.item():.4f} {where}; expected is {expected.item():.4f}.")
        found.backward()
        if logits.grad is None:
            raise Wrong("No gradient reaches the logits.")


def only_scaled():
    """The slip of this chapter: a constant beside the scaled loss."""

    def smoothed_loss(logits, labels, epsilon):
        plain = -logits.log_softmax(1).gather(1, labels[:, None])[:, 0]
        return ((1 - epsilon) * plain + epsilon / logits.shape[1]).mean()

    return smoothed_loss


def without_mean():
    """One loss a picture."""

    def smoothed_loss(logits, labels, epsilon):
        log_p = logits.log_softmax(1)
        return -(1 - epsilon) * log_p.gather(1, labels[:, None])[:, 0] - epsilon * log_p.mean(1)

    return smoothed_loss


def verify_temperature(theirs: Any, right: Any) -> None:
    """Against a fine grid, for networks that are too sure, not sure enough, and just right."""
    import torch

    generator = torch.Generator().manual_seed(0)
    for scale in (0.5, 1.0, 3.0):
        honest = 2 * torch.randn(400, 5, generator=generator)
        labels = torch.multinomial(honest.softmax(1), 1, generator=generator)[:, 0]
        found, expected = theirs(scale * honest, labels), right(scale * honest, labels)
        if abs(float(found) - expected) > 0.03:
            raise Wrong(
                f"It gives {float(found):.2f} for 400 pictures and 5 classes; the loss is lowest at {expected:.2f}."
            )


def calibrated_on_accuracy():
    """Chooses by accuracy, which no temperature changes."""
    import torch

    def temperature(logits, labels):
        grid = torch.arange(0.25, 8.005, 0.01).tolist()
        return max(grid, key=lambda t: ((logits / t).argmax(1) == labels).float().mean().item())

    return temperature


@exercise(
    "11.7",
    title="Write the loss",
    section="The same, as a loss",
    level=2,
    minutes=10,
    points=2,
    prompt="""
    Write `smoothed_loss(logits, labels, epsilon)`: the mean cross-entropy of a batch against smoothed labels, from the
    logarithms of the softmax alone, without torch's own `label_smoothing`.
    """,
    kind=Code(
        "smoothed_loss",
        stub='''
def smoothed_loss(logits, labels, epsilon):
    """Logits N×K and labels N → one number."""
    log_p = logits.log_softmax(1)
'''.strip(),
        verify=verify_smoothed,
        expected="round(smoothed_loss(torch.eye(3), torch.tensor([0, 1, 0]), 0.1).item(), 4)",
        wrong=(only_scaled, without_mean),
    ),
    hints=[
        "The loss against a mixture is the mixture of the losses: (1 − ε)·plain + ε·towards u.",
        "Towards u: the mean of −log p over all classes.",
        "`log_p.gather(1, labels[:, None])` picks the true class of each picture.",
    ],
)
def write_the_loss():
    """Two parts: the plain loss, and the mean of −log p over all classes."""

    def smoothed_loss(logits, labels, epsilon):
        """Logits N×K and labels N → one number."""
        log_p = logits.log_softmax(1)
        plain = -log_p.gather(1, labels[:, None])[:, 0]
        towards_u = -log_p.mean(1)
        return ((1 - epsilon) * plain + epsilon * towards_u).mean()

    return smoothed_loss


@exercise(
    "11.8",
    title="One number instead",
    section="Does its confidence deserve trust?",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    Another remedy for an overconfident network works *after* the training: divide all its logits by one number, the
    **temperature** $T$. Write `temperature(logits, labels)`: the $T$ between 0.25 and 8 for which the cross-entropy of
    `logits / T` is lowest, to within 0.02.
    """,
    kind=Code(
        "temperature",
        stub='''
def temperature(logits, labels):
    """Logits N×K of pictures not trained on, and labels N → T."""
'''.strip(),
        verify=verify_temperature,
        expected="round(temperature(torch.tensor([[4.0, 0.0], [4.0, 0.0], [4.0, 0.0]]), torch.tensor([0, 0, 1])), 1)",
        wrong=(calibrated_on_accuracy,),
    ),
    hints=[
        "The order of the logits does not change, so the accuracy says nothing. Look at the loss.",
        "A grid from 0.25 to 8 in steps of 0.01 has fewer than 800 places: try them all.",
    ],
)
def one_number_instead():
    """If all you want is calibration, a temperature is cheaper, and it is chosen after the training (Guo et al. 2017).

    Choose it on pictures that you do not test on.
    """
    import torch
    from torch.nn import functional

    def temperature(logits, labels):
        """Logits N×K of pictures not trained on, and labels N → T."""
        grid = torch.arange(0.25, 8.005, 0.01).tolist()
        return min(grid, key=lambda t: functional.cross_entropy(logits / t, labels).item())

    return temperature
