"""The first widget, used as a reader uses it."""

from __future__ import annotations

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
