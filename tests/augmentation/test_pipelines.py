"""What is done to the images, against torchvision."""

import pytest
import torch
from torchvision.transforms import v2

from inception_edu.augmentation.batches import Normalize, RandomResizedCrop
from inception_edu.augmentation.pipelines import device_augmentation, picture_transform

from ..training.tiny import tiny_recipe


def smooth_images(n, size=32):
    """Waves, so that two ways of interpolating agree closely."""
    phase = torch.rand(n, 3, 1, 1, generator=torch.Generator().manual_seed(0)) * 6
    x = torch.linspace(0, 3, size)
    return 127 + 100 * torch.sin(x.view(1, 1, 1, -1) + 0.7 * x.view(1, 1, -1, 1) + phase)


def test_normalise_is_torchvisions():
    mean, std = (0.49, 0.48, 0.45), (0.25, 0.24, 0.26)
    images = torch.randint(0, 256, (4, 3, 5, 5), dtype=torch.uint8)
    theirs = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean, std)])(images)
    torch.testing.assert_close(Normalize(mean, std, torch.device("cpu"))(images), theirs, rtol=1e-5, atol=1e-5)


def test_a_crop_of_the_whole_image_is_the_image():
    images = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8)
    crop = RandomResizedCrop((1.0, 1.0), (1.0, 1.0))
    assert torch.equal(crop(images, torch.Generator().manual_seed(0)), images)


def test_a_crop_is_a_linear_map_of_the_place():
    """On images whose value is x (or y), a crop shows its own borders: compare with the definition."""
    size = 64
    ramp = (torch.arange(size) + 0.5) / size
    images = torch.stack([ramp.expand(size, size), ramp.view(-1, 1).expand(size, size), torch.zeros(size, size)])
    crops = RandomResizedCrop((0.3, 0.9), (0.5, 2.0))(images.expand(200, -1, -1, -1), torch.Generator().manual_seed(1))
    middle = slice(8, -8)  # the border is clamped to the outermost pixels' centres
    width = (crops[:, 0, 0, 40] - crops[:, 0, 0, 24]) * size / 16
    height = (crops[:, 1, 40, 0] - crops[:, 1, 24, 0]) * size / 16
    assert (width * height).min() >= 0.28
    assert (width * height).max() <= 0.91
    assert (width / height).min() >= 0.5 - 1e-3
    assert (width / height).max() <= 2.0 + 1e-3
    steps = crops[:, 0, :, middle].diff(dim=2)
    torch.testing.assert_close(steps, steps[:, :1, :1].expand_as(steps), rtol=0, atol=1e-4)
    assert width.std() > 0.05
    centre = crops[:, 0, 0, 31:33].mean(1)
    assert centre.std() > 0.02
    assert (centre - width / 2).min() >= -1e-3
    assert (centre + width / 2).max() <= 1 + 1e-3


def test_a_crop_is_torchvisions_resized_crop():
    images = smooth_images(1)
    area_crop = RandomResizedCrop((0.25, 0.25), (1.0, 1.0))  # a square of half the side
    generator = torch.Generator().manual_seed(5)
    ours = area_crop(images, generator)
    place = torch.rand(4, 1, generator=torch.Generator().manual_seed(5))
    x, y = 16 * place[2].item(), 16 * place[3].item()
    best = min(
        (v2.functional.resized_crop(images, round(y) + dy, round(x) + dx, 16, 16, [32, 32], antialias=False) - ours)
        .abs().mean().item()
        for dx in (-1, 0, 1) for dy in (-1, 0, 1) if 0 <= round(y) + dy <= 16 and 0 <= round(x) + dx <= 16
    )  # fmt: skip
    assert best < 4  # of 255: they crop at whole pixels, we anywhere


def test_the_device_does_what_the_recipe_says():
    recipe = tiny_recipe(**{"augment.flip": "none", "augment.crop": "none", "augment.cutout": 4})
    images = torch.full((50, 3, 8, 8), 200, dtype=torch.uint8)
    covered = device_augmentation(recipe.augment, seed=0, mean=recipe.data.mean)(
        images, torch.Generator().manual_seed(0)
    )
    grey = torch.tensor([int(255 * value) for value in recipe.data.mean], dtype=torch.uint8)
    assert set(covered[:, 0].flatten().tolist()) == {200, grey[0].item()}
    assert device_augmentation(recipe.override({"augment.erasing": 0.1}).augment, seed=0, mean=recipe.data.mean) is None


def transform(train, **changes):
    recipe = tiny_recipe(**changes)
    return picture_transform(recipe.augment, recipe.data.image_size, train=train, mean=recipe.data.mean)


@pytest.mark.parametrize("shape", [(3, 40, 60), (3, 8, 8), (3, 100, 9)])
@pytest.mark.parametrize("crop", ["none", "translate", "area", "resize"])
@pytest.mark.parametrize("train", [True, False])
def test_pictures_of_any_size_become_squares(shape, crop, train):
    changes = {"augment.crop": crop, "augment.translate": 2, "augment.resize": 12, "augment.flip": "random"}
    changes |= {"augment.color_jitter": 0.3, "augment.erasing": 1.0}
    picture = torch.randint(0, 256, shape, dtype=torch.uint8)
    made = transform(train, **changes)(picture)
    assert (made.shape, made.dtype) == ((3, 8, 8), torch.uint8)


def test_the_test_picture_is_the_middle_of_the_scaled_one():
    changes = {"augment.crop": "resize", "augment.resize": 8, "augment.flip": "random"}
    picture = torch.zeros(3, 8, 16, dtype=torch.uint8)
    picture[:, :, 4:12] = 255
    assert (transform(False, **changes)(picture) == 255).all()
