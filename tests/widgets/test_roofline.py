"""The picture is the model's, its roof is dragged or moved by keys, a step is looked at by pointing or in the bar."""

from __future__ import annotations

import json

import pytest

from inception_edu.roofline import MACHINES, Machine, roofline, steps
from inception_edu.widgets import Roofline

PEAK, BANDWIDTH = '[data-handle="peak"]', '[data-handle="bandwidth"]'
BAR = '.iw-along[role="slider"]'


def pull(page, handle: str, up: int) -> None:
    """Drag a handle so many pixels upwards."""
    box = page.page.locator(handle).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x, y - up, steps=4)
    page.page.mouse.up()


def test_the_figures_are_the_models():
    figures = Roofline(network="inception_v3", machine="t4", batch=8, precision=2).figures
    places = roofline(steps("inception_v3"), MACHINES["t4"].machine(2), 8, 2)
    assert figures["seconds"] == sum(place.seconds for place in places)
    assert figures["ridge"] == 32_500 / 320
    assert figures["waits"].count(True) == sum(place.bound == "memory" for place in places)


def test_a_batch_takes_the_last_layer_from_memory_to_arithmetic():
    one, many = (Roofline(step=1000, batch=batch).figures for batch in (1, 64))
    assert (one["step_bound"], many["step_bound"]) == ("memory", "compute")
    assert many["step_intensity"] > 30 * one["step_intensity"]


def test_what_was_measured_is_there_for_its_own_setting_only():
    widget = Roofline(machine="own", peak=50, bandwidth=20, measured={"convolution 1": 0.01})
    best = roofline(steps("googlenet"), Machine(50, 20))[0].seconds
    assert widget.figures["measured_seconds"] == widget.figures["step_measured"] == 0.01
    assert widget.figures["reached"] == best / 0.01
    widget.set_trait("batch", 2)
    assert widget.figures["measured_seconds"] is None


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({"convolution": 1.0}, "googlenet has no step 'convolution'; it has convolution 1, "),
        ({"convolution 1": 0}, "0$"),
    ],
)
def test_what_was_not_measured_is_refused(measured, said):
    with pytest.raises(ValueError, match=said):
        Roofline(measured=measured)


def test_a_page_carries_little():
    assert len(json.dumps(Roofline().data, separators=(",", ":"), ensure_ascii=False).encode()) < 24_000


def test_the_measured_steps_are_the_same_in_both_languages(javascript):
    widget = Roofline(measured={"convolution 1": 0.01, "max pool 1": 0.02})
    (theirs,) = javascript(f"static/{widget.FRONT}.js", [["compute", [widget.params]]], widget.data)
    for name in ("measured", "measured_seconds", "reached", "step_measured"):
        assert theirs[name] == widget.figures[name]


def test_the_roof_is_dragged_and_is_ones_own_from_then_on(still):
    page = still(Roofline())
    ridge = page.number("ridge")
    pull(page, PEAK, 30)
    assert page.control("machine").input_value() == "own"
    assert page.number("ridge") > 1.2 * ridge
    assert page.exact("bandwidth").input_value() == "38"
    peak = page.exact("peak").input_value()
    pull(page, BANDWIDTH, 30)
    assert int(page.exact("bandwidth").input_value()) > 45
    assert page.exact("peak").input_value() == peak


def test_the_roof_moves_by_keys(still):
    page = still(Roofline())
    grip = page.page.locator(PEAK)
    assert grip.get_attribute("aria-valuenow") == "102"
    grip.focus()
    page.page.keyboard.press("ArrowUp")
    assert grip.get_attribute("aria-valuetext") == "103 GMAC/s"
    assert page.control("machine").input_value() == "own"


def test_a_step_is_looked_at_in_the_bar_and_by_pointing(still):
    page = still(Roofline())
    bar = page.page.locator(BAR)
    bar.focus()
    page.page.keyboard.press("ArrowRight")
    assert page.text(".iw-columns b") == "max pool 1"
    assert page.number("step_macs") == 0
    page.page.keyboard.press("End")
    assert page.text(".iw-columns b") == "linear"
    assert "linear: " in (bar.get_attribute("aria-valuetext") or "")
    page.page.locator(".iw-held path.iw-step.iw-b").first.hover()  # the pool that moves most
    assert page.text(".iw-columns b") == "max pool 1"


def test_what_was_measured_is_hollow(still):
    page = still(Roofline(measured={step.name: 0.01 for step in steps("googlenet")}))
    hollow = page.page.locator(".iw-chart .iw-hollow")
    assert hollow.count() == sum(step.macs > 0 for step in steps("googlenet"))
    assert "Measured, it reaches" in page.text(".iw-say")
    page.set(batch=2)
    assert hollow.count() == 0


def test_a_machine_that_is_locked_has_no_handles(still):
    page = still(Roofline(lock=["machine"]))
    assert page.page.locator(f"{PEAK}:visible, {BANDWIDTH}:visible").count() == 0
    assert "Drag" not in page.text(".iw-stage")
