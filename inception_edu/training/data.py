"""Batches: the one interface through which the loop sees images, and the two ways behind it.

`DeviceBatches` keeps a whole set on the device as uint8 and augments whole batches there; nothing is faster for images
of CIFAR's size. `WorkerBatches` reads and augments picture by picture in worker processes that run ahead of the loop.
Both draw all chance from (seed, epoch, step) or (seed, epoch, image), so that a resumed run and any number of processes
see the same pictures.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from ..augmentation.pipelines import Normalize, device_augmentation, picture_transform
from ..datasets import AugmentedDataset, ImageDataset
from .chance import derive_seed, epoch_order
from .distributed import Team
from .recipe import Recipe

__all__ = ["Batch", "Batches", "DeviceBatches", "WorkerBatches", "test_batches", "training_batches"]


CPU = torch.device("cpu")


class Batch(NamedTuple):
    """One process's share of a batch."""

    images: Tensor  # n×3×S×S, normalized float32, on the device
    labels: Tensor  # n, int64
    total: int  # images in the whole batch, over all processes


class Batches:
    """A set of labelled images, cut into batches.

    samples: images in the set; steps: batches in one pass; seen: images in one pass (fewer where the last is dropped).
    """

    def __init__(
        self, samples: int, batch_size: int, normalize: Normalize, team: Team,
        shuffle: bool = False, drop_last: bool = False, seed: int = 0,
    ) -> None:  # fmt: skip
        self.samples, self.batch_size, self.normalize, self.team = samples, batch_size, normalize, team
        self.shuffle, self.seed = shuffle, seed
        self.largest_label = 0
        self.steps = samples // batch_size if drop_last else math.ceil(samples / batch_size)
        self.seen = min(samples, self.steps * batch_size)
        if samples == 0:
            raise ValueError("there are no images to train or test on: the split is empty")
        if self.steps == 0:
            raise ValueError(
                f"{samples} images do not fill one batch of {batch_size}: lower batch_size or set drop_last = false"
            )

    def indices(self, epoch: int, first_step: int = 0, device: torch.device = CPU) -> Iterator[tuple[int, Tensor]]:
        """`(step, numbers of the images in the whole batch)` of pass number `epoch`, from `first_step` on."""
        order = epoch_order(self.samples, self.seed, epoch) if self.shuffle else torch.arange(self.samples)
        order = order.to(device)
        for step in range(first_step, self.steps):
            yield step, order[step * self.batch_size : (step + 1) * self.batch_size]

    def epoch(self, epoch: int = 0, first_step: int = 0) -> Iterator[Batch]:
        """The batches of pass number `epoch`, from step `first_step` on."""
        raise NotImplementedError


class DeviceBatches(Batches):
    """Batches of a set that lies on the device: images uint8 N×3×S×S and labels N.

    Every process augments the whole batch and takes its share, so that the pictures do not depend on how many share.
    """

    def __init__(self, images: Tensor, labels: Tensor, augment: Callable | None, *args, **kwargs) -> None:
        super().__init__(len(labels), *args, **kwargs)
        device = self.team.device
        self.images, self.labels, self.augment = images.to(device), labels.to(device), augment
        self.largest_label = int(labels.max())
        self.generator = torch.Generator(device)

    def epoch(self, epoch: int = 0, first_step: int = 0) -> Iterator[Batch]:
        for step, index in self.indices(epoch, first_step, self.team.device):
            images = self.images[index]
            if self.augment is not None:
                self.generator.manual_seed(derive_seed(self.seed, "augment", epoch, step))
                images = self.augment(images, self.generator, indices=index, epoch=epoch)
            images, labels = self.team.share(images), self.team.share(self.labels[index])
            yield Batch(self.normalize(images), labels, len(index))


