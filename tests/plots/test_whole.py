"""A whole network, every operation a box."""

import pytest

from inception_edu.architectures import architecture
from inception_edu.plots import draw_whole
from inception_edu.tables import layer_table


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def test_every_convolution_pool_and_norm_of_figure_3_is_there():
    shown = texts(draw_whole(architecture("googlenet", lrn=True)))
    expected = layer_table("googlenet", detail="layer", lrn=True)
    convolutions = [row for row in expected.rows if row.type == "convolution"]
    assert sum("1×1" in text or "3×3 conv" in text or text in ("3×3", "5×5", "7×7/2 conv") for text in shown) == len(
        convolutions
    )
    assert shown.count("pool") == sum(text in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b") for text in shown)
    assert shown.count("local response norm") == 2


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_every_head_ends_in_its_weighted_loss(name):
    built = architecture(name)
    assert texts(draw_whole(built, weight=0.4)).count("0.4 × loss") == len(built.heads) > 0


def test_a_head_starts_below_the_module_that_it_reads_and_above_the_next():
    (ax,) = draw_whole(architecture("googlenet")).axes
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    upper = [text.get_position()[1] for text in ax.texts if text.get_text() == "5×5/3 avg pool"]
    assert heights["4a"] > max(upper) > heights["4b"]
    assert heights["4d"] > min(upper) > heights["4e"]


@pytest.mark.parametrize("name", ["googlenet_lite", "inception_v4", "inception_resnet_v2", "xception"])
def test_other_networks_are_drawn_too(name):
    assert "loss" in texts(draw_whole(architecture(name)))
