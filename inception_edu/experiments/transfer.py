"""How many pictures are enough? A network that knows CIFAR-10 learns classes that it has never seen.

Three ways to the same classes: a new classifier on a trunk that is held still; all of the network, the trunk more
slowly; and the same network from fresh weights. Two tasks: objects of VOC, which are photographs as CIFAR-10's are, and
`shapes`, which are none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..augmentation.batches import Compose, Normalize, RandomHorizontalFlip, RandomResizedCrop
from ..augmentation.pictures import EnlargedSquare
from ..datasets import open_dataset
from ..models import Model
from ..pretrained import Weights
from ..training.finetuning import Finetuning
from ..training.optimizers import make_optimizer
from ..training.prepare import make_model
from ..training.recipe import Recipe, load_recipe

__all__ = ["Task", "features", "head_only", "scratch_recipe", "shapes", "trained", "transfer", "voc_unseen"]

UNSEEN = ("bicycle", "bus", "chair", "motorbike", "person", "pottedplant", "sofa", "train", "tvmonitor")
"""Classes of VOC that CIFAR-10 lacks and of which there are nine objects to train on."""

PENALTY = 1e-3
"""On the squares of a classifier's weights, where it alone learns."""


@dataclass(frozen=True)
class Task:
    """Pictures of a few classes, uint8 N×3×S×S, to train on and to test on."""

    name: str
    classes: tuple[str, ...]
    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor

    def few(self, count: int, seed: int) -> Tensor:
        """Numbers of `count` training pictures of every class, drawn by the seed; a larger draw holds a smaller one."""
        order = torch.randperm(len(self.labels), generator=torch.Generator().manual_seed(seed))
        return torch.cat([order[self.labels[order] == label][:count] for label in range(len(self.classes))])

    def accuracy(self, scores: Tensor) -> float:
        """Mean over the classes of the share that is told rightly, so that a frequent class counts no more."""
        right = scores.argmax(1) == self.test_labels
        return float(np.mean([right[self.test_labels == label].float().mean() for label in range(len(self.classes))]))


def voc_unseen(devkit: str | Path, card: Weights) -> Task:
    """Objects of VOC 2012 of classes that CIFAR-10 lacks: those of its `train` to learn, those of its `val` to test.

    The two hold different photographs, so that no test object stands beside a training object.
    """
    objects = open_dataset("voc_objects", devkit, verify=False)
    lists = Path(devkit) / "VOCdevkit" / "VOC2012" / "ImageSets" / "Main"
    parts = {name: set((lists / f"{name}.txt").read_text().split()) for name in ("train", "val")}
    view, found = EnlargedSquare(card.image_size, card.native_size or card.image_size), {}
    for part, names in parts.items():
        rows = [
            row
            for row, label in enumerate(objects.labels.tolist())
            if objects.classes[label] in UNSEEN and objects.source(row)[0].stem in names  # pyright: ignore
        ]
        labels = torch.tensor([UNSEEN.index(objects.classes[objects.labels[row]]) for row in rows])
        found[part] = torch.stack([view(objects.native(row)[0]) for row in rows]), labels
    return Task("voc", UNSEEN, *found["train"], *found["val"])


def shapes(kinds: int = 6, count: int = 100, tested: int = 50, size: int = 64) -> Task:
    """Some kinds of `shapes`, `count` of each to learn and `tested` of each to test."""
    parts = []
    for split, number in (("train", count), ("test", tested)):
        drawn = open_dataset("shapes", split=split, image_size=size, size=10 * number)
        assert drawn.images is not None
        chosen = drawn.labels < kinds
        parts += [drawn.images[chosen], drawn.labels[chosen]]
    return Task("shapes", tuple(drawn.classes[:kinds]), *parts)


@torch.no_grad()
def features(model: Model, images: Tensor, prepare: Normalize) -> Tensor:
    """What the trunk says of each picture: the means of its last channels, N×C."""
    return torch.cat([model.forward_features(prepare(part)).mean((2, 3)) for part in images.split(100)])


def head_only(inputs: Tensor, labels: Tensor, tests: Tensor, classes: int) -> Tensor:
    """Scores of a linear classifier that is fitted to the features of a trunk, which stays as it is."""
    mean, std = inputs.mean(0), inputs.std(0) + 1e-3
    inputs, tests = (inputs - mean) / std, (tests - mean) / std
    linear = nn.Linear(inputs.shape[1], classes)
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    optimizer = torch.optim.LBFGS(linear.parameters(), max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = functional.cross_entropy(linear(inputs), labels) + PENALTY * linear.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)  # pyright: ignore[reportArgumentType]
    with torch.no_grad():
        return linear(tests)


