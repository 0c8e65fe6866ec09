"""A network with its auxiliary heads."""

import pytest
from matplotlib import pyplot as plt

from inception_edu.architectures import architecture
from inception_edu.plots import draw_heads


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_every_head_ends_in_its_weighted_loss(name):
    built = architecture(name)
    assert texts(draw_heads(built, weight=0.4)).count("0.4 × loss") == len(built.heads) > 0


def test_a_head_says_what_each_of_its_operations_leaves():
    shown = texts(draw_heads(architecture("googlenet")))
    for depth in (512, 528):
        assert f"5×5/3 avg pool → {depth}×4×4" in shown
    assert [text for text in shown if text.startswith("linear →")] == ["linear → 1024", "linear → 1000"] * 2


def test_a_head_begins_at_the_row_that_it_reads():
    (ax,) = draw_heads(architecture("googlenet")).axes
    places = {text.get_text(): text.get_position() for text in ax.texts}
    for depth, label in ((512, "4a"), (528, "4d")):
        x, y = places[f"5×5/3 avg pool → {depth}×4×4"]
        assert x > places[label][0]
        assert y == places[label][1] - 1


def test_without_heads_the_chain_alone_is_left():
    shown = texts(draw_heads(architecture("googlenet", aux_logits=False)))
    assert shown.count("loss") == 1
    assert not [text for text in shown if "×" in text]
