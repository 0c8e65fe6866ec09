"""The kernel moves as torch's does, by slider, by button and by a click on the output."""

from __future__ import annotations

import random

import pytest

from inception_edu.widgets import ConvolutionStepper
from inception_edu.widgets.convolution_stepper import PICTURES, WEIGHTS

from .examples import random_settings


def test_every_output_is_what_torch_computes():
    torch = pytest.importorskip("torch")
    rng = random.Random(4)
    checked = 0
    while checked < 60:
        widget = ConvolutionStepper()
        p = random_settings(widget, rng)
        figures = widget.compute(p)
        if figures["positions"] is None:
            continue
        checked += 1
        size, height, width = p["size"], p["kernel_height"], p["kernel_width"]
        picture = [[PICTURES[p["picture"]](i, j, size) for j in range(size)] for i in range(size)]
        kernel = [[WEIGHTS[p["weights"]](i, j, height, width) for j in range(width)] for i in range(height)]
        out = torch.nn.functional.conv2d(
            torch.tensor(picture, dtype=torch.float64)[None, None],
            torch.tensor(kernel, dtype=torch.float64)[None, None],
            stride=p["stride"],
            padding=(p["padding_height"], p["padding_width"]),
        )[0, 0]
        assert (figures["out_height"], figures["out_width"]) == tuple(out.shape)
        assert figures["value"] == out[figures["row"], figures["col"]]


@pytest.mark.parametrize(
    ("settings", "unread"),
    [
        ({"size": 7, "kernel_height": 3, "stride": 2}, 0),
        ({"size": 8, "kernel_height": 3, "stride": 2}, 1),
        ({"size": 8, "kernel_height": 1, "stride": 3}, 5),
        ({"size": 8, "kernel_height": 3, "stride": 2, "padding_height": 1}, 0),
    ],
)
def test_rows_that_no_position_reads_are_counted(settings, unread):
    assert ConvolutionStepper(**settings).figures["unread_rows"] == unread


def test_a_1_by_7_kernel_keeps_its_size_with_padding_on_two_sides_only(still):
    page = still(ConvolutionStepper())
    page.set(kernel_height=1, kernel_width=7, padding_width=3)
    assert (page.number("out_height"), page.number("out_width")) == (7, 7)
    assert "as large as the picture" in page.text(".iw-say")


def test_an_impossible_setting_is_flagged_and_can_be_left_again(still):
    page = still(ConvolutionStepper())
    page.set(size=4, kernel_height=7)
    assert "A 7×3 kernel does not fit a picture of 4×4" in page.text(".iw-warn")
    assert page.number("positions") is None
    assert page.page.locator('[data-action="next"]').is_disabled()
    assert "nothing" not in page.text(".iw-stage")
    assert "–" not in page.text(".iw-stage")
    page.set(padding_height=2)
    assert not page.page.locator(".iw-warn").is_visible()
    assert page.number("out_height") == 2
    assert "height = ⌊(4 + 2·2 − 7) / 1⌋ + 1 = 2" in page.text(".iw-stage")


def test_one_position_is_one(still):
    page = still(ConvolutionStepper(size=3))
    assert "so 1 position and 9 multiply-adds" in page.text(".iw-stage")
    page.set(size=4)
    assert "so 4 positions and 36 multiply-adds" in page.text(".iw-stage")


def test_buttons_keys_and_clicks_move_the_kernel(still):
    page = still(ConvolutionStepper())
    page.page.click('[data-action="next"]')
    assert page.control("step").input_value() == "1"
    page.control("step").focus()
    page.page.keyboard.press("ArrowRight")
    assert page.control("step").input_value() == "2"
    page.page.keyboard.press("End")
    assert page.control("step").input_value() == "24"
    output = page.page.locator(".iw-pick")
    side = output.bounding_box()["width"] / 5
    output.click(position={"x": 2.5 * side, "y": 1.5 * side})
    assert page.control("step").input_value() == "7"
    assert "row 1, column 2" in page.text(".iw-formula")


def test_play_runs_to_the_last_position_and_stops(still):
    page = still(ConvolutionStepper(size=3, kernel_width=2, kernel_height=3))
    page.page.click('[data-action="play"]')
    page.page.wait_for_function("document.querySelector('[data-control=step]').value === '1'")
    page.page.wait_for_function("document.querySelector('[data-action=play]').textContent === 'Play'")


def test_windows_and_who_sees_a_line_are_each_others_inverse(javascript):
    cases = [(k, s, p, 9) for k in (1, 2, 3, 5) for s in (1, 2, 4) for p in (0, 1, 3)]
    asked = []
    for kernel, stride, padding, size in cases:
        outputs = (size + 2 * padding - kernel) // stride + 1
        asked += [["sees", [output, kernel, stride, padding]] for output in range(outputs)]
        asked += [["seenBy", [line, kernel, stride, padding, outputs]] for line in range(size)]
    found = iter(javascript("src/shared/windows.js", asked))
    for kernel, stride, padding, size in cases:
        windows = [next(found) for _ in range((size + 2 * padding - kernel) // stride + 1)]
        assert windows[0] == [-padding, kernel - 1 - padding]
        for line in range(size):
            seeing = [output for output, (first, last) in enumerate(windows) if first <= line <= last]
            assert next(found) == ([seeing[0], seeing[-1]] if seeing else None)


def test_pointing_at_a_cell_shows_what_it_sees_or_is_seen_by(still):
    page = still(ConvolutionStepper(size=8, stride=2))
    chart = page.page.locator('.iw-chart[role="application"]')
    told = page.page.locator(".iw-stage .iw-help[role=status]")
    output = page.page.locator(".iw-pick")
    side = output.bounding_box()["width"] / 3
    output.hover(position={"x": 1.5 * side, "y": 0.5 * side})
    assert "Output row 0, column 1 sees rows 0 to 2, columns 2 to 4 of the picture." in told.inner_text()
    assert page.page.locator(".iw-look").count() == 2
    at = page.page.locator(".iw-inner").bounding_box()
    page.page.mouse.move(at["x"] + 2.5 * at["width"] / 8, at["y"] + at["height"] / 16)
    assert "row 0, column 2 is seen by 2 outputs: row 0, columns 0 to 1." in told.inner_text()
    page.page.mouse.move(at["x"] + 7.5 * at["width"] / 8, at["y"] + at["height"] / 16)
    assert "row 0, column 7 is seen by no output." in told.inner_text()
    page.page.mouse.move(0, 0)
    assert page.page.locator(".iw-look").count() == 0
    chart.focus()
    page.page.keyboard.press("ArrowDown")
    assert "Output row 1, column 0 sees rows 2 to 4, columns 0 to 2 of the picture." in told.inner_text()
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("ArrowRight")
    assert "Pixel at row 0, column 1 is seen by 1 output: row 0, column 0." in told.inner_text()
    page.page.keyboard.press("Escape")
    assert page.page.locator(".iw-look").count() == 0
