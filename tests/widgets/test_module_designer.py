"""Any module's costs are those of the library's networks, and the challenge is judged."""

from __future__ import annotations

import pytest

from inception_edu.architectures import Inception, architecture
from inception_edu.widgets import ModuleDesigner

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
