"""The first widget, used as a reader uses it."""

from __future__ import annotations

import pytest

from inception_edu.widgets import ReductionCalculator


def test_it_starts_with_the_papers_example(still):
    page = still(ReductionCalculator())
    assert page.number("direct_params") == 819_200
    assert page.number("reduced_params") == 50_688
    assert "819,200" in page.text(".iw-formula")
    assert "16.2 times cheaper" in page.text(".iw-say")


def test_a_slider_moves_with_the_arrow_keys_and_the_mouse(still):
    page = still(ReductionCalculator())
    page.control("reduce_channels").focus()
    page.page.keyboard.press("ArrowRight")
    assert page.number("reduced_params") == 25 * 512 + 25 * 25 * 64
    page.control("kernel_size").focus()
    page.page.keyboard.press("ArrowLeft")
    assert page.number("direct_params") == 9 * 512 * 64
    box = page.control("kernel_size").bounding_box()
    page.page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    assert page.number("direct_params") == 225 * 512 * 64


def test_an_exact_number_can_be_typed_and_a_wrong_one_is_flagged_then_put_right(still):
    page = still(ReductionCalculator())
    field = page.page.get_by_label("Channels in, exact value")
    field.fill("832")
    assert page.number("direct_params") == 25 * 832 * 64
    field.fill("999999")
    assert field.get_attribute("aria-invalid") is not None
    assert page.number("direct_params") == 25 * 832 * 64
    page.page.keyboard.press("Tab")
    assert page.number("direct_params") == 25 * 2048 * 64
    assert field.get_attribute("aria-invalid") is None


def test_beyond_the_break_even_width_it_says_that_the_reduction_does_not_pay(still):
    page = still(ReductionCalculator())
    page.set(reduce_channels=387)
    assert "times cheaper" in page.text(".iw-say")
    page.set(reduce_channels=388)
    assert "does not pay" in page.text(".iw-say")
    assert page.number("break_even") == 387


def test_a_channel_slider_is_logarithmic_and_its_keys_step_double_and_halve(still):
    page = still(ReductionCalculator())
    slider, field = page.control("in_channels"), page.exact("in_channels")
    slider.focus()
    for key, value in (("PageUp", 1024), ("PageDown", 512), ("ArrowLeft", 511), ("End", 2048), ("Home", 1)):
        page.page.keyboard.press(key)
        assert (field.input_value(), slider.get_attribute("aria-valuetext")) == (str(value), f"{value:,}")
    box = slider.bounding_box()
    page.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert 40 <= int(field.input_value()) <= 52  # √2048 = 45.3 in the middle, up to the width of a thumb
    field.fill("1237")
    assert page.number("direct_params") == 25 * 1237 * 64


def test_a_dragged_slider_stands_at_handy_numbers_and_at_both_ends(javascript):
    around = [1, 31, 63, 64.9, 67, 130, 531, 1000, 2047.9]
    found = javascript("src/shared/scale.js", [["handy", [value]] for value in around])
    assert found == [1, 31, 63, 64, 68, 132, 528, 1008, 2048]


def test_the_point_on_the_line_is_dragged_and_moved_by_keys(still):
    page = still(ReductionCalculator())
    point = page.page.locator('.iw-chart[role="slider"]')
    point.focus()
    for key in ("ArrowRight", "ArrowUp", "PageUp", "ArrowLeft"):
        page.page.keyboard.press(key)
    assert point.get_attribute("aria-valuenow") == page.exact("reduce_channels").input_value() == "41"
    page.page.keyboard.press("End")
    assert page.exact("reduce_channels").input_value() == str(2 * 387)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] + 50, box["y"] + 100)
    assert point.get_attribute("aria-valuenow") == str(2 * 387)  # the axis stays while the point is dragged
    page.page.mouse.move(box["x"], box["y"] + 100)
    assert point.get_attribute("aria-valuenow") == "1"
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    page.page.mouse.up()
    assert 300 < page.number("reduced_params") / (512 + 1600) < 400
    assert "channels" in point.get_attribute("aria-valuetext")


def test_a_locked_width_is_not_dragged(still):
    page = still(ReductionCalculator(lock=["reduce_channels"]))
    assert page.page.locator('[role="slider"]').count() == 0
    assert "Drag" not in page.text(".iw-stage")


CLEAR = """() => {
  const [word, line, ...rules] = [".iw-note.iw-strong", ".iw-line", ".iw-rule"].flatMap((name) =>
    [...document.querySelectorAll(name)].map((e) => e.getBoundingClientRect()));
  const rise = (x) => line.bottom - ((x - line.left) / line.width) * line.height;
  const onRule = rules.some((rule) => rule.width < 3 && word.left < rule.left && rule.left < word.right);
  return !onRule && (rise(word.left) < word.top + 4 || rise(word.right) > word.bottom - 4);
}"""


@pytest.mark.parametrize(("reduce", "width"), [(24, 330), (24, 710), (60, 330), (250, 758), (340, 330), (340, 710)])
def test_the_words_of_the_point_stand_on_no_line(still, reduce, width):
    assert still(ReductionCalculator(reduce_channels=reduce), width=width).page.evaluate(CLEAR)
