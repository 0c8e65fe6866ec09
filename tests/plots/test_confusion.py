"""What is taken for what, and whether confidence deserves trust."""

import pytest

from inception_edu.plots import draw_confusion, draw_reliability


def test_a_confusion_matrix_is_in_percent_of_its_rows():
    (ax,) = draw_confusion([[9, 1, 0], [2, 2, 0], [0, 0, 0]], ["cat", "dog", "none"]).axes
    found = {text.get_position(): text.get_text() for text in ax.texts}
    assert found == {(0, 0): "90", (1, 0): "10", (0, 1): "50", (1, 1): "50"}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "none"]
    top, bottom = ax.get_ylim()[::-1]
    assert top < bottom  # the first class stands above


def test_the_most_frequent_mistake_is_the_deepest():
    (ax,) = draw_confusion([[90, 10], [5, 95]], ["a", "b"]).axes
    depth = {tuple(round(x + 0.5) for x in cell.get_xy()): cell.get_alpha() for cell in ax.patches}
    assert depth[1, 0] > depth[0, 1] > 0
    assert max(depth.values()) <= 0.6


def test_a_bin_is_a_dot_as_large_as_its_share():
    figure = draw_reliability({"one": [(0.5, 0.4, 0.25), (0.9, 0.95, 0.75)], "two": [(0.7, 0.7, 1.0)]})
    first, second = figure.axes
    dots = first.collections[-1]
    assert [tuple(point) for point in dots.get_offsets()] == [(0.5, 0.4), (0.9, 0.95)]
    small, large = dots.get_sizes()
    assert small < large
    assert [ax.get_title(loc="left") or ax.get_title() for ax in (first, second)] == ["one", "two"]
    assert [list(line) for line in first.lines[0].get_data()] == [[0, 1], [0, 1]]
    assert figure.get_figwidth() == pytest.approx(6.6)
