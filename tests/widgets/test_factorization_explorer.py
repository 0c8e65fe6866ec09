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
    sees = page.page.locator(".iw-svg").first
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
