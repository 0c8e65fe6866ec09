"""The loss is torch's, and its lowest point is where the closed form says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.widgets import LabelSmoothing

WIDGET = LabelSmoothing()


def figures(epsilon: float, classes: int, gap: float) -> dict:
    return WIDGET.compute({"epsilon": epsilon, "classes": classes, "gap": gap})


@given(st.floats(0, 0.9), st.integers(2, 1000), st.floats(0, 20))
def test_the_loss_is_torchs(epsilon, classes, gap):
    torch = pytest.importorskip("torch")
    logits = torch.zeros(1, classes, dtype=torch.float64)
    logits[0, 0] = gap
    theirs = torch.nn.functional.cross_entropy(logits, torch.tensor([0]), label_smoothing=epsilon)
    ours = figures(epsilon, classes, gap)
    assert ours["loss"] == pytest.approx(theirs.item(), rel=1e-9, abs=1e-12)
    assert ours["predicted_true"] == pytest.approx(logits.softmax(1)[0, 0].item(), rel=1e-9)
    assert ours["target_true"] + (classes - 1) * ours["target_other"] == pytest.approx(1)


@given(st.floats(0.001, 0.9), st.integers(2, 1000))
def test_no_gap_has_a_lower_loss_than_the_best_one(epsilon, classes):
    best = figures(epsilon, classes, 0)["best_gap"]
    at_best = figures(epsilon, classes, best)["loss"]
    assert at_best == pytest.approx(figures(epsilon, classes, 0)["best_loss"])
    for other in (best - 0.5, best + 0.5):
        assert figures(epsilon, classes, other)["loss"] > at_best


def test_without_smoothing_no_gap_is_wide_enough(still):
    page = still(LabelSmoothing())
    page.set(epsilon=0)
    assert "no gap is wide enough" in page.text(".iw-say")
    assert page.number("best_gap") is None
    assert page.number("loss") == page.number("hard_loss")


def test_it_says_on_which_side_of_the_best_gap_one_is(still):
    page = still(LabelSmoothing(classes=10))
    page.set(gap=2)
    assert "Not sure enough" in page.text(".iw-say")
    page.set(gap=12)
    assert "Too sure" in page.text(".iw-say")
    page.control("gap").focus()
    page.set(gap=4.5)
    assert "cannot be lower" in page.text(".iw-say")
