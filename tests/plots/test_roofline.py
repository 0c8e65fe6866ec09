"""The measured roofline: the roof bends at the ridge point, and every group has its points."""

import pytest

from inception_edu.plots import draw_roofline


def test_the_roof_bends_where_memory_and_arithmetic_take_equally_long():
    (ax,) = draw_roofline({"1×1": [(2.0, 1e9), (20.0, 4e10)], "linear": [(0.25, 1e9)]}, peak=5e10, bandwidth=1e10).axes
    roof, _, *groups = ax.lines
    assert list(roof.get_xdata())[1] == pytest.approx(5)
    assert list(roof.get_ydata())[1:] == pytest.approx([50, 50])
    assert roof.get_ydata()[0] == pytest.approx(10 * roof.get_xdata()[0])
    assert [list(group.get_ydata()) for group in groups] == [pytest.approx([1, 40]), pytest.approx([1])]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["roof", "1×1", "linear"]
