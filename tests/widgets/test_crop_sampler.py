"""Crops are torchvision's, resizing is torch's, and what is drawn is what is counted."""

from __future__ import annotations

import numpy as np
import pytest

from inception_edu.widgets import CropSampler
from inception_edu.widgets.crop_sampler import DRAWS, draw_crop
from inception_edu.widgets.random_numbers import stream


def settings(**given) -> dict:
    return {"min_area": 8, "max_area": 100, "aspect": "4/3", **given}


@pytest.mark.parametrize(
    ("size", "given"),
    [((96, 96), {}), ((160, 60), {}), ((96, 96), {"min_area": 90}), ((60, 200), {"min_area": 70, "aspect": "2"})],
)
def test_crops_are_drawn_as_torchvision_draws_them(size, given, monkeypatch):
    torch = pytest.importorskip("torch")
    from torchvision.transforms import RandomResizedCrop

    width, height = size
    p = settings(**given)
    widest = {"4/3": 4 / 3, "2": 2.0}[p["aspect"]]
    torch.manual_seed(0)
    box = torch.zeros(3, height, width)
    low, high = p["min_area"] / 100, p["max_area"] / 100
    theirs = np.array([RandomResizedCrop.get_params(box, (low, high), (1 / widest, widest)) for _ in range(3000)])
    draw = stream(1)
    crops = [draw_crop(p, width, height, draw) for _ in range(3000)]
    ours = np.array([[crop["top"], crop["left"], crop["height"], crop["width"]] for crop in crops])
    error = np.sqrt((ours.var(0) + theirs.var(0)) / 3000) + 1e-9
    assert (np.abs(ours.mean(0) - theirs.mean(0)) < 4.5 * error).all()
    middle = [crop for crop in crops if crop["fallback"]]
    if middle:  # the same rectangle, as often
        m = middle[0]
        is_middle = (theirs == [m["top"], m["left"], m["height"], m["width"]]).all(1).mean()
        assert is_middle == pytest.approx(len(middle) / 3000, abs=0.05)


def test_every_crop_lies_within_the_picture():
    for seed in range(50):
        draw = stream(seed)
        for aspect in ("1", "4/3", "3"):
            crop = draw_crop(settings(aspect=aspect, min_area=1), 37, 90, draw)
            assert 0 <= crop["left"] <= crop["left"] + crop["width"] <= 37
            assert 0 <= crop["top"] <= crop["top"] + crop["height"] <= 90


def test_numbers_are_spread_evenly():
    draw = stream(7)
    numbers = np.array([draw() for _ in range(20_000)])
    assert 0 <= numbers.min() < numbers.max() < 1
    assert np.histogram(numbers, 10, (0, 1))[0] == pytest.approx([2000] * 10, rel=0.1)
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.03


@pytest.mark.parametrize("size", [8, 24, 40])
@pytest.mark.parametrize("how", ["nearest", "bilinear", "bicubic", "area"])
def test_resizing_is_torchs(javascript, how, size):
    torch = pytest.importorskip("torch")
    from torch.nn.functional import interpolate

    image = np.random.default_rng(3).integers(0, 256, (3, 30, 36))
    box = {"left": 5, "top": 4, "width": 27, "height": 21}
    call = ["resize", [image.ravel().tolist(), [3, 30, 36], box, size, how]]
    (found,) = javascript("src/shared/picture.js", [call])
    part = torch.from_numpy(image[:, 4:25, 5:32]).double()[None]
    mode = {"nearest": "nearest-exact"}.get(how, how)
    antialias = {"antialias": True} if how in ("bilinear", "bicubic") else {}
    theirs = interpolate(part, (size, size), mode=mode, **antialias)[0]
    assert np.array(found).reshape(3, size, size) == pytest.approx(theirs.numpy(), abs=1e-3)


def test_the_box_of_a_shape_holds_its_object():
    from inception_edu.datasets import open_dataset
    from inception_edu.datasets.shapes import object_boxes

    images = open_dataset("shapes", split="test", size=200)
    boxes = object_boxes(np.arange(200), "test")
    sides = (boxes[:, 2:] - boxes[:, :2]) / 2
    assert (sides <= images.radii[:, None].numpy() + 1e-6).all()
    assert sides.max(1) == pytest.approx(images.radii.numpy(), rel=0.1)


def test_without_room_for_the_aspect_every_crop_falls_back_on_the_middle():
    wide = np.zeros((3, 20, 200), np.uint8)
    figures = CropSampler({"wide": wide}, min_area=100, aspect="1").figures
    assert figures["fallbacks"] == DRAWS
    assert (figures["width"], figures["height"], figures["left"]) == (20, 20, 90)


def test_whole_pictures_keep_the_whole_object(still):
    page = still(CropSampler())
    page.set(min_area=100)
    page.set(aspect="1")
    assert page.number("mean_kept") == 1
    assert page.number("fallbacks") == 0
    assert "100 % of the object" in page.text(".iw-say")


def test_as_many_crops_are_drawn_as_asked_and_four_ways_of_resizing(still):
    page = still(CropSampler())
    page.set(shown=30)
    assert page.page.locator(".iw-crop").count() == 30
    page.set(size=16)
    views = page.page.locator("canvas")
    assert views.evaluate_all("es => es.map(e => e.width)") == [16] * 4


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        ({}, "needs a picture"),
        ({"grey": np.zeros((20, 20), np.uint8)}, "3×H×W of uint8"),
        ({"real": np.zeros((3, 20, 20))}, "of uint8, not float64"),
        ({"tiny": np.zeros((3, 4, 20), np.uint8)}, "8 to 512 pixels a side, not 4×20"),
        ({"off": {"image": np.zeros((3, 20, 20), np.uint8), "box": (0, 0, 30, 5)}}, "box of 'off'"),
    ],
)
def test_wrong_pictures_get_one_clear_line(pictures, message):
    with pytest.raises(ValueError, match=message):
        CropSampler(pictures)
