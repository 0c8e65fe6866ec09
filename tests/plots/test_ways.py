"""Runs of several ways, with mean and interval."""

import pytest

from inception_edu.experiments.comparison import difference
from inception_edu.plots import draw_ways

RUNS = {"this way": [0.8, 0.82, 0.81], "that way": [0.7, 0.75, 0.71]}


def test_each_run_is_a_tick_and_each_mean_has_its_interval():
    (ax,) = draw_ways(RUNS, "accuracy, %").axes
    assert [label.get_text() for label in ax.get_yticklabels()] == list(RUNS)
    for ticks, bars, values in zip(ax.lines[::4], ax.containers, RUNS.values(), strict=False):
        found = difference(values, [0.0] * len(values))
        assert list(ticks.get_xdata()) == [100 * value for value in values]
        ends = bars.lines[2][0].get_segments()[0][:, 0]
        assert list(ends) == pytest.approx([100 * (found["mean"] + sign * found["margin"]) for sign in (-1, 1)])
