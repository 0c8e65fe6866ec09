"""Any module's costs are those of the library's networks, and the challenge is judged."""

from __future__ import annotations

import pytest

from inception_edu.architectures import Inception, architecture
from inception_edu.widgets import ModuleDesigner
from inception_edu.widgets.module_designer import WIDTHS

ROWS = {row.node.label: row for row in architecture("googlenet").trace() if isinstance(row.node, Inception)}


def loaded(label: str) -> ModuleDesigner:
    (settings,) = [settings for name, settings in ModuleDesigner().data["rows"] if name == label]
    return ModuleDesigner(**settings)


@pytest.mark.parametrize("label", ROWS)
def test_googlenets_rows_cost_what_the_network_says(label):
    figures = loaded(label).figures
    assert (figures["params"], figures["macs"]) == (ROWS[label].params, ROWS[label].macs)
    assert (figures["out_channels"], figures["row"]) == (ROWS[label].output[0], label)
    assert sum(figures[f"share_{branch}"] for branch in ("1x1", "3x3", "5x5", "pool")) == pytest.approx(1)


def test_the_naive_module_passes_its_input_on():
    figures = ModuleDesigner(n3x3_reduce=0, n5x5_reduce=0, pool_proj=0).figures
    assert figures["out_channels"] == figures["naive_channels"] == 64 + 128 + 32 + 192
    assert figures["ratio"] == 1
    assert figures["params_pool"] == 0


def test_it_costs_what_torch_counts():
    torch = pytest.importorskip("torch")
    from inception_edu.models.build import build

    settings = {"in_channels": 40, "grid": 9, "n1x1": 7, "n3x3_reduce": 0, "n3x3": 5, "n5x5_reduce": 3, "n5x5": 11}
    module = build(Inception("", 7, 0, 5, 3, 11, 2), (40, 9, 9))
    figures = ModuleDesigner(pool_proj=2, **settings).figures
    assert sum(p.numel() for p in module.parameters()) == figures["params"]
    assert module(torch.zeros(1, 40, 9, 9)).shape[1] == figures["out_channels"]


def test_rows_are_loaded_and_recognized(still):
    page = still(ModuleDesigner())
    rows = page.page.locator('[data-action="load-row"]')
    assert rows.input_value() == "3a"
    rows.select_option("5b")
    assert page.number("out_channels") == 1024
    assert page.exact("in_channels").input_value() == "832"
    page.set(n5x5_reduce=49)
    assert rows.input_value() == ""


def test_the_list_says_whose_widths_they_are(still):
    page = still(ModuleDesigner())
    chosen = "document.querySelector('[data-action=load-row]').selectedOptions[0].text"
    assert page.page.evaluate(chosen) == "GoogLeNet's (3a)"
    page.set(n3x3=100)
    assert page.page.evaluate(chosen) == "your own"


OUTSIDE = """() => [...document.querySelectorAll(".iw-svg text[font-size]")].filter((e) => {
  const words = e.getBoundingClientRect();
  const boxes = [...e.closest("svg").querySelectorAll("rect.iw-box")].map((each) => each.getBoundingClientRect());
  return !boxes.some((each) => each.left < words.left && words.right < each.right && each.top < words.top);
}).map((e) => e.textContent)"""


def test_everything_fits_a_telephone(still):
    page = still(ModuleDesigner(), width=330)
    assert page.page.locator(".iw-svg text[font-size]").count() == 14
    assert page.page.evaluate(OUTSIDE) == []
    assert page.page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.iw-tablewrap'))") == 0
    page.set(n3x3=1024)
    assert page.page.evaluate(OUTSIDE) == []


def test_a_locked_input_stays_when_a_row_is_loaded(still):
    page = still(ModuleDesigner(in_channels=100, lock=["in_channels"]))
    page.page.locator('[data-action="load-row"]').select_option("5b")
    assert page.number("out_channels") == 1024
    assert page.number("params_1x1") == 100 * 384 + 384


