"""What every widget does in a page that has no kernel, no server and no network."""

from __future__ import annotations

import random

import pytest

from .conftest import SHELL
from .examples import NAMES, example, random_settings

every_widget = pytest.mark.parametrize("name", NAMES)
linked_widgets = pytest.mark.parametrize("name", [name for name in NAMES if example(name).LINK])

FIGURES = "() => [...document.querySelectorAll('[data-value]')].map(e => [e.dataset.value, e.dataset.number])"


def figures_are(page, widget) -> None:
    """Every number that the page shows is what Python says for the widget's settings."""
    shown = page.page.evaluate(FIGURES)
    assert shown, "a widget shows at least one figure"
    for name, text in shown:
        value = widget.figures[name]
        if isinstance(value, int | float) and not isinstance(value, bool):
            assert float(text) == pytest.approx(value, rel=1e-12, abs=1e-12), name
        else:
            assert text == {None: "", True: "true", False: "false"}.get(value, value), name


@every_widget
def test_it_draws_itself_and_its_figures_are_pythons(still, name):
    widget = example(name)
    page = still(widget)
    assert page.page.locator(f'[data-widget="{widget.KIND}"]').count() == 1
    figures_are(page, widget)


def test_the_window_comes_first_and_paper_has_all(chromium, tmp_path):
    """Where the browser is never idle, only what is near the window draws, until the page is printed."""
    bodies = [example(name)._repr_mimebundle_()[0]["text/html"] for name in ("BatchNorm", "Schedules", "Quiz")]
    busy = "<script>window.requestIdleCallback = () => 0</script>"
    (tmp_path / "page.html").write_text(SHELL.format(busy + "<p style='height: 9000px'></p>".join(bodies)), "utf-8")
    page = chromium.new_page(viewport={"width": 860, "height": 900})
    page.goto((tmp_path / "page.html").as_uri())
    alive = page.locator("[data-widget]")
    page.locator("[data-widget=batch-norm]").wait_for()
    assert alive.count() == 1
    page.mouse.wheel(0, 8500)
    page.locator("[data-widget=schedules]").wait_for()
    assert alive.count() == 2
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert alive.count() == 3
    page.close()


@every_widget
def test_every_setting_has_one_control_with_a_name(still, name):
    widget = example(name)
    page = still(widget)
    for row in widget.table.values():
        assert page.control(row.name).count() == 1 or not row.control, row.name
    nameless = """es => es.filter(e => !e.labels?.length && !e.ariaLabel && !e.textContent
                                       && !e.hasAttribute("aria-labelledby")).map(e => e.outerHTML)"""
    assert page.page.locator("main :is(input, select, button)").evaluate_all(nameless) == []


@every_widget
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(still, name, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = still(example(name)).page
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    page.evaluate("document.body.style.background = 'light-dark(#fff, #14181d)'")
    page.evaluate(f"document.documentElement.style.colorScheme = '{theme}'")
    page.evaluate("document.querySelector('h1').remove()")  # the page's own text is not what is judged
    found = Axe().run(page, context=".iw").response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []


@every_widget
@pytest.mark.parametrize("width", [360, 1100])
def test_nothing_sticks_out_sideways(still, name, width):
    page = still(example(name), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = "[...document.querySelectorAll('.iw, .iw-tablewrap')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert page.evaluate(cut) == 0


@every_widget
def test_without_scripts_its_first_state_can_be_read(still, name):
    widget = example(name)
    text = still(widget, scripts=False).text("main")
    assert widget.TITLE in text
    for label in widget.FIGURES.values():
        assert label in text


def settings_a_slider_can_take(widget, rng) -> dict:
    settings = random_settings(widget, rng)
    for row in widget.table.values():
        if row.kind == "float":
            steps = round((settings[row.name] - row.min) / row.step)
            settings[row.name] = round(min(row.min + steps * row.step, row.max), 10)
    return settings


@linked_widgets
def test_a_copied_link_restores_the_setting_in_another_page(still, name):
    settings = settings_a_slider_can_take(example(name), random.Random(f"link {name}"))
    changed = example(name, **settings)
    first = still(changed)
    first.page.click('[data-action="copy"]')
    fragment = first.page.url.split("#")[1]
    assert fragment.startswith(changed.KIND)
    figures_are(still(example(name), fragment=fragment), changed)


@linked_widgets
def test_reset_returns_to_what_python_gave(still, name):
    settings = settings_a_slider_can_take(example(name), random.Random(f"reset {name}"))
    fragment = "&".join(f"{example(name).KIND}.{key}={value}" for key, value in settings.items())
    page = still(example(name), fragment=fragment)
    page.page.click('[data-action="reset"]')
    figures_are(page, example(name))


@linked_widgets
def test_a_forged_link_is_clamped_and_never_run(still, name):
    widget = example(name)
    evil = "<img src=x onerror=\"document.title='owned'\">"
    rows = widget.table.values()
    forged = "&".join([*(f"{widget.KIND}.{row.name}={evil}" for row in rows), f"{widget.KIND}.__proto__={evil}"])
    page = still(widget, fragment=forged)
    figures_are(page, widget)
    assert page.page.title() == "A page with widgets"
    assert page.page.locator("main img:not([src^='data:image/jpeg'])").count() == 0

    numbers = [row for row in rows if row.kind in ("int", "float")]
    far = still(widget, fragment="&".join(f"{widget.KIND}.{row.name}=1e99" for row in numbers))
    figures_are(far, example(name, **{row.name: row.max for row in numbers}))


@linked_widgets
def test_a_locked_setting_has_no_control_and_no_link_changes_it(still, name):
    row = next(row for row in example(name).table.values() if row.control)
    widget = example(name, lock=[row.name])
    page = still(widget, fragment=f"{widget.KIND}.{row.name}={row.max}")
    assert page.control(row.name).count() == 0
    figures_are(page, widget)


@every_widget
def test_two_in_one_page_do_not_share_a_link(still, name):
    widget = example(name)
    page = still(widget, widget).page
    ids = page.locator("[data-widget-id]").evaluate_all("es => es.map(e => e.dataset.widgetId)")
    first = widget._spec["id"]
    assert ids == [first, f"{first}-2"]
