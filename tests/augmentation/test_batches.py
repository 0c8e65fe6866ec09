"""Augmentation of whole batches, each against a plain loop over images."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.augmentation.batches import AlternatingFlip, Compose, Cutout, RandomHorizontalFlip, RandomTranslate


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=16, height=9, width=11, dtype=torch.uint8):
    return torch.randint(0, 256, (n, 3, height, width), generator=generator(1)).to(dtype)


ALL = [
    RandomTranslate(3),
    RandomTranslate(3, "constant"),
    RandomHorizontalFlip(),
    AlternatingFlip(),
    Cutout(4, fill=(9, 8, 7)),
]


@pytest.mark.parametrize("augment", ALL, ids=lambda augment: type(augment).__name__)
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.bfloat16])
def test_shape_and_type_stay_and_the_batch_is_not_changed(augment, dtype):
    images = batch(dtype=dtype)
    before = images.clone()
    after = augment(images, generator(), indices=torch.arange(16), epoch=1)
    assert (after.shape, after.dtype) == (images.shape, dtype)
    assert torch.equal(images, before)
    assert not torch.equal(after, before)


def test_a_restored_generator_goes_on_as_before():
    augment = Compose(ALL)
    one = generator()
    augment(batch(), one, torch.arange(16), 0)
    state = one.get_state()
    after = augment(batch(), one, torch.arange(16), 1)
    other = torch.Generator()
    other.set_state(state)
    assert torch.equal(augment(batch(), other, torch.arange(16), 1), after)


@pytest.mark.parametrize("mode", ["reflect", "constant"])
@given(padding=st.integers(0, 5), seed=st.integers(0, 1000), last=st.booleans())
def test_a_translation_is_the_window_of_the_padded_image_that_was_drawn(mode, padding, seed, last):
    images = batch(6).contiguous(memory_format=torch.channels_last if last else torch.contiguous_format)
    drawn = generator(seed)
    down, across = (torch.randint(2 * padding + 1, (6,), generator=drawn).tolist() for _ in range(2))
    moved = RandomTranslate(padding, mode)(images, generator(seed)).numpy()
    for image, result, top, left in zip(images.numpy(), moved, down, across):
        padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)), mode=mode)
        np.testing.assert_array_equal(result, padded[:, top : top + 9, left : left + 11])


def test_all_shifts_are_equally_likely():
    column = torch.arange(9, dtype=torch.uint8).expand(20_000, 1, 9, 9)
    shift = RandomTranslate(2, "reflect")(column, generator())[:, 0, 4, 4].long() - 4
    shifts, counts = torch.unique(shift, return_counts=True)
    assert shifts.tolist() == [-2, -1, 0, 1, 2]
    assert (counts - 4_000).abs().max() < 5 * (20_000 * 0.2 * 0.8) ** 0.5  # five standard deviations


@pytest.mark.parametrize(("p", "expected"), [(0.0, 0), (1.0, 16)])
def test_flips_that_are_sure(p, expected):
    images = batch()
    flipped = RandomHorizontalFlip(p)(images, generator())
    assert sum(torch.equal(a.flip(-1), b) for a, b in zip(images, flipped)) == expected


def test_half_of_the_images_flip():
    images = batch(4_000, 2, 3)
    flipped = (RandomHorizontalFlip()(images, generator()) != images).flatten(1).any(1)
    assert abs(int(flipped.sum()) - 2_000) < 5 * (4_000 / 4) ** 0.5


@given(st.integers(0, 2**20), st.integers(0, 2**31))
def test_alternating_flips_show_both_sides_in_two_epochs(first, seed):
    images, indices = batch(32), torch.arange(first, first + 32)
    augment = AlternatingFlip(seed)
    shown = [augment(images, generator(), indices, epoch) for epoch in range(3)]
    assert torch.equal(shown[0], shown[1].flip(-1))
    assert torch.equal(shown[0], shown[2])


def test_alternating_flips_split_the_images_in_halves_that_look_random():
    half = AlternatingFlip(seed=3)._half(torch.arange(50_000))
    assert abs(int(half.sum()) - 25_000) < 5 * (50_000 / 4) ** 0.5
    neighbours = (half[1:] == half[:-1]).sum()
    assert abs(int(neighbours) - 25_000) < 5 * (50_000 / 4) ** 0.5
    other = AlternatingFlip(seed=4)._half(torch.arange(50_000))
    assert abs(int((half == other).sum()) - 25_000) < 5 * (50_000 / 4) ** 0.5


def test_alternating_flips_follow_the_sample_not_its_place():
    images = batch()
    order = torch.randperm(16, generator=generator())
    augment = AlternatingFlip()
    there = augment(images[order], generator(), order, 0)
    assert torch.equal(there, augment(images, generator(), torch.arange(16), 0)[order])


def test_alternating_flips_need_indices():
    with pytest.raises(ValueError, match="needs the indices"):
        AlternatingFlip()(batch(), generator())


@given(st.integers(1, 12), st.integers(0, 1000))
def test_cutout_covers_one_square(size, seed):
    images = batch(8).clamp(min=1)
    cut = Cutout(size)(images, generator(seed))
    for before, after in zip(images, cut):
        covered = (after == 0).all(0)
        assert torch.equal(after[:, ~covered], before[:, ~covered])
        rows, columns = covered.any(1).nonzero().flatten(), covered.any(0).nonzero().flatten()
        assert covered.sum() == len(rows) * len(columns)
        assert len(rows) == rows.max() - rows.min() + 1 <= size
        assert len(columns) == columns.max() - columns.min() + 1 <= size
        assert len(rows) * 2 >= min(size, 9) - 1  # the centre lies inside


def test_cutout_fills_each_channel():
    cut = Cutout(50, fill=(1, 2, 3))(batch(), generator())
    assert torch.equal(cut, torch.tensor([1, 2, 3], dtype=torch.uint8).reshape(1, 3, 1, 1).expand_as(cut))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RandomTranslate(-1), "padding is a whole number of at least 0"),
        (lambda: RandomTranslate(2.0), "padding is a whole number of at least 0"),
        (lambda: RandomTranslate(2, "wrap"), "padding_mode is 'reflect' or 'constant', not 'wrap'"),
        (lambda: RandomTranslate(9)(batch(), generator()), "cannot reflect 9 pixels of a 9×11 image"),
        (lambda: RandomHorizontalFlip(1.5), "p is a probability, not 1.5"),
        (lambda: Cutout(0), "size is a whole number of at least 1"),
    ],
)
def test_impossible_settings(make, message):
    with pytest.raises(ValueError, match=message):
        make()