def scratch_recipe(recipe: Recipe) -> Recipe:
    """The same recipe without trained weights: all learns at one rate, and batch norm counts."""
    options = {key: value for key, value in recipe.model.options.items() if key != "weights"}
    return recipe.override({"model.options": options, "finetune.trunk_lr": 1.0, "finetune.keep_statistics": False})


def trained(task: Task, rows: Tensor, recipe: Recipe, steps: int, seed: int, vary: bool = True) -> Tensor:
    """Scores for the test pictures of a network that is trained on some pictures, for a number of steps.

    Args:
        task: the pictures.
        rows: numbers of those to train on.
        recipe: network, optimizer, augmentation, and what learns how fast.
        steps: of the optimizer; the rate falls along half a cosine.
        seed: decides fresh weights, order and augmentation.
        vary: whether pictures are varied.
    """
    model = make_model(recipe.override({"seed": seed}), len(task.classes))
    model = model.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    finetuning = Finetuning(model, recipe.finetune)
    optimizer = make_optimizer(model, recipe.optimizer, finetuning.rate_of)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    prepare = Normalize(recipe.data.mean, recipe.data.std, torch.device("cpu"))
    augment = Compose([RandomHorizontalFlip(), RandomResizedCrop(recipe.augment.scale, recipe.augment.ratio)])
    generator = torch.Generator().manual_seed(seed)
    finetuning.train()
    for batch in _batches(rows, recipe.batch_size, steps, generator):
        images = task.images[batch]
        images = augment(images, generator, indices=batch, epoch=0) if vary else images
        loss = functional.cross_entropy(model(prepare(images)), task.labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        return torch.cat([model(prepare(part)) for part in task.test_images.split(100)])


def _batches(rows: Tensor, size: int, steps: int, generator: torch.Generator) -> list[Tensor]:
    """`steps` batches: all rows in a new order, again and again."""
    need, order = size * steps, []
    while sum(map(len, order)) < need:
        order.append(rows[torch.randperm(len(rows), generator=generator)])
    return list(torch.cat(order)[:need].split(size))


def transfer(
    task: Task,
    counts: Sequence[int],
    learned: Sequence[int],
    seeds: int,
    steps: int,
    plain: Sequence[int] = (),
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Accuracy on the test pictures by way and by pictures a class, a value a seed.

    Args:
        task: the pictures.
        counts: pictures of every class to fit a classifier to.
        learned: those of `counts` for which the whole network learns as well.
        seeds: how many draws of pictures, each with its own first weights.
        steps: of the optimizer, where the network learns.
        plain: those of `learned` for which it is also tuned without augmentation.
        tell: called with a line a result.
    """
    recipe = load_recipe("finetune")
    trunk = make_model(recipe, len(task.classes)).eval()
    prepare = Normalize(recipe.data.mean, recipe.data.std, torch.device("cpu"))
    seen, tests = (features(trunk, images, prepare) for images in (task.images, task.test_images))
    ways: dict[str, dict[str, list[float]]] = {way: {} for way in ("head", "all", "scratch", "all, not varied")}
    size = len(task.classes)
    confusion = {way: torch.zeros(size, size, dtype=torch.long) for way in ("head", "all")}

    def note(way: str, count: int, scores: Tensor) -> None:
        ways[way].setdefault(str(count), []).append(task.accuracy(scores))
        if way in confusion and count == max(counts):
            pairs = size * task.test_labels + scores.argmax(1)
            confusion[way] += torch.bincount(pairs, minlength=size * size).reshape(size, size)
        tell(f"{task.name} {count} a class, {way}: {ways[way][str(count)][-1]:.1%}")

    for seed in range(seeds):
        for count in counts:
            rows = task.few(count, seed)
            note("head", count, head_only(seen[rows], task.labels[rows], tests, size))
            if count in learned:
                note("all", count, trained(task, rows, recipe, steps, seed))
                note("scratch", count, trained(task, rows, scratch_recipe(recipe), steps, seed))
            if count in plain:
                note("all, not varied", count, trained(task, rows, recipe, steps, seed, vary=False))
    return {
        "classes": list(task.classes),
        "train_pictures": torch.bincount(task.labels).tolist(),
        "test_pictures": torch.bincount(task.test_labels).tolist(),
        "counts": list(counts),
        "steps": steps,
        "batch_size": recipe.batch_size,
        "lr": recipe.optimizer.lr,
        "trunk_lr": recipe.optimizer.lr * recipe.finetune.trunk_lr,
        "accuracy": {way: by_count for way, by_count in ways.items() if by_count},
        "confusion": {way: matrix.tolist() for way, matrix in confusion.items()},
    }
