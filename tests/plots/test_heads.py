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


def test_a_head_stands_above_the_module_that_it_reads():
    (ax,) = draw_heads(architecture("googlenet")).axes
    places = {text.get_text(): text.get_position() for text in ax.texts}
    losses = sorted(text.get_position()[0] for text in ax.texts if text.get_text() == "0.3 × loss")
    assert losses == [places["4a"][0], places["4d"][0]]


def test_without_heads_the_chain_alone_is_left():
    shown = texts(draw_heads(architecture("googlenet", aux_logits=False)))
    assert shown.count("loss") == 1
    assert not [text for text in shown if "×" in text]
