"""Where networks keep parameters and spend work, and the figures of chapter 1."""

import pytest
from matplotlib import pyplot as plt

from inception_edu import create_model, layer_table, list_models
from inception_edu.plots import cost_parts, draw_breakdown, draw_networks, draw_results
from inception_edu.published import ilsvrc


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", list_models())
def test_the_two_parts_are_the_whole(name):
    table = layer_table(name, detail="layer")
    parts = cost_parts(table).values()
    assert tuple(map(sum, zip(*parts))) == (table.without_aux.params, table.without_aux.macs)


def test_the_fully_connected_part_is_that_of_the_modules():
    from torch import nn

    model = create_model("alexnet", device="meta")
    linear = sum(p.numel() for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters())
    assert cost_parts(layer_table("alexnet", detail="layer"))["fully connected"][0] == linear


def lengths(ax):
    return [bar.get_width() for bar in ax.patches]


def test_networks_bars_are_as_long_as_the_table_says():
    names = ["alexnet_2012", "googlenet"]
    params, macs = draw_networks(names).axes
    totals = [layer_table(name).without_aux for name in names]
    assert sum(lengths(params)) == pytest.approx(sum(total.params for total in totals) / 1e6)
    assert sum(lengths(macs)) == pytest.approx(sum(total.macs for total in totals) / 1e9)


def test_results_show_every_entry():
    (ax,) = draw_results().axes
    assert lengths(ax) == [line.top5 for line in ilsvrc.RESULTS]


def test_breakdown_is_a_thousand_times_as_wide_as_one_pass():
    (ax,) = draw_breakdown().axes
    costs = [cost for line in ax.lines for cost in line.get_xdata()]
    assert min(costs) == layer_table("googlenet").without_aux.macs
    assert max(costs) / min(costs) == ilsvrc.BREAKDOWN[-1].passes
