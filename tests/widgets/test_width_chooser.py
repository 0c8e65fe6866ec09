"""Any widths cost what the package's module costs, and the bands are dragged or moved by keys."""

from __future__ import annotations

import pytest

from inception_edu.published.lookups import module
from inception_edu.widgets import WidthChooser
from inception_edu.widgets.width_chooser import LABELS

PARTS = ("1x1", "single", "double", "pool")


def grip(page, name: str):
    return page.page.locator(f'[role="slider"][aria-label^="{name}:"]')


def missing(page) -> int:
    return page.page.evaluate("document.querySelector('.iw').inception.missing")


@pytest.mark.parametrize("label", LABELS)
def test_it_starts_from_the_notes_widths(label):
    figures = WidthChooser(module=label).figures
    row = module("inception_v2", label)
    assert (figures["params"], figures["macs"]) == (row.params, row.macs)
    assert figures["out_channels"] == figures["required"] == row.output[0]
    assert figures["reached"]
    assert not figures["own"]
    assert sum(figures[f"filters_{part}"] for part in PARTS) == row.output[0]
    assert sum(figures[f"macs_{part}"] for part in PARTS) == row.macs


@pytest.mark.parametrize(("label", "leave"), [("3c", 288 + 320 + 168), ("2b", 1280 + 256 + 2 * 96 + 2 * 168)])
def test_a_pool_without_projection_counts_with_all_that_comes_in(label, leave):
    assert WidthChooser(module=label, double=168).figures["out_channels"] == leave


def test_a_module_chosen_in_the_page_brings_the_notes_widths(still):
    page = still(WidthChooser())
    for label in reversed(LABELS):
        page.set(module=label)
        assert page.number("macs") == page.number("notes_macs") == WidthChooser(module=label).figures["macs"]
        assert "these are the notes' widths" in page.text(".iw-say")


def take(page, name: str) -> tuple[float, float]:
    """Press the mouse on a band's handle; where that is."""
    box = grip(page, name).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    return x, y


def test_a_band_is_dragged(still):
    page = still(WidthChooser())
    x, y = take(page, "1×1")
    page.page.mouse.move(x + 50, y, steps=4)
    page.page.mouse.up()
    wide = int(page.control("n1x1").input_value())
    assert wide > 64
    assert missing(page) == 64 - wide
    assert f"{wide - 64} channels too many" in page.text(".iw-say")


def test_the_scale_stays_while_a_handle_is_held(still):
    page = still(WidthChooser())
    _, y = take(page, "pool, projection")
    page.page.mouse.move(840, y)  # beyond the picture's right end
    wide = page.control("pool_proj").input_value()
    for step in range(1, 6):
        page.page.mouse.move(840, y + 4 * step)
    assert page.control("pool_proj").input_value() == wide
    page.page.mouse.up()
    assert page.control("pool_proj").input_value() == wide


def test_a_pair_moves_by_twice_its_width(still):
    page = still(WidthChooser(module="2a"))
    box = grip(page, "single").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x - 40, y, steps=4)
    page.page.mouse.up()
    width = int(page.control("single").input_value())
    assert missing(page) == 2 * (160 - width) > 0


def test_keys_move_a_band_and_the_notes_widths_come_back(still):
    page = still(WidthChooser())
    handle = grip(page, "pool, projection")
    handle.focus()
    page.page.keyboard.press("ArrowRight")
    assert handle.get_attribute("aria-valuenow") == "72"
    grip(page, "1×1").focus()
    page.page.keyboard.press("ArrowLeft")
    assert missing(page) == 0
    assert page.text(".iw-say").startswith("✓ 288 leave")
    page.page.click('[data-action="notes"]')
    assert page.control("n1x1").input_value() == "64"
    assert page.page.locator('[data-action="notes"]').is_disabled()


def test_a_reduction_has_no_band_for_what_it_lacks(still):
    page = still(WidthChooser(module="5e", lock=["module"]))
    assert page.page.locator('[data-control="module"]').count() == 0
    shown = [band for band in ("1×1", "single", "double", "pool, projection") if grip(page, band).is_visible()]
    assert shown == ["single", "double"]
