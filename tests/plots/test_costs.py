"""Shares of multiply-adds and parameters by row."""

import pytest
from matplotlib import pyplot as plt

from inception_edu import layer_table
from inception_edu.plots import draw_costs


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", ["googlenet", "vgg16"])
def test_each_side_is_a_whole(name):
    left, _, right = draw_costs(layer_table(name)).axes
    for ax in (left, right):
        assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(1)


def test_a_bar_is_its_row_s_share():
    table = layer_table("googlenet", aux_logits=False)
    left, names, right = draw_costs(table).axes
    at = [text.get_text() for text in names.texts].index("inception (3b)")
    (row,) = table.only("inception (3b)").rows
    assert left.patches[at].get_width() == pytest.approx(row.macs / table.total.macs)
    assert right.patches[at].get_width() == pytest.approx(row.params / table.total.params)


def test_rows_without_cost_are_left_out():
    _, names, _ = draw_costs(layer_table("googlenet", aux_logits=False)).axes
    assert not [text.get_text() for text in names.texts if "pool" in text.get_text()]
