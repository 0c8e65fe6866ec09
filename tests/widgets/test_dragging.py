"""What is dragged follows one pointer, and not a finger that scrolls the page."""

from __future__ import annotations

import pytest

from inception_edu.widgets import NetworkCosts, ReductionCalculator

CHART = '.iw-chart[role="slider"]'
OTHER_FINGER = """(element, x) => {
  const { top } = element.getBoundingClientRect();
  const event = { pointerId: 77, pointerType: "touch", clientX: x, clientY: top + 90, bubbles: true };
  for (const name of ["pointerdown", "pointermove", "pointerup", "lostpointercapture"])
    element.dispatchEvent(new PointerEvent(name, event));
}"""


@pytest.fixture
def chart(still):
    """A page whose line chart sets a width, a place on that chart, and what the width is at present."""
    page = still(ReductionCalculator())
    line = page.page.locator(CHART)
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    return page, box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"]


def width(page) -> int:
    return int(page.exact("reduce_channels").input_value())


def touches(page):
    """What sends touches: ``send("touchStart", x, y)``, and without a place for a finger that is lifted."""
    session = page.page.context.new_cdp_session(page.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def send(kind: str, *place: float) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return send


def test_a_finger_that_scrolls_over_a_chart_changes_nothing(chart):
    page, x, y = chart
    page.page.evaluate("document.body.style.paddingBottom = '1000px'")
    before, send = page.page.evaluate("scrollY"), touches(page)
    send("touchStart", x, y)
    for step in range(1, 9):
        send("touchMove", x, y - 15 * step)
    send("touchEnd")
    page.page.wait_for_function(f"scrollY > {before}", timeout=10_000)
    assert width(page) == ReductionCalculator().reduce_channels


def test_a_finger_that_moves_along_a_chart_or_touches_it_sets_what_it_shows(chart):
    page, x, y = chart
    send = touches(page)
    send("touchStart", x, y)
    send("touchEnd")
    touched = width(page)
    assert touched > ReductionCalculator().reduce_channels
    send("touchStart", x, y)
    for step in range(1, 9):
        send("touchMove", x - 15 * step, y)
    send("touchEnd")
    assert width(page) < touched


def test_one_pointer_is_followed_at_a_time(chart):
    page, x, y = chart
    mouse, line = page.page.mouse, page.page.locator(CHART)
    mouse.move(x, y)
    mouse.down()
    held = width(page)
    line.evaluate(OTHER_FINGER, x - 200)
    assert width(page) == held
    mouse.move(x - 100, y)
    assert 1 < width(page) < held
    mouse.up()


def test_a_handle_is_dragged_by_the_first_button_only_and_not_moved_by_a_press(still):
    page = still(NetworkCosts())
    box = page.page.locator(".iw-handle").bounding_box()
    x, y = box["x"] + 3, box["y"] + 3
    for button, side in (("right", "100"), ("left", "200")):
        page.page.mouse.move(x, y)
        page.page.mouse.down(button=button)
        assert page.control("side").input_value() == "100"
        page.page.mouse.move(x + 36, y + 36, steps=4)
        page.page.mouse.up(button=button)
        assert page.control("side").input_value() == side
