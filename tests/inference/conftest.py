"""A finished run on pictures of uneven sizes, small enough to be made for the tests."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inception_edu import train
from inception_edu.training import Recipe

MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)
COLORS = {"blue sky": (40, 80, 220), "grass": (50, 170, 60), "ладья": (200, 60, 50)}


def picture(color: tuple[int, int, int], rng: np.random.Generator) -> Image.Image:
    height, width = rng.integers(40, 90, size=2)
    noise = rng.integers(-40, 40, size=(height, width, 3))
    return Image.fromarray(np.clip(np.array(color) + noise, 0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> Path:
    """A tree of train/ and val/ with three classes."""
    root, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for split, count in (("train", 8), ("val", 4)):
        for name, color in COLORS.items():
            folder = root / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                picture(color, rng).save(folder / f"{number}.png")
    return root


@pytest.fixture(scope="session")
def run(pictures, tmp_path_factory):
    """The result of the run, and its folder."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    recipe = Recipe.from_dict(
        {
            "epochs": 2,
            "batch_size": 8,
            "model": {"name": "googlenet_bn", "stem": "cifar", "width": 0.1},
            "data": {"name": "image_folder", "image_size": 32, "mean": MEAN, "std": STD, "workers": 0},
            "augment": {"crop": "resize", "resize": 40, "flip": "random"},
            "optimizer": {"lr": 0.02},
            "evaluation": {"flip": True},
        }
    )
    result = train(recipe, data=pictures, out=folder, progress=False, device="cpu")
    return result, folder
