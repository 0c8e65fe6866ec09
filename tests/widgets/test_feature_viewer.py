"""The viewer shows what was recorded, as much of it as a page holds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from inception_edu.widgets import FeatureViewer
from inception_edu.widgets.packing import unpack

from .examples import activations, example, network

pytest.importorskip("torch")
from inception_edu.experiments.activations import record_activations


@pytest.fixture(scope="module")
def viewer():
    return example("FeatureViewer")


def test_the_strongest_channels_of_a_layer_are_shown(viewer):
    layer = next(layer for layer in viewer.data["layers"] if layer["name"] == "inception_3a")
    recorded = next(layer for layer in activations().layers if layer.name == "inception_3a")
    assert np.abs(unpack(layer["maps"]) - recorded.maps[:, layer["channels"]]).max() <= layer["maps"]["step"] * 0.51
    means = recorded.maps.mean((0, 2, 3))
    assert means[layer["channels"]].min() >= np.delete(means, layer["channels"]).max(initial=-np.inf)


def test_the_page_stays_small(viewer):
    assert len(viewer.to_html()) < 250_000


def test_without_class_activation_maps_there_is_no_control_for_them():
    viewer = FeatureViewer(dataclasses.replace(activations(), cam=None))
    assert "cam" not in viewer.params


def test_too_many_pictures_are_refused():
    many = dataclasses.replace(activations(), pictures=np.zeros((25, 3, 32, 32), np.uint8))
    with pytest.raises(ValueError, match="24 pictures can be shown, not 25"):
        FeatureViewer(many)


def test_other_pictures_can_be_shown_in_a_live_kernel():
    viewer = example("FeatureViewer")
    before = viewer.figures["activation"]
    viewer.show(record_activations(network(), np.full((2, 3, 32, 32), 200, np.uint8), classes=viewer.data["classes"]))
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