def test_the_reductions_can_be_taken_away_by_keyboard(still):
    page = still(ModuleDesigner())
    button = page.page.locator('[data-action="naive"]')
    button.focus()
    page.page.keyboard.press("Enter")
    assert page.number("macs") == page.number("naive_macs")
    assert button.is_disabled()


def test_the_challenge_says_when_it_is_met(still):
    page = still(ModuleDesigner())
    assert not page.page.locator(".iw-warn").is_visible()
    page.set(challenge=True)
    assert "✗ not yet exactly 480 deep" in page.text(".iw-warn")
    page.set(n1x1=128, n3x3_reduce=64, n3x3=224, n5x5=64, pool_proj=64)
    assert "Challenge met" in page.text(".iw-warn")
    page.set(budget=100)
    assert "✗ not yet at most 100 M" in page.text(".iw-warn")


def test_the_edge_of_a_band_is_dragged(still):
    page = still(ModuleDesigner())
    hold = page.page.locator('[data-handle="n3x3"]')
    hold.scroll_into_view_if_needed()
    box = hold.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    assert page.exact("n3x3").input_value() == "128"  # taken hold of, not yet moved
    page.page.mouse.move(x - 15, y)
    narrow = int(page.exact("n3x3").input_value())
    assert 1 < narrow < 128
    page.page.mouse.move(x + 20, y)
    page.page.mouse.up()
    wide = int(page.exact("n3x3").input_value())
    assert wide > 128
    assert page.number("out_channels") == 256 - 128 + wide
    page.page.mouse.move(x - 15, y)  # let go
    assert page.exact("n3x3").input_value() == str(wide)


def test_the_edge_of_a_band_is_moved_by_keys(still):
    page = still(ModuleDesigner())
    edge = page.page.get_by_role("slider", name="#3×3 reduce: drag, or use the arrow keys")
    edge.focus()
    page.page.keyboard.press("ArrowRight")
    assert edge.get_attribute("aria-valuetext") == "97 channels"
    page.page.keyboard.press("Home")
    page.page.keyboard.press("ArrowLeft")
    assert page.exact("n3x3_reduce").input_value() == "1"  # at 0 there would be no edge to hold
    page.page.keyboard.press("PageUp")
    assert page.exact("n3x3_reduce").input_value() == "17"


def test_edges_of_locked_widths_are_not_dragged(still):
    page = still(ModuleDesigner(lock=["n3x3", "pool_proj"]))
    edges = page.page.locator("[data-handle]:not([hidden])").evaluate_all("es => es.map(e => e.dataset.handle)")
    assert sorted(edges) == ["n1x1", "n3x3_reduce", "n5x5", "n5x5_reduce"]
    assert "Drag" in page.text(".iw-stage")
    page = still(ModuleDesigner(lock=list(WIDTHS)))
    assert page.page.locator(".iw-handle:visible").count() == 0
    assert "Drag" not in page.text(".iw-stage")


SHOWN = "[...document.querySelectorAll('rect.iw-flow')].reduce((sum, e) => sum + Number(e.getAttribute('width')), 0)"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_bands_go_to_their_new_widths_and_at_once_where_motion_is_not_wanted(still, motion):
    page = still(ModuleDesigner())
    page.page.emulate_media(reduced_motion=motion)
    press = "document.querySelector('[data-action=naive]').click()"
    before, at_once = page.page.evaluate(f"(() => {{ const w = {SHOWN}; {press}; return [w, {SHOWN}]; }})()")
    assert page.number("macs") == page.number("naive_macs")
    page.page.wait_for_function(f"{SHOWN} > {before * 1.1}")
    page.page.wait_for_timeout(500)
    after = page.page.evaluate(SHOWN)
    assert after > before  # no band is narrow in its middle any more
    assert at_once == pytest.approx(after if motion == "reduce" else before)
    assert "Naive module" in page.text("tbody")
