"""Batches: every image once an epoch, the same pictures by every way and for any number of processes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu.augmentation.batches import Normalize
from inception_edu.datasets import AugmentedDataset
from inception_edu.datasets.base import ImageDataset
from inception_edu.training.data import DeviceBatches, WorkerBatches, test_batches, training_batches
from inception_edu.training.distributed import ProcessGroup

from .tiny import tiny_data, tiny_recipe

CPU = torch.device("cpu")
ALONE = ProcessGroup(CPU)
PLAIN = Normalize((0, 0, 0), (1 / 255,) * 3, CPU)  # leaves the values 0 to 255


def numbered(samples):
    """Images whose every pixel, and whose label, is the image's number."""
    labels = torch.arange(samples)
    return labels.to(torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 4, 4).contiguous(), labels


class FromFiles(ImageDataset):
    """The tiny images as if each were read from a file."""

    def __init__(self, dataset):
        super().__init__(
            name="image_folder",
            split=dataset.split,
            classes=dataset.classes,
            labels=dataset.labels.numpy(),
            image_size=8,
            official=False,
        )
        self.dataset = dataset

    def __getitem__(self, index):
        return self.dataset[index]


def of(kind, samples, batch_size, group=ALONE, **options):
    images, labels = numbered(samples)
    if kind == "device":
        return DeviceBatches(images, labels, None, batch_size, PLAIN, group, **options)
    dataset = AugmentedDataset(_Numbered(images, labels), lambda image: image, 0)
    return WorkerBatches(dataset, 0, 4, batch_size, PLAIN, group, **options)


class _Numbered(ImageDataset):
    def __init__(self, images, labels):
        super().__init__(
            name="shapes", split="train", classes=range(len(labels)), labels=labels, image_size=4, official=True
        )
        self.stored = images

    def __getitem__(self, index):
        return self.stored[index], int(self.labels[index])


@pytest.mark.parametrize("kind", ["device", "worker"])
@settings(deadline=None, max_examples=25)
@given(samples=st.integers(1, 60), batch_size=st.integers(1, 20), size=st.integers(1, 4), epoch=st.integers(0, 3))
def test_every_image_once_in_the_same_order_for_any_number_of_processes(kind, samples, batch_size, size, epoch):
    alone = list(of(kind, samples, batch_size, shuffle=True, seed=1).epoch(epoch))
    assert sorted(torch.cat([batch.labels for batch in alone]).tolist()) == list(range(samples))
    groups = [
        list(of(kind, samples, batch_size, ProcessGroup(CPU, r, size), shuffle=True, seed=1).epoch(epoch))
        for r in range(size)
    ]
    for step, whole in enumerate(alone):
        shares = [batches[step] for batches in groups]
        assert torch.equal(torch.cat([share.labels for share in shares]), whole.labels)
        assert all(share.total == whole.total == len(whole.labels) for share in shares)
        for share in shares:  # each picture belongs to its label
            torch.testing.assert_close(share.images.mean((1, 2, 3)), share.labels.float())


@pytest.mark.parametrize("kind", ["device", "worker"])
def test_an_epoch_can_begin_anywhere(kind):
    batches = of(kind, 23, 5, shuffle=True, seed=3)
    whole = [batch.labels.tolist() for batch in batches.epoch(2)]
    assert [batch.labels.tolist() for batch in batches.epoch(2, first_step=3)] == whole[3:]


def test_epochs_and_seeds_differ():
    def order(seed, epoch):
        return torch.cat(
            [batch.labels for batch in of("device", 50, 10, shuffle=True, seed=seed).epoch(epoch)]
        ).tolist()

    assert order(0, 0) == order(0, 0)
    assert len({tuple(order(seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}) == 4


def test_the_last_batch_is_kept_or_dropped():
    assert (of("device", 23, 5).steps, of("device", 23, 5).seen) == (5, 23)
    dropped = of("device", 23, 5, drop_last=True)
    assert (dropped.steps, dropped.seen, len(list(dropped.epoch()))) == (4, 20, 4)


def test_too_few_images_are_told():
    with pytest.raises(ValueError, match="3 images do not fill one batch of 5"):
        of("device", 3, 5, drop_last=True)
    with pytest.raises(ValueError, match="the split is empty"):
        of("device", 0, 5)


def test_test_images_come_in_order_without_chance():
    recipe = tiny_recipe(**{"augment.cutout": 3, "evaluation.batch_size": 7})
    dataset = tiny_data(24, "test")
    batches = list(test_batches(dataset, recipe, ALONE).epoch())
    seen = torch.cat([batch.images for batch in batches])
    torch.testing.assert_close(seen, Normalize(recipe.data.mean, recipe.data.std, CPU)(dataset.images))
    assert torch.equal(torch.cat([batch.labels for batch in batches]), dataset.labels)


def test_like_training_moves_test_images():
    recipe = tiny_recipe(**{"evaluation.like_training": True, "augment.flip": "random"})
    dataset = tiny_data(24, "test")
    seen = torch.cat([batch.images for batch in test_batches(dataset, recipe, ALONE).epoch()])
    assert not torch.allclose(seen, Normalize(recipe.data.mean, recipe.data.std, CPU)(dataset.images))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, DeviceBatches),
        ({"augment.crop": "area"}, DeviceBatches),
        ({"augment.flip": "random", "augment.crop": "area", "augment.interpolation": "random"}, WorkerBatches),
        ({"augment.flip": "random", "augment.erasing": 0.5}, WorkerBatches),
        ({"augment.flip": "random", "augment.color_jitter": 0.5}, WorkerBatches),
        ({"augment.flip": "random", "augment.crop": "resize", "augment.resize": 10}, WorkerBatches),
    ],
)
def test_images_in_memory_are_augmented_on_the_device_where_that_can_be_done(changes, kind):
    recipe = tiny_recipe(**changes, **{"data.workers": 0})
    batches = training_batches(tiny_data(), recipe, ALONE)
    assert type(batches) is kind
    batch = next(batches.epoch(0))
    assert (batch.images.shape, batch.images.dtype) == ((8, 3, 8, 8), torch.float32)


def test_what_needs_whole_batches_is_told_for_files():
    with pytest.raises(ValueError, match=r"alternate and augment\.cutout are for images that fit on the device"):
        training_batches(FromFiles(tiny_data()), tiny_recipe(), ALONE)


def test_workers_give_what_this_process_would_give():
    recipe = tiny_recipe(**{"augment.flip": "random", "augment.crop": "area", "augment.erasing": 0.5})

    def pictures(workers):
        batches = training_batches(FromFiles(tiny_data()), recipe.override({"data.workers": workers}), ALONE)
        return torch.cat([batch.images for epoch in (0, 1) for batch in batches.epoch(epoch)])

    assert torch.equal(pictures(0), pictures(2))


@pytest.mark.parametrize("workers", [0, 2])
def test_a_picture_that_cannot_be_read_is_one_line(workers):
    class Broken(FromFiles):
        def __getitem__(self, index):
            if index == 7:
                raise ValueError("picture 7 is cut short")
            return super().__getitem__(index)

    recipe = tiny_recipe(**{"augment.flip": "random", "data.workers": workers})
    batches = training_batches(Broken(tiny_data()), recipe, ALONE)
    with pytest.raises(ValueError, match=r"picture 7 is cut short$") as told:
        list(batches.epoch(0))
    assert "\n" not in str(told.value)
