"""The costs are the package's, a larger picture moves what it must, and its corner is dragged or moved by keys."""

from __future__ import annotations

import pytest

from inception_edu import layer_table
from inception_edu.plots import cost_parts
from inception_edu.widgets import NetworkCosts
from inception_edu.widgets.network_costs import NETWORKS

GRIP = '[role="slider"].iw-handle'


@pytest.mark.parametrize("name", NETWORKS)
def test_as_published_it_costs_what_the_layer_table_says(name):
    figures = NetworkCosts().figures
    convolutions, full = cost_parts(layer_table(name, detail="layer")).values()
    assert (figures[f"{name}_conv_params"], figures[f"{name}_conv_macs"]) == convolutions
    assert (figures[f"{name}_full_params"], figures[f"{name}_full_macs"]) == full
    assert figures[f"{name}_removed"] == 0


@pytest.mark.parametrize(("name", "channels"), [("lenet5", 120), ("alexnet_2012", 256), ("vgg16", 512)])
def test_an_average_leaves_one_linear_layer_of_one_weight_a_channel_and_class(name, channels):
    before, after = NetworkCosts().figures, NetworkCosts(classifier="averaged").figures
    classes = 10 if name == "lenet5" else 1000
    assert after[f"{name}_full_params"] == channels * classes + classes
    assert after[f"{name}_params"] + after[f"{name}_removed"] == before[f"{name}_params"]
    assert after[f"{name}_macs"] + after[f"{name}_removed_macs"] == before[f"{name}_macs"]


def test_googlenet_has_its_average_already():
    after = NetworkCosts(classifier="averaged", side=200).figures
    assert after["googlenet_removed"] == after["googlenet_removed_macs"] == 0


def test_a_larger_picture_gives_a_fully_connected_layer_more_to_read():
    figures = NetworkCosts(side=200).figures
    assert (figures["vgg16_side"], figures["vgg16_grid"]) == (448, 14)
    wider = (14**2 - 7**2) * 512 * 4096
    assert figures["vgg16_full_params"] == NetworkCosts().figures["vgg16_full_params"] + wider
    assert figures["vgg16_conv_params"] == NetworkCosts().figures["vgg16_conv_params"]


def test_the_corner_of_the_picture_is_dragged(still):
    page = still(NetworkCosts())
    box = page.page.locator(GRIP).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 36, y + 36, steps=4)
    page.page.mouse.up()
    assert page.control("side").input_value() == "200"
    assert page.number("vgg16_params") == NetworkCosts(side=200).figures["vgg16_params"]


def test_the_corner_moves_by_keys_within_its_bounds(still):
    page = still(NetworkCosts())
    grip = page.page.locator(GRIP)
    grip.focus()
    page.page.keyboard.press("ArrowRight")
    assert grip.get_attribute("aria-valuenow") == "125"
    page.page.keyboard.press("End")
    page.page.keyboard.press("ArrowUp")
    assert grip.get_attribute("aria-valuetext") == "300 % of the published side"
    page.page.keyboard.press("Home")
    assert page.control("side").input_value() == "100"


def test_it_says_what_the_average_removed(still):
    page = still(NetworkCosts())
    assert "96 % of its parameters" in page.text(".iw-say")
    page.set(classifier="averaged")
    assert "took 123 M of VGG-16's 138 M parameters, and 0.8 % of its work" in page.text(".iw-say")
    assert "no picture is too large" in page.text(".iw-help")


def test_a_locked_side_has_no_corner(still):
    page = still(NetworkCosts(lock=["side"]))
    assert not page.page.locator(GRIP).is_visible()
    assert "Drag" not in page.text(".iw-stage")