class WorkerBatches(Batches):
    """Batches of a data set that is read picture by picture, in `workers` processes (0: in this one)."""

    def __init__(self, dataset: AugmentedDataset, workers: int, *args, **kwargs) -> None:
        super().__init__(len(dataset), *args, **kwargs)
        if workers < 0:  # a core a process for the loop, the others for reading
            cores = (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
            workers = min(12, cores - 1)
        self.dataset, self.route = dataset, _Route(self)
        self.largest_label = int(dataset.dataset.labels.max())
        self.loader = DataLoader(
            dataset,
            batch_sampler=self.route,
            num_workers=max(0, workers),
            pin_memory=self.team.device.type == "cuda",
            persistent_workers=workers > 0,
            prefetch_factor=4 if workers > 0 else None,
        )

    def epoch(self, epoch: int = 0, first_step: int = 0) -> Iterator[Batch]:
        self.dataset.set_epoch(epoch)
        self.route.start = (epoch, first_step)
        totals = [len(index) for _, index in self.indices(epoch, first_step)]
        try:
            for (images, labels), total in zip(self.loader, totals, strict=True):
                share = len(self.team.share(torch.empty(total)))  # 0 where _Route has lent a picture to an idle process
                images = images[:share].to(self.team.device, non_blocking=True)
                yield Batch(self.normalize(images), labels[:share].to(self.team.device, non_blocking=True), total)
        except (ValueError, OSError) as error:
            raise ValueError(str(error).strip().splitlines()[-1]) from error  # without the worker's own traceback


class _Route(Sampler):
    """Tells the workers which images come next: this process's share of each batch, at least one."""

    def __init__(self, batches: WorkerBatches) -> None:
        self.batches, self.start = batches, (0, 0)

    def __len__(self) -> int:
        return self.batches.steps - self.start[1]

    def __iter__(self) -> Iterator[list[int]]:
        for _, index in self.batches.indices(*self.start):
            share = self.batches.team.share(index)
            yield (share if len(share) else index[:1]).tolist()


def training_batches(dataset: ImageDataset, recipe: Recipe, team: Team) -> Batches:
    """The training batches of a recipe: on the device where the images fit in memory, else by workers."""
    common = {
        "batch_size": recipe.batch_size, "normalize": Normalize(recipe.data.mean, recipe.data.std, team.device),
        "team": team, "shuffle": True, "drop_last": recipe.drop_last, "seed": recipe.seed,
    }  # fmt: skip
    augment = _augmentation(recipe) if dataset.images is not None else None
    if augment is not None:
        return DeviceBatches(dataset.images, dataset.labels, augment, **common)
    dataset.prepare()
    pictures = AugmentedDataset(dataset, _transform(recipe, train=True), recipe.seed)
    return WorkerBatches(pictures, recipe.data.workers, **common)


def test_batches(dataset: ImageDataset, recipe: Recipe, team: Team) -> Batches:
    """The test batches of a recipe: every image once, in order, unchanged (unless `evaluation.like_training`)."""
    common = {
        "batch_size": recipe.evaluation.batch_size, "team": team, "seed": recipe.seed,
        "normalize": Normalize(recipe.data.mean, recipe.data.std, team.device),
    }  # fmt: skip
    like_training = recipe.evaluation.like_training
    augment = _augmentation(recipe) if like_training else None
    if dataset.images is not None and (augment is not None or not like_training):
        return DeviceBatches(dataset.images, dataset.labels, augment, **common)
    dataset.prepare()
    pictures = AugmentedDataset(dataset, _transform(recipe, train=like_training), recipe.seed)
    return WorkerBatches(pictures, recipe.data.workers, **common)


def _augmentation(recipe: Recipe) -> Callable | None:
    return device_augmentation(recipe.augment, seed=recipe.seed, mean=recipe.data.mean)


def _transform(recipe: Recipe, train: bool) -> Callable[[Tensor], Tensor]:
    return picture_transform(recipe.augment, recipe.data.image_size, train=train, mean=recipe.data.mean)


test_batches.__test__ = False  # not a test, though pytest would take its name for one
