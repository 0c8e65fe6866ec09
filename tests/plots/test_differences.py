"""Differences and their intervals."""

import pytest

from inception_edu.experiments.comparison import difference
from inception_edu.plots import draw_differences

CLEAR = difference([0.9, 0.9, 0.91], [0.8, 0.81, 0.8])
UNCLEAR = difference([0.9, 0.7, 0.8], [0.8, 0.81, 0.8])


@pytest.fixture
def drawn():
    (ax,) = draw_differences({"better": CLEAR, "who knows": UNCLEAR}).axes
    return ax


def test_each_difference_has_its_line_in_hundredths(drawn):
    assert [label.get_text() for label in drawn.get_yticklabels()] == ["better", "who knows"]
    for place, (bars, found) in enumerate(zip(drawn.containers, (CLEAR, UNCLEAR))):
        dot, _, (bar,) = bars.lines
        assert dot.get_xdata()[0] == pytest.approx(100 * found["mean"])
        ends = bar.get_segments()[0]
        assert list(ends[:, 0]) == pytest.approx([100 * (found["mean"] + sign * found["margin"]) for sign in (-1, 1)])
        assert set(ends[:, 1]) == {place}


def test_what_is_clear_is_filled(drawn):
    dots = [bars.lines[0] for bars in drawn.containers]
    assert dots[0].get_markerfacecolor() == dots[0].get_color()
    assert dots[1].get_markerfacecolor() == "white"


def test_every_pair_is_a_tick(drawn):
    ticks = [line for line in drawn.lines if line.get_marker() == "|" and len(line.get_xdata()) == 3]
    assert [list(line.get_xdata()) for line in ticks] == [
        pytest.approx([100 * value for value in found["values"]]) for found in (CLEAR, UNCLEAR)
    ]
