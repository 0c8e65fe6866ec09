"""Ratios of the paper and of the notes, and the receptive field that grows by layers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from inception_edu.widgets import FactorizationExplorer


@pytest.mark.parametrize(
    ("settings", "ratio"),
    [
        ({"kernel_size": 5}, Fraction(18, 25)),
        ({"kernel_size": 7}, Fraction(27, 49)),
        ({"kernel_size": 3, "way": "asymmetric"}, Fraction(2, 3)),
        ({"kernel_size": 7, "way": "asymmetric"}, Fraction(2, 7)),
        ({"kernel_size": 5, "mid_channels": 96, "out_channels": 96}, Fraction(9, 10)),
        (
            {"kernel_size": 7, "way": "asymmetric", "in_channels": 96, "mid_channels": 160, "out_channels": 160},
            Fraction(8, 21),
        ),
    ],
)
def test_ratios_of_parameters_and_multiply_adds(settings, ratio):
    figures = FactorizationExplorer(**settings).figures
    assert Fraction(figures["factorized_params"], figures["direct_params"]) == ratio
    assert Fraction(figures["factorized_macs"], figures["direct_macs"]) == ratio


@pytest.mark.parametrize("n", [3, 5, 7, 9, 11])
@pytest.mark.parametrize("way", ["stack", "asymmetric"])
def test_the_whole_chain_sees_what_the_kernel_sees(n, way):
    figures = FactorizationExplorer(kernel_size=n, way=way, layer=5).figures
    assert (figures["field_height"], figures["field_width"]) == (n, n)


def test_the_field_grows_layer_by_layer_in_the_picture(still):
    page = still(FactorizationExplorer(kernel_size=7))
    sees = page.page.locator(".iw-svg").nth(1)
    assert "1 of 3 layers one output sees 3×3" in sees.get_attribute("aria-label")
    page.control("layer").focus()
    page.page.keyboard.press("ArrowRight")
    assert "2 of 3 layers one output sees 5×5" in sees.get_attribute("aria-label")
    page.set(way="asymmetric", layer=1)
    assert "1 of 2 layers one output sees 1×7" in sees.get_attribute("aria-label")


def test_it_says_the_fraction_and_where_the_factorization_helps(still):
    page = still(FactorizationExplorer())
    assert "18/25 = 0.72" in page.text(".iw-say")
    page.set(way="asymmetric", grid=17)
    assert "where the paper found" in page.text(".iw-warn")
    page.set(grid=35)
    assert "not in early layers" in page.text(".iw-warn")


def test_unequal_channels_are_explained(still):
    page = still(FactorizationExplorer(mid_channels=96, out_channels=96))
    assert "0.9" in page.text(".iw-say")
    assert "With equal numbers of channels everywhere the ratio would be 0.72" in page.text(".iw-stage")


@pytest.mark.parametrize("way", ["stack", "asymmetric"])
@pytest.mark.parametrize(("into", "out", "n"), [(64, 96, 5), (96, 160, 7), (3, 7, 9), (1, 1, 3)])
def test_beyond_the_break_even_it_costs_more(way, into, out, n):
    settings = {"way": way, "in_channels": into, "out_channels": out, "kernel_size": n}
    most = FactorizationExplorer(**settings).figures["break_even"]
    if n == 3 and way == "stack":  # a chain of one has no middle
        assert most is None
        return
    assert FactorizationExplorer(**settings, mid_channels=most).figures["ratio"] <= 1
    assert FactorizationExplorer(**settings, mid_channels=most + 1).figures["ratio"] > 1


def test_the_point_is_moved_by_keys_and_by_dragging(still):
    page = still(FactorizationExplorer())
    point = page.page.locator('.iw-chart[role="slider"]')
    point.focus()
    for key in ("ArrowRight", "ArrowUp", "PageDown"):
        page.page.keyboard.press(key)
    assert point.get_attribute("aria-valuenow") == "50"
    assert page.exact("mid_channels").input_value() == "50"
    page.page.keyboard.press("End")
    assert page.number("ratio") > 1
    page.page.keyboard.press("Home")
    assert point.get_attribute("aria-valuenow") == "1"
    box = point.bounding_box()
    page.page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 100)
    page.page.mouse.up()
    dragged = int(point.get_attribute("aria-valuenow"))
    assert 60 < dragged < 100
    page.page.mouse.move(box["x"] + 60, box["y"] + 100)  # the button is up
    assert int(point.get_attribute("aria-valuenow")) == dragged
    assert "channels" in point.get_attribute("aria-valuetext")
