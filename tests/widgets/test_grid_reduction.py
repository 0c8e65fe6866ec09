"""Costs of the three ways are those of layers that run, and of the paper's formulas."""

from __future__ import annotations

from fractions import Fraction

import pytest

from inception_edu.architectures import Conv, MaxPool, Style
from inception_edu.architectures.factorized import HALVE, HALVE_PADDED
from inception_edu.architectures.factorized import GridReduction as Block
from inception_edu.architectures.graph import chain
from inception_edu.widgets import GridReduction

STYLE = Style(batch_norm=False, bias=False)


@pytest.mark.parametrize("grid", [17, 28, 35])
@pytest.mark.parametrize("padding", [0, 1])
def test_each_way_costs_what_its_layers_cost(grid, padding):
    shape = (12, grid, grid)
    pool = MaxPool("pool", padding=padding)
    ways = {
        "pool_first": chain(pool, Conv("conv", 30, 3)),
        "convolve_first": chain(Conv("conv", 30, 3), pool),
        "parallel": Block("r", 18, HALVE_PADDED if padding else HALVE),
    }
    figures = GridReduction(grid=grid, in_channels=12, out_channels=30, padding=padding).figures
    for name, way in ways.items():
        layers = way.layers(shape, STYLE)
        assert figures[f"{name}_params"] == sum(layer.params for layer in layers)
        assert figures[f"{name}_macs"] == sum(layer.macs for layer in layers)
        assert way.output(shape, STYLE) == (30, figures["out_grid"], figures["out_grid"])


def test_on_an_even_grid_pooling_first_costs_exactly_a_quarter():
    figures = GridReduction(grid=28, padding=1).figures
    assert Fraction(figures["pool_first_macs"], figures["convolve_first_macs"]) == Fraction(1, 4)
    assert figures["bottleneck_share"] == 0.5


def test_in_parallel_the_output_must_be_deeper():
    figures = GridReduction(in_channels=320, out_channels=320).figures
    assert figures["parallel_macs"] is None
    assert not figures["bottleneck"]


def test_the_bottleneck_is_named_in_the_picture(still):
    page = still(GridReduction())
    assert "bottleneck: 50 %" in page.page.locator(".iw-svg").first.text_content()
    assert "4.24 times as much" in page.text(".iw-say")
    page.set(out_channels=300)
    assert "bottleneck" not in page.page.locator(".iw-svg").first.text_content()
    assert "not possible" in page.page.locator(".iw-svg").first.text_content()
    assert "must be deeper" in page.text(".iw-say")
