"""Accuracies run by run, and samples a class."""

import pytest

from inception_edu.plots import draw_accuracies, draw_class_counts


def history(*pairs):
    """Epochs 1, 2, … with these training and test accuracies."""
    return [
        {"epoch": epoch, "train_accuracy": train, "test_accuracy": test}
        for epoch, (train, test) in enumerate(pairs, start=1)
    ]


def test_several_runs_are_thin_lines_and_their_mean_a_thick_one():
    runs = [history((0.3, 0.2), (0.4, None), (0.8, 0.6)), history((0.3, 0.4), (0.4, None), (0.8, 0.8))]
    (ax,) = draw_accuracies({"a": runs}).axes
    assert [list(line.get_ydata()) for line in ax.lines] == [
        pytest.approx([20, 60]),
        pytest.approx([40, 80]),
        pytest.approx([30, 70]),
    ]
    assert all(list(line.get_xdata()) == [1, 3] for line in ax.lines)  # the epochs that were tested
    assert ax.lines[-1].get_linewidth() > ax.lines[0].get_linewidth()


def test_training_is_dashed_and_the_best_test_epoch_has_a_dot():
    (ax,) = draw_accuracies(
        {"a": [history((0.5, 0.7), (0.9, 0.6))]}, ("train_accuracy", "test_accuracy"), best=True
    ).axes
    train, test, dot = ax.lines
    assert (train.get_linestyle(), test.get_linestyle()) == ("--", "-")
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([1], [pytest.approx(70)])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "training", "test"]


def test_classes_stand_by_their_size():
    (ax,) = draw_class_counts({"few": (3, 1), "many": (30, 10)}).axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["many", "few"]
    assert [bar.get_width() for bars in ax.containers for bar in bars] == [30, 3, 10, 1]
