"""Receptive fields against the closed form, maps against the network, the class activation map against the logit."""

from __future__ import annotations

import numpy as np
import pytest

from inception_edu.widgets import FeatureViewer
from inception_edu.widgets.packing import unpack

from .examples import example, network

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def viewer():
    return example("FeatureViewer")


def pixels(viewer) -> torch.Tensor:
    images = unpack(viewer.data["pictures"])
    return torch.as_tensor((images / 255 - viewer.mean) / viewer.std, dtype=torch.float32)


def test_maps_are_what_the_layer_gives(viewer):
    model = network().eval()
    layer = next(layer for layer in viewer.data["layers"] if layer["name"] == "inception_3a")
    with torch.no_grad():
        theirs = model.stages[:2](pixels(viewer)).numpy()[:, layer["channels"]]
    ours = unpack(layer["maps"])
    assert np.abs(ours - theirs).max() <= layer["maps"]["step"] * 0.51


@pytest.mark.parametrize("name", ["max_pool_3", "inception_3a", "convolution_1"])
def test_in_the_middle_of_a_large_picture_the_receptive_field_is_the_closed_form(name):
    from inception_edu import create_model

    model = create_model(
        "googlenet_bn", num_classes=3, stem="cifar", width=0.0625, image_size=64, aux_logits=False, seed=0
    )
    pictures = np.random.default_rng(0).integers(0, 256, (1, 3, 64, 64), dtype=np.uint8)
    viewer = FeatureViewer(model, pictures, layers=[name])
    label = name.replace("_", " ", 1).replace("inception 3a", "inception (3a)").replace("pool_", "pool ")
    side, jump = model.architecture.receptive_fields()[label]
    rows = viewer.data["layers"][0]["rows"]
    first, last = rows[len(rows) // 2]
    assert last - first + 1 == side
    assert rows[len(rows) // 2 + 1][0] - first == jump


def test_the_mean_of_a_class_activation_map_is_the_logit_without_its_bias(viewer):
    model = network().eval()
    with torch.no_grad():
        logits = model(pixels(viewer)).numpy()
    cam = viewer.data["cam"]
    bias = model.stages.linear.bias.detach().numpy()
    assert unpack(cam).mean((2, 3)) + bias == pytest.approx(logits, abs=cam["step"])
    assert np.array(viewer.data["logits"]) == pytest.approx(logits, rel=1e-3, abs=1e-4)


def test_the_page_stays_small_and_the_network_as_it_was(viewer):
    assert len(viewer.to_html()) < 250_000
    model = network().train()
    FeatureViewer(model, layers=["inception_3a"])
    assert model.training
    model.eval()


def test_a_network_without_global_pooling_has_no_class_activation_map():
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 2))
    pictures = np.zeros((2, 3, 8, 8), np.uint8)
    viewer = FeatureViewer(model, pictures, layers=["0"], classes=["no", "yes"])
    assert "cam" not in viewer.params
    assert viewer.figures["field_width"] == 3


def test_other_pictures_can_be_shown_in_a_live_kernel():
    viewer = example("FeatureViewer")
    before = viewer.figures["activation"]
    viewer.show(np.full((2, 3, 32, 32), 200, np.uint8))
    assert viewer.figures["pictures"] == 2
    assert viewer.figures["activation"] != before


def test_a_click_chooses_a_unit_and_a_map(still, viewer):
    page = still(viewer)
    page.set(layer="convolution_1")
    surfaces = page.page.locator(".iw-pick")
    box = surfaces.first.bounding_box()
    page.page.mouse.click(box["x"] + 1, box["y"] + 1)
    assert page.control("row").input_value() == page.control("col").input_value() == "0"
    assert page.number("field_width") < 4, "a corner sees less"
    surfaces.nth(2).click()
    assert page.control("place").input_value() == "2"


def test_the_class_activation_map_is_drawn_over_the_picture(still, viewer):
    page = still(viewer)
    plain = page.page.locator("image").first.get_attribute("href")
    page.set(cam="star")
    assert page.page.locator("image").first.get_attribute("href") != plain
    assert page.number("logit") == viewer.data["logits"][0][viewer.data["classes"].index("star")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"pictures": np.zeros((1, 3, 32, 32))}, "uint8, N×3×H×W"),
        ({"layers": ["inception_9z"]}, "no layer 'inception_9z'; it has convolution_1"),
        ({"layers": ["linear"]}, "not linear"),
        ({"classes": ["one"]}, "tells 10 classes apart; 1 names were given"),
    ],
)
def test_what_cannot_be_shown_gets_one_clear_line(given, message):
    with pytest.raises(ValueError, match=message):
        FeatureViewer(network(), **given)
