"""Learning curves: the means, and the bands of the seeds."""

import pytest

from inception_edu.experiments.comparison import Group
from inception_edu.plots import draw_learning_curves


def group(name, *runs):
    """Runs whose loss and test accuracy of epochs 1, 2, … are these; None is an epoch without a test."""
    histories = [
        [{"epoch": 1 + place, "train_loss": 1.0, "test_accuracy": value} for place, value in enumerate(values)]
        for values in runs
    ]
    return Group(name, [{"history": history} for history in histories])


def test_the_line_is_the_mean_and_the_band_all_seeds():
    figure = draw_learning_curves([group("a", [0.2, None, 0.6], [0.4, 0.9, 0.8])])
    (line,), (band,) = figure.axes[1].lines, figure.axes[1].collections
    assert list(line.get_xdata()) == [1, 3]  # the epochs that both have
    assert list(line.get_ydata()) == pytest.approx([0.3, 0.7])
    assert {tuple(point) for point in band.get_paths()[0].vertices} == {(1, 0.2), (1, 0.4), (3, 0.6), (3, 0.8)}


def test_one_seed_has_no_band_and_one_epoch_a_dot():
    figure = draw_learning_curves([group("a", [0.5])])
    assert not figure.axes[1].collections
    assert figure.axes[1].lines[0].get_marker() == "o"
