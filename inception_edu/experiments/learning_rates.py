"""At which learning rates does a network learn, with batch norm and without? A tower of convolutions, a small task."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from statistics import fmean

import torch
from torch import Tensor, nn
from torch.nn import functional

from .by_heart import KINDS, accuracy, descend, fit, pictures

__all__ = ["LAST", "accuracy_in_company", "losses", "measure", "measure_company", "tower"]

LAST = 20
"""Steps at the end over which the training loss is averaged."""

Pictures = tuple[Tensor, Tensor]


def tower(batch_norm: bool, depth: int = 6, width: int = 16) -> nn.Sequential:
    """N×3×16×16 → logits N×4: `depth` convolutions of 3×3 with ReLU, the first of stride 2, in He's initialization."""

    def layers() -> Iterator[nn.Module]:
        for place in range(depth):
            stride, depth_in = (1, width) if place else (2, 3)
            conv = nn.Conv2d(depth_in, width, 3, stride, padding=1, bias=not batch_norm)  # 16×8×8
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            yield conv
            if batch_norm:
                yield nn.BatchNorm2d(width)
            else:
                nn.init.zeros_(conv.bias)  # type: ignore[arg-type]  # it has one
            yield nn.ReLU()

    return nn.Sequential(*layers(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, len(KINDS)))


def losses(model: nn.Module, data: Pictures, *, rate: float, steps: int, seed: int, batch: int = 32) -> list[float]:
    """Train by SGD with momentum 0.9 at a constant rate, and tell the loss of each step.

    Args:
        model: Changed in place.
        data: Images and labels.
        rate: The learning rate.
        steps: How many; a loss that is no number ends the training.
        seed: Of the choice of pictures: the same seed gives the same batches to every network.
        batch: Pictures a step.
    """
    images, labels = data
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    parts = (torch.randint(len(labels), (batch,), generator=generator) for _ in range(steps))
    batches = ((images[part], labels[part]) for part in parts)
    told: list[float] = []
    for loss in descend(model.train(), batches, optimizer, functional.cross_entropy):
        told.append(loss)
        if not math.isfinite(loss):
            break
    return told


def accuracy_in_company(model: nn.Module, data: Pictures, size: int, seed: int = 0) -> float:
    """Share of the pictures named right in *training* mode, in batches of `size`: each is seen with chance company.

    The model is left as it was; what is left of a last batch is left out.
    """
    images, labels = data
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    judged = copy.deepcopy(model).train()
    right = []
    with torch.no_grad():
        for part in order.split(size)[: len(labels) // size]:
            right.append((judged(images[part]).argmax(1) == labels[part]).float().mean().item())
    return fmean(right)


def measure_company(sizes: Sequence[int], *, seeds: Sequence[int], epochs: int, count: int) -> dict:
    """Test the tower with batch norm in evaluation mode, and in training mode in batches of each size.

    It is trained with a rate that falls to nothing, so that the running statistics belong to the last weights.

    Returns:
        One accuracy a seed: as `evaluation`, and as `training` by size.
    """
    train_set, test_set = pictures("train", count), pictures("test")
    models = []
    for seed in seeds:
        torch.manual_seed(seed)
        models.append(fit(tower(True), train_set, functional.cross_entropy, seed=seed, epochs=epochs))
    return {
        "evaluation": [accuracy(model, test_set) for model in models],
        "training": {str(size): [accuracy_in_company(model, test_set, size) for model in models] for size in sizes},
    }


def measure(rates: Sequence[float], *, seeds: Sequence[int], steps: int, count: int) -> list[dict]:
    """Train the tower with batch norm and without at each rate and with each seed, and test.

    Args:
        rates: Learning rates.
        seeds: Of the runs.
        steps: Of each training.
        count: Training pictures.

    Returns:
        For each network and rate a dict: `batch_norm`, `rate`, and one value a seed of `loss` (in training, the mean of
        the last steps; None where it became no number) and of `accuracy` (on the test pictures, 0 to 1).
    """
    train_set, test_set = pictures("train", count), pictures("test")
    found = []
    for batch_norm in (False, True):
        for rate in rates:
            rows = []
            for seed in seeds:
                torch.manual_seed(seed)
                model = tower(batch_norm)
                told = losses(model, train_set, rate=rate, steps=steps, seed=seed)
                end = fmean(told[-LAST:]) if math.isfinite(told[-1]) else None
                rows.append((end, accuracy(model, test_set)))
            ends, accuracies = zip(*rows)
            found.append({"batch_norm": batch_norm, "rate": rate, "loss": list(ends), "accuracy": list(accuracies)})
    return found
