"""The network taken apart in a page: what it says, with pointer and keys, in any light."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from inception_edu import photographs
from inception_edu.widgets import InsideView
from inception_edu.widgets.portable import portable

from .examples import network, pictures
from .inside_page import shares

torch = pytest.importorskip("torch")


def test_the_page_says_what_pytorch_says_of_the_same_pixels(opened, shipped, javascript):
    page = opened(shipped)
    names = [photo.name for photo in photographs()]
    card = shipped.card
    for name in (names[0], names[4]):
        page.page.click(f'[data-picture="{name}"]')
        page.page.wait_for_function(f"document.querySelector('[data-picture=\"{name}\"]').ariaPressed === 'true'")
        page.page.wait_for_timeout(700)
        photo = next(photo for photo in photographs() if photo.name == name)
        with torch.inference_mode():
            expected = shipped.model(card.prepare(photo.image)).softmax(1)[0].numpy()
        # two programs decode a JPEG, and resize it in whole numbers: a level or two of 255 apart
        assert np.abs(np.array(shares(page)) - expected).max() < 0.05, name


def test_a_picture_is_prepared_as_python_prepares_it(javascript, shipped):
    rng = np.random.default_rng(0)
    for height, width in [(192, 192), (97, 200), (333, 150), (20, 31)]:
        values = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
        pixels = np.array(Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC))
        theirs = shipped.card.view(pixels).numpy().reshape(-1).astype(int)
        call = ["view", [pixels.transpose(2, 0, 1).reshape(-1).tolist(), [3, height, width], 64, 32]]
        ours = np.array(javascript("src/engine/prepare.js", [call])[0])
        assert np.abs(ours - theirs).max() <= 2, (height, width)


def settled(page) -> list[float]:
    page.page.wait_for_timeout(500)
    return shares(page)


def test_keys_cover_the_picture_and_switch_a_branch_off(opened, small):
    page = opened(small)
    plain = settled(page)
    page.page.locator(".in-stage").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.page.keyboard.press(key)
    assert page.page.locator(".in-square").is_visible()
    covered = settled(page)
    assert covered != plain
    page.page.keyboard.press("Delete")
    assert settled(page) == plain
    assert not page.page.locator(".in-square").is_visible()

    page.page.locator('[data-row="inception (3b)"]').focus()
    page.page.keyboard.press("Enter")
    lever = page.page.locator('[data-switch="inception (3b) / 3x3"]')
    lever.focus()
    page.page.keyboard.press("Enter")
    assert lever.get_attribute("aria-checked") == "false"
    assert settled(page) != plain
    page.page.click('[data-action="all-on"]')
    assert settled(page) == plain


def test_keys_choose_a_map_and_a_place_of_it(opened, small):
    page = opened(small)
    maps = page.page.get_by_role("slider", name="Maps of 1×1 → 3×3")
    maps.focus()
    page.page.keyboard.press("ArrowRight")
    state = page.page.evaluate("document.querySelector('.iw').inception")
    row = next(row for row in small.data["rows"] if row["name"] == state["row"])
    assert state["map"] == row["branches"][1]["first"] + 2
    assert maps.get_attribute("aria-valuetext").startswith("map 2, from ")
    place = page.page.get_by_role("application", name="Map 2")
    place.focus()
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowUp")
    assert "of the 32 × 32 pixels" in page.text(".in-detail > .in-muted")


def test_the_square_slides_over_everything(opened, small):
    page = opened(small)
    page.page.click('[data-show="occlusion"]')
    page.page.wait_for_function("!document.querySelector('.in-caption').textContent.includes('…')")
    assert "falls when the square covers" in page.text(".in-caption")


def test_the_class_map_says_on_which_grid_it_is_made(opened, shipped):
    page = opened(shipped)
    page.page.click('[data-show="class"]')
    page.page.wait_for_function("document.querySelector('.in-caption').textContent.includes('places')")
    assert "on 8 × 8 places" in page.text(".in-caption")
    assert "by the same weights (à trous): its own is 2 × 2" in page.text(".in-caption")


def test_two_pictures_are_compared(opened, small):
    page = opened(small)
    page.set(compare="picture-2")
    page.page.wait_for_function("[...document.querySelectorAll('.in-second')].some((bar) => bar.offsetWidth > 0)")


def test_where_workers_are_refused_the_page_computes_itself(chromium, still, small):
    page = still(small)
    page.page.wait_for_selector("[data-ready]")
    with_worker = shares(page)
    page.page.add_init_script("window.Worker = class { constructor() { throw new Error('refused'); } };")
    page.open("again")
    page.reload()
    page.page.wait_for_selector("[data-ready]")
    assert shares(page) == pytest.approx(with_worker, abs=1e-6)


def test_a_network_too_large_for_a_page_says_so(still, small, monkeypatch):
    from inception_edu.widgets import inside

    monkeypatch.setattr(inside, "LARGEST", 10)
    page = still(InsideView(network(), pictures()))
    page.page.wait_for_function("document.querySelector('.iw-say').textContent.includes('too large to travel')")


def test_a_page_with_the_shipped_network_stays_under_three_megabytes(shipped):
    assert len(shipped.to_html().encode()) < 1_700_000


def test_receptive_fields_are_the_librarys(shipped):
    fields = shipped.model.architecture.receptive_fields()
    for row in shipped.data["rows"]:
        if row["grid"] > 1:
            assert tuple(row["field"][:2]) == fields[row["name"]]


def test_bad_input_gets_one_clear_line():
    with pytest.raises(ValueError, match="10 classes apart; 2 names were given"):
        InsideView(network(), pictures(), classes=["yes", "no"])
    with pytest.raises(ValueError, match="at least one picture"):
        InsideView(network(), [])


def test_rows_are_those_that_the_page_runs(shipped):
    assert [row["name"] for row in shipped.data["rows"]] == [name for name, _ in portable(shipped.model)["rows"]]


@pytest.mark.parametrize(("theme", "width"), [("light", 860), ("dark", 360)])
def test_once_it_computes_it_is_still_for_everyone(opened, shipped, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(shipped, width=width).page
    page.evaluate(
        """theme => {
          document.documentElement.dataset.theme = document.documentElement.style.colorScheme = theme;
          document.body.style.background = "light-dark(#fff, #14181d)";
          document.querySelector("h1").remove();
        }""",
        theme,
    )
    page.locator(".in-stage").focus()
    page.keyboard.press("ArrowRight")
    page.click('[data-switch="inception (3a) / 5x5"]')
    page.click('[data-action="draw"]')
    page.select_option('[data-control="compare"]', "dog")
    page.wait_for_function("document.querySelector('.in-legend').offsetHeight > 0")
    page.mouse.move(2, 2)
    page.wait_for_timeout(400)
    found = Axe().run(page, context=".iw").response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.iw').scrollWidth <= document.querySelector('.iw').clientWidth + 1")
    lone = "es => es.filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    assert page.locator(".iw button:visible").evaluate_all(lone) == [], "large enough for a finger"


def test_where_no_script_runs_no_row_is_said_to_see_less_than_the_one_before(shipped):
    sees = [int(field) for field in re.findall(r"<td>(\d+)</td></tr>", shipped.fallback().partition("<thead>")[2])]
    assert len(sees) == len(shipped.data["rows"])
    assert sees == sorted(sees)
    assert sees[-1] == shipped.data["size"]
