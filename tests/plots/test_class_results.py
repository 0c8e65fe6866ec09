"""A class's results: every answer is in a bar, every student in the histogram."""

import pytest

from inception_edu.plots import draw_class

COUNTS = {"3.1": {"right": 3, "wrong": 2, "missing": 1}, "3.2": {"right": 1, "kept": 5}}


@pytest.fixture
def axes():
    return draw_class(COUNTS, [0, 2, 2, 4], 4).axes


def test_a_bar_is_as_long_as_the_class(axes):
    widths = [0.0, 0.0]
    for bars in axes[0].containers:
        for row, bar in enumerate(bars):
            widths[row] += bar.get_width()
    assert widths == [6, 6]
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["3.1", "3.2"]


def test_students_by_points(axes):
    heights = [bar.get_height() for bar in axes[1].patches]
    assert heights == [1, 0, 2, 0, 1]


def test_a_class_of_nobody():
    assert draw_class({}, [], 0).axes


@pytest.mark.parametrize("of", [20, 21, 30, 100])
def test_every_bar_of_the_histogram_is_equally_many_whole_points(of):
    bars = draw_class(COUNTS, list(range(of + 1)), of).axes[1].patches
    heights = [bar.get_height() for bar in bars]
    assert len(bars) <= 21
    assert len(set(heights[:-1])) == 1
    assert sum(heights) == of + 1
