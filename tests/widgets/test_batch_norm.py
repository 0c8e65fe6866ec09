"""The layer is torch's, in both modes, and what it does to a picture is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.widgets import BatchNorm
from inception_edu.widgets.batch_norm import BATCHES, EPSILON, MEAN, PICTURE, SPREAD, _drawn

WIDGET = BatchNorm()


@given(
    st.sampled_from(["train", "eval"]),
    st.integers(2, 64),
    st.integers(1, BATCHES),
    st.floats(0, 2),
    st.floats(-3, 3),
)
def test_the_layer_is_torchs(mode, batch, number, gamma, beta):
    torch = pytest.importorskip("torch")
    norm = torch.nn.BatchNorm1d(1, eps=EPSILON, dtype=torch.float64).train(mode == "train")
    norm.running_mean.fill_(MEAN)
    norm.running_var.fill_(SPREAD**2)
    torch.nn.init.constant_(norm.weight, gamma)
    torch.nn.init.constant_(norm.bias, beta)
    x = torch.tensor(_drawn()[number - 1][:batch], dtype=torch.float64)[:, None]
    y = norm(x).detach()
    ours = WIDGET.compute({"mode": mode, "batch": batch, "number": number, "gamma": gamma, "beta": beta})
    assert ours["picture_after"] == pytest.approx(y[0].item(), abs=1e-9)
    assert ours["after_mean"] == pytest.approx(y.mean().item(), abs=1e-9)
    assert ours["after_spread"] == pytest.approx(y.std(unbiased=False).item(), abs=1e-9)
    assert ours["moved"] == pytest.approx((y - x).abs().max().item(), abs=1e-9)
    assert ours["picture_least"] <= ours["picture_after"] + 1e-12 <= ours["picture_most"] + 2e-12


def test_what_is_drawn_has_the_statistics_that_are_said():
    values = [value for batch in _drawn() for value in batch[1:]]
    mean = sum(values) / len(values)
    assert mean == pytest.approx(MEAN, abs=4 * SPREAD / len(values) ** 0.5)
    assert sum((value - mean) ** 2 for value in values) / len(values) == pytest.approx(SPREAD**2, rel=0.08)
    assert {batch[0] for batch in _drawn()} == {PICTURE}


def test_in_evaluation_the_other_pictures_do_not_matter(still):
    page = still(BatchNorm(batch=4))
    before = page.number("picture_after")
    page.set(number=2)
    assert page.number("picture_after") != before
    page.set(mode="eval")
    fixed = page.number("picture_after")
    page.set(number=9)
    assert page.number("picture_after") == fixed == page.number("picture_least") == page.number("picture_most")
    assert "in every batch" in page.text(".iw-say")


def test_with_a_scale_of_0_the_other_pictures_do_not_matter_in_training_either(still):
    page = still(BatchNorm(gamma=0.0, beta=1.0))
    assert "becomes 1 in every batch" in page.text(".iw-say")
    page.set(gamma=0.1)
    assert "something else in another batch" in page.text(".iw-say")


CROSSED = """() => [...document.querySelectorAll(".iw-svg")].flatMap((svg) => {
  const box = (e) => e.getBoundingClientRect();
  const lines = [...svg.querySelectorAll(".iw-rule")].map((e) => box(e).left);
  const bad = (b) => b.left < box(svg).left || b.right > box(svg).right || lines.some((x) => b.left < x && x < b.right);
  return [...svg.querySelectorAll(".iw-note")].filter((e) => bad(box(e))).map((e) => e.textContent);
})"""


@pytest.mark.parametrize("width", [330, 710])
def test_no_line_runs_through_a_label(still, width):
    page = still(BatchNorm(), width=width)
    for number in range(1, 11):
        page.set(number=number, beta=(number - 5) / 2)
        assert page.page.evaluate(CROSSED) == [], number


def test_a_larger_batch_leaves_less_to_chance():
    small, large = BatchNorm(batch=4).figures, BatchNorm(batch=64).figures
    assert large["picture_most"] - large["picture_least"] < (small["picture_most"] - small["picture_least"]) / 2


def test_the_values_are_dragged_and_moved_by_keys(still):
    page = still(BatchNorm())
    after = page.page.locator('.iw-chart[role="slider"]')
    after.focus()
    page.page.keyboard.press("End")
    assert page.number("after_mean") == pytest.approx(3)
    page.page.keyboard.press("ArrowLeft")
    assert after.get_attribute("aria-valuenow") == page.control("beta").input_value() == "2.9"
    box = after.bounding_box()
    page.page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 60)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 60)
    page.page.mouse.up()
    dragged = page.number("after_mean")
    assert -1.5 < dragged < -0.5
    page.page.mouse.move(box["x"] + 10, box["y"] + 60)  # the button is up
    assert page.number("after_mean") == dragged


def test_a_locked_shift_is_neither_dragged_nor_moved_by_keys(still):
    page = still(BatchNorm(lock=["beta"]))
    assert page.page.locator('[role="slider"]').count() == 0
    after = page.page.locator(".iw-chart").nth(1)
    box = after.bounding_box()
    page.page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 60)
    page.page.keyboard.press("End")
    assert page.number("after_mean") == pytest.approx(0)
    assert "drag" not in after.inner_text()
