"""Batches: the one interface through which the loop sees images, and the two ways behind it.

`DeviceBatches` keeps a whole set on the device as uint8 and augments whole batches there; nothing is faster for images
of CIFAR's size. `WorkerBatches` reads and augments picture by picture in worker processes that run ahead of the loop.
Both draw every random number from (seed, epoch, step) or (seed, epoch, image), so that a resumed run and any number of
processes see the same pictures.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from ..augmentation.batches import Normalize
from ..augmentation.pipelines import device_augmentation, picture_transform
from ..datasets import AugmentedDataset, ImageDataset
from .distributed import ProcessGroup
from .random_state import derive_seed, epoch_order
from .recipe import Recipe
from .stop import outlive_signals

__all__ = ["Batch", "Batches", "DeviceBatches", "WorkerBatches", "test_batches", "training_batches"]


CPU = torch.device("cpu")


class Batch(NamedTuple):
    """One process's share of a batch."""

    images: Tensor  # n×3×S×S, normalized float32, on the device
    labels: Tensor  # n, int64
    total: int  # images in the whole batch, over all processes


class Batches:
    """A set of labelled images, cut into batches.

    Attributes:
        samples: images in the set.
        steps: batches in one pass.
        seen: images in one pass (fewer where the last is dropped).
        image_size: side of the square images, in pixels.
        largest_label: the largest label in the set.
    """

    def __init__(
        self,
        samples: int,
        batch_size: int,
        normalize: Normalize,
        group: ProcessGroup,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: int = 0,
    ) -> None:
        self.samples, self.batch_size, self.normalize, self.group = samples, batch_size, normalize, group
        self.shuffle, self.seed = shuffle, seed
        self.largest_label, self.image_size = 0, 0
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
    """Batches of a set that lies on the device: images N×3×S×S with values 0 to 255, and labels N.

    Every process augments the whole batch and takes its share, so that the pictures do not depend on how many share.
    """

    def __init__(self, images: Tensor, labels: Tensor, augment: Callable | None, *args, **kwargs) -> None:
        super().__init__(len(labels), *args, **kwargs)
        device = self.group.device
        self.images, self.labels, self.augment = images.to(device), labels.to(device), augment
        self.largest_label, self.image_size = int(labels.max()), images.shape[-1]
        self.generator = torch.Generator(device)

    def epoch(self, epoch: int = 0, first_step: int = 0) -> Iterator[Batch]:
        """The batches of pass number `epoch`, from step `first_step` on."""
        for step, index in self.indices(epoch, first_step, self.group.device):
            images = self.images[index]
            if self.augment is not None:
                self.generator.manual_seed(derive_seed(self.seed, "augment", epoch, step))
                images = self.augment(images, self.generator, indices=index, epoch=epoch)
            images, labels = self.group.share(images), self.group.share(self.labels[index])
            yield Batch(self.normalize(images), labels, len(index))


class WorkerBatches(Batches):
    """Batches of a data set that is read picture by picture, in `workers` processes (0: in this one)."""

    def __init__(self, dataset: AugmentedDataset, workers: int, image_size: int, *args, **kwargs) -> None:
        super().__init__(len(dataset), *args, **kwargs)
        if workers < 0:  # a core a process for the loop, the others for reading
            cores = (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
            workers = min(12, cores - 1)
        self.dataset, self.route = dataset, _Route(self)
        self.largest_label, self.image_size = int(dataset.dataset.labels.max()), image_size
        self.loader = DataLoader(
            dataset,
            batch_sampler=self.route,
            num_workers=max(0, workers),
            pin_memory=self.group.device.type == "cuda",
            persistent_workers=workers > 0,
            prefetch_factor=4 if workers > 0 else None,
            worker_init_fn=outlive_signals,
        )

    def epoch(self, epoch: int = 0, first_step: int = 0) -> Iterator[Batch]:
        """The batches of pass number `epoch`, from step `first_step` on."""
        self.dataset.set_epoch(epoch)
        self.route.start = (epoch, first_step)
        totals = [len(index) for _, index in self.indices(epoch, first_step)]
        try:
            for (images, labels), total in zip(self.loader, totals, strict=True):
                share = len(
                    self.group.share(torch.empty(total))
                )  # 0 where _Route has lent a picture to an idle process
                images = images[:share].to(self.group.device, non_blocking=True)
                yield Batch(self.normalize(images), labels[:share].to(self.group.device, non_blocking=True), total)
        except (ValueError, OSError) as error:
            told = str(error).strip().splitlines()[-1]  # without the worker's own traceback
            raise ValueError(told.removeprefix("ValueError: ")) from error


class _Route(Sampler):
    """Tells the workers which images come next: this process's share of each batch, at least one."""

    def __init__(self, batches: WorkerBatches) -> None:
        self.batches, self.start = batches, (0, 0)

    def __len__(self) -> int:
        return self.batches.steps - self.start[1]

    def __iter__(self) -> Iterator[list[int]]:
        for _, index in self.batches.indices(*self.start):
            share = self.batches.group.share(index)
            yield (share if len(share) else index[:1]).tolist()


def training_batches(dataset: ImageDataset, recipe: Recipe, group: ProcessGroup) -> Batches:
    """The training batches of a recipe: in another order every epoch, augmented."""
    return _batches(dataset, recipe, group, recipe.batch_size, chance=True, shuffle=True, drop_last=recipe.drop_last)


def test_batches(dataset: ImageDataset, recipe: Recipe, group: ProcessGroup) -> Batches:
    """The test batches of a recipe: every image once, in order, unchanged (unless `evaluation.like_training`)."""
    spec = recipe.evaluation
    return _batches(dataset, recipe, group, spec.batch_size, chance=spec.like_training)


setattr(test_batches, "__test__", False)  # noqa: B010 — not a test, though pytest would take its name for one


def _batches(
    dataset: ImageDataset, recipe: Recipe, group: ProcessGroup, batch_size: int, *, chance: bool, **order: bool
) -> Batches:
    """On the device where the images fit in memory and are varied in whole batches or not at all, else by workers.

    Args:
        dataset: the images.
        recipe: says how they are varied and normalized.
        group: the processes that share each batch.
        batch_size: images in a batch, over all processes.
        chance: whether images are varied at random.
        **order: `shuffle` and `drop_last`, as `Batches` has them.
    """
    normalize = Normalize(recipe.data.mean, recipe.data.std, group.device)
    common = {"batch_size": batch_size, "normalize": normalize, "group": group, "seed": recipe.seed, **order}
    mean = recipe.data.mean
    if dataset.images is not None:
        augment = device_augmentation(recipe.augment, seed=recipe.seed, mean=mean) if chance else None
        if augment is not None or not chance:
            return DeviceBatches(dataset.images, dataset.labels, augment, **common)
    if chance and recipe.augment.color_jitter and dataset.native(0)[0].is_floating_point():
        raise ValueError(
            "augment.color_jitter is for uint8 pictures, these are floating point: give uint8 pictures, or set "
            "augment.color_jitter = 0"
        )
    dataset.prepare()
    spec = recipe.data
    transform = picture_transform(recipe.augment, spec.image_size, train=chance, mean=mean, native=spec.native_size)
    pictures = AugmentedDataset(dataset, transform, recipe.seed)
    return WorkerBatches(pictures, recipe.data.workers, recipe.data.image_size, **common)
