"""Augmentation of single images."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms import RandomResizedCrop as TorchvisionCrop

from inception_edu.augmentation.pictures import AREA, INTERPOLATIONS, CenterCrop, RandomResizedCrop
from inception_edu.datasets import AugmentedDataset, open_dataset


def picture(height=80, width=120, seed=0):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.integers(0, 256, (3, height, width), np.uint8))


@pytest.mark.parametrize("shape", [(80, 120), (5, 300), (1, 1), (400, 7)])
@pytest.mark.parametrize(
    "transform",
    [v2.Resize([32, 32]), CenterCrop(32), RandomResizedCrop(32)],
    ids=["Resize", "CenterCrop", "RandomResizedCrop"],
)
def test_any_image_becomes_a_square_of_bytes(shape, transform):
    result = transform(picture(*shape))
    assert (result.shape, result.dtype) == ((3, 32, 32), torch.uint8)


def test_the_centre_is_torchvisions_resize_and_crop():
    image = picture()
    expected = v2.functional.center_crop(v2.functional.resize(image, [256]), [224, 224])
    assert torch.equal(CenterCrop(224)(image), expected)
    assert torch.equal(CenterCrop(80, resize=80)(image), image[:, :, 20:100])


def test_an_interpolation_that_does_not_exist():
    with pytest.raises(ValueError, match="unknown interpolation 'cubic'; there are torchvision's modes and 'area'"):
        RandomResizedCrop(8, interpolations=["cubic"])


@pytest.mark.parametrize("mode", INTERPOLATIONS, ids=str)
def test_each_interpolation_agrees_with_pillow(mode):
    """With the whole image as the crop; area is Pillow's box filter where the sizes divide."""
    image = picture(96, 96)
    methods = {
        InterpolationMode.BILINEAR: Image.Resampling.BILINEAR,
        InterpolationMode.NEAREST_EXACT: Image.Resampling.NEAREST,
        InterpolationMode.BICUBIC: Image.Resampling.BICUBIC,
        AREA: Image.Resampling.BOX,
    }
    expected = Image.fromarray(image.permute(1, 2, 0).numpy()).resize((32, 32), methods[mode])
    result = RandomResizedCrop(32, scale=(1, 1), ratio=(1, 1), interpolations=[mode])(image)
    assert (result.permute(1, 2, 0).int() - torch.from_numpy(np.array(expected)).int()).abs().max() <= 1


def test_interpolations_are_equally_likely():
    image = picture(64, 64)
    results = {RandomResizedCrop(16, (1, 1), (1, 1), [mode])(image).numpy().tobytes(): 0 for mode in INTERPOLATIONS}
    assert len(results) == 4
    torch.manual_seed(0)
    crop = RandomResizedCrop(16, (1, 1), (1, 1))
    for _ in range(2_000):
        results[crop(image).numpy().tobytes()] += 1
    assert max(abs(count - 500) for count in results.values()) < 5 * (2_000 * 0.25 * 0.75) ** 0.5


def test_the_patch_is_drawn_as_torchvision_draws_it():
    """One pixel high and wide as the result, by area: the mean of the patch, the same as cut out by hand."""
    image = picture(seed=2)
    for seed in range(20):
        torch.manual_seed(seed)
        result = RandomResizedCrop(1, interpolations=[AREA])(image)
        torch.manual_seed(seed)
        top, left, height, width = TorchvisionCrop.get_params(image, [0.08, 1.0], [3 / 4, 4 / 3])
        mean = image[:, top : top + height, left : left + width].float().mean((1, 2))
        assert (result.flatten().float() - mean).abs().max() <= 0.51


def test_area_crop_keeps_floats():
    image = picture(64, 64).float() / 255
    result = RandomResizedCrop(16, (1, 1), (1, 1), [AREA])(image)
    torch.testing.assert_close(result, torch.nn.functional.avg_pool2d(image, 4))


@pytest.fixture(scope="module")
def shapes():
    return open_dataset("shapes", size=24, image_size=24)


def read(augmented, **loader):
    return torch.cat([images for images, _ in DataLoader(augmented, **loader)])


def test_an_epoch_is_the_same_for_any_workers_and_batches(shapes):
    augmented = AugmentedDataset(shapes, RandomResizedCrop(16), seed=5)
    augmented.set_epoch(3)
    alone = read(augmented, batch_size=24)
    torch.manual_seed(99)
    assert torch.equal(read(augmented, batch_size=5, num_workers=2), alone)
    assert torch.equal(torch.stack([augmented[k][0] for k in reversed(range(24))]).flip(0), alone)


def test_epochs_and_seeds_differ_also_in_workers_kept_alive(shapes):
    augmented = AugmentedDataset(shapes, RandomResizedCrop(16))
    loader = DataLoader(augmented, batch_size=24, num_workers=1, persistent_workers=True)
    epochs = []
    for epoch in (0, 1, 0):
        augmented.set_epoch(epoch)
        epochs.append(next(iter(loader))[0])
    assert torch.equal(epochs[0], epochs[2])
    assert not torch.equal(epochs[0], epochs[1])
    assert not torch.equal(read(AugmentedDataset(shapes, RandomResizedCrop(16), seed=1), batch_size=24), epochs[0])


def test_the_global_random_state_stays(shapes):
    augmented = AugmentedDataset(shapes, RandomResizedCrop(16))
    state = torch.get_rng_state()
    _, label = augmented[11]
    assert torch.equal(torch.get_rng_state(), state)
    assert label == shapes.labels[11]
    assert len(augmented) == len(shapes)
