"""Every layer of every network is the library's, at any image size, and stages open by mouse and by keyboard."""

from __future__ import annotations

import json

import pytest

from inception_edu import layer_table, list_models
from inception_edu.architectures import architecture
from inception_edu.widgets import NetworkExplorer
from inception_edu.widgets.network_explorer import PUBLISHED
from inception_edu.widgets.structure import encode


@pytest.mark.parametrize("name", list_models())
def test_every_layer_traced_in_the_browser_is_the_librarys(javascript, name):
    usual = architecture(name).image_size[0]
    data = {"networks": {name: encode(architecture(name, aux_logits=True))}}
    for size in (usual, usual + 37):
        network = architecture(name, image_size=size, aux_logits=True)
        rows = [*network.trace(), *network.trace_heads()]
        settings = {"model": name, "compare": "none", "usual": False, "image_size": size, "aux": True, "other_stage": 0}
        calls = [["compute", [settings | {"stage": k}]] for k in range(1, len(rows) + 1)]
        for row, figures in zip(rows, javascript("static/network_explorer.js", calls, data)):
            expected = [[layer.name, *layer.output, layer.params, layer.macs] for layer in row.layers]
            assert figures["layers"] == expected


@pytest.mark.parametrize("name", ["googlenet", "inception_v3", "inception_resnet_v2", "xception"])
def test_totals_are_the_layer_tables(name):
    table = layer_table(name, aux_logits=False)
    figures = NetworkExplorer(model=name).figures
    assert (figures["params"], figures["macs"]) == (table.total.params, table.total.macs)
    assert [stage[0] for stage in figures["stages"]] == [row.name for row in table.rows]


def test_the_structure_of_all_networks_stays_small():
    data = NetworkExplorer().data
    assert len(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()) < 80_000


def test_some_networks_can_be_chosen_and_a_wrong_name_is_refused():
    few = NetworkExplorer(models=["vgg16", "alexnet"])
    assert (few.model, set(few.data["networks"])) == ("vgg16", {"vgg16", "alexnet"})
    with pytest.raises(ValueError, match="did you mean 'vgg16'"):
        NetworkExplorer(models=["vgg17"])


def test_every_published_claim_stands_at_a_stage_that_exists():
    data = NetworkExplorer().data
    for model, stage in PUBLISHED.values():
        names = [figure[0] for figure in NetworkExplorer(model=model, aux=True).figures["stages"]]
        assert stage in ("", *names)
        assert data["published"][model][stage]


def test_a_stage_opens_by_keyboard_and_keeps_the_focus(still):
    page = still(NetworkExplorer())
    page.page.locator('[data-stage="5"]').focus()
    page.page.keyboard.press("Enter")
    assert page.page.locator('[data-stage="5"]').get_attribute("aria-expanded") == "true"
    assert page.page.evaluate("document.activeElement.dataset.stage") == "5"
    text = page.text(".iw-opened")
    assert "#3×3 reduce" in text
    assert "86,704,128" in text
    page.page.keyboard.press("Enter")
    assert page.page.locator(".iw-opened").count() == 0


def test_a_stage_opens_in_the_drawing(still):
    page = still(NetworkExplorer())
    box = page.page.locator(".iw-svg .iw-pick").first.bounding_box()
    page.page.mouse.click(box["x"] + box["width"] * 7.5 / 18, box["y"] + 30)
    assert page.page.locator('[data-stage="8"]').get_attribute("aria-expanded") == "true"
    assert "inception (4a)" in page.text(".iw-opened")


def test_disagreements_with_the_paper_are_marked_at_the_usual_size_only(still):
    page = still(NetworkExplorer(stage=13))
    wrong = page.page.locator("button:has(.iw-badge)")
    names = wrong.evaluate_all("es => es.map(e => e.firstChild.firstChild.textContent)")
    assert names == ["convolution 1", "inception (4c)", "inception (5a)"]
    page.set(usual=False, image_size=256)
    assert wrong.count() == 0
    page.set(usual=True)
    page.page.locator('[data-stage="10"]').click()
    page.page.locator(".iw-opened", has_text="≠ disagrees: Table 1: 463K parameters").wait_for()


@pytest.mark.parametrize("width", [360, 700, 740, 780, 860])
def test_words_of_a_row_do_not_lie_upon_each_other(still, width):
    """Whatever the room beside the controls is: the name, its badge, the costs and the share are read apart."""
    page = still(NetworkExplorer(model="inception_resnet_v2", stage=5), width=width)
    overlaps = page.page.locator(".iw-row").evaluate_all(
        """rows => rows.flatMap(row => {
            const texts = [...row.querySelectorAll("*")].filter(e => e.childElementCount === 0 && e.textContent.trim());
            const boxes = texts.map(e => { const r = document.createRange(); r.selectNodeContents(e);
                return [e.textContent, r.getBoundingClientRect()]; });
            const across = (p, q) => p.left < q.right - 1 && q.left < p.right - 1;
            const along = (p, q) => p.top < q.bottom - 1 && q.top < p.bottom - 1;
            return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
                .filter(([, q]) => across(p, q) && along(p, q)).map(([b]) => `${a} | ${b}`));
        })"""
    )
    assert overlaps == []


def test_two_networks_side_by_side(still):
    page = still(NetworkExplorer())
    assert page.page.locator(".iw-column:visible").count() == 1
    page.set(compare="xception")
    assert page.page.locator(".iw-column:visible").count() == 2
    assert page.number("other_params") == layer_table("xception").total.params
    assert "times the parameters" in page.text(".iw-say")


def test_images_that_are_too_small_are_refused_with_the_smallest_that_fit(still):
    page = still(NetworkExplorer(model="inception_v3", usual=False, image_size=74))
    least = architecture("inception_v3", aux_logits=False).min_image_size
    assert f"{least}×{least} at least" in page.text(".iw-warn")
    page.set(image_size=least)
    assert page.number("params") > 0
