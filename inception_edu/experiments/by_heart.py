"""A task that a small network learns by heart within a second: few small pictures of four shapes, no augmentation.

What regularizes shows on such a task first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from ..datasets import open_dataset

__all__ = ["KINDS", "accuracy", "descend", "fit", "pictures"]

KINDS = ("disc", "ring", "cross", "stripes")
SIDE = 16
"""Pixels of a picture's side."""


def pictures(split: str, count: int | None = None) -> tuple[Tensor, Tensor]:
    """Pictures of the four kinds, from the synthetic set.

    Args:
        split: ``"train"`` or ``"test"``.
        count: How many, the first of the set; None is all of the four kinds.

    Returns:
        Images N×3×16×16, each channel of mean 0 and each image of spread 1, and labels from 0 to 3.
    """
    data = open_dataset("shapes", image_size=SIDE, split=split)
    number = {data.classes.index(kind): place for place, kind in enumerate(KINDS)}
    kept = [index for index, label in enumerate(data.labels.tolist()) if label in number][:count]
    images = torch.stack([data[index][0] for index in kept]).float()
    images = images - images.mean((2, 3), keepdim=True)
    images = images / images.std((1, 2, 3), keepdim=True)
    return images, torch.tensor([number[label] for label in data.labels[kept].tolist()])


def descend(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    loss: Callable[[Any, Tensor], Tensor],
    schedule: torch.optim.lr_scheduler.LRScheduler | None = None,
) -> Iterator[float]:
    """A step of the optimizer for each batch of images and labels; tells the loss before each.

    Whoever stops asking ends the training before the step whose loss was told.
    """
    for images, labels in batches:
        optimizer.zero_grad()
        found = loss(model(images), labels)
        yield found.item()
        found.backward()
        optimizer.step()
        if schedule is not None:
            schedule.step()


def accuracy(model: nn.Module, data: tuple[Tensor, Tensor]) -> float:
    """Share of the pictures that the model, in evaluation mode, names right."""
    images, labels = data
    with torch.no_grad():
        return (model.eval()(images).argmax(1) == labels).float().mean().item()


def fit(
    model: nn.Module,
    data: tuple[Tensor, Tensor],
    loss: Callable[[Any, Tensor], Tensor],
    *,
    seed: int,
    epochs: int,
    batch: int = 50,
    lr: float = 0.05,
) -> nn.Module:
    """Train by SGD with momentum 0.9, the rate rising and falling once.

    Args:
        model: Changed in place, and left in evaluation mode.
        data: Images and labels.
        loss: From the model's outputs and the labels to one number.
        seed: Of the order of the pictures.
        epochs: Passes over the pictures; what is left of a last batch is left out.
        batch: Pictures a step.
        lr: Highest rate.

    Returns:
        The model.
    """
    images, labels = data
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    steps = len(images) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=epochs * steps + 1)
    orders = (torch.randperm(len(images), generator=generator) for _ in range(epochs))
    parts = (part for order in orders for part in order.split(batch)[:steps])
    for _ in descend(model, ((images[part], labels[part]) for part in parts), optimizer, loss, schedule):
        pass
    return model.eval()
