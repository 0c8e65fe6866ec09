"""The slides of a chapter, in a real browser without a network."""

import pytest
import slides
from browser import DRAWN

from tests.conftest import missing

CHAPTER = "02_one_by_one_convolution"


@pytest.fixture(scope="module")
def decks(html, tmp_path_factory):
    """The folder of all decks."""
    if not slides.REVEAL.is_dir():
        missing("reveal.js (npm ci)")
    folder = tmp_path_factory.mktemp("decks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slides, "INTO", folder)
        assert slides.main() == 0
    return folder


@pytest.fixture(scope="module")
def deck(decks, chromium):
    """A deck that is shown, and what went wrong in it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    page, problems = context.new_page(), []
    page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.goto((decks / f"{CHAPTER}.html").as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.wait_for_function(DRAWN)
    yield page, problems
    context.close()


def test_every_chapter_has_a_deck(decks):
    found = {path.stem for path in decks.glob("*.html")}
    assert found == {path.stem for path in slides.EXECUTED.glob("[0-9]*.ipynb")}
    assert CHAPTER in found


def test_a_deck_needs_no_network(deck):
    page, problems = deck
    assert page.evaluate("Reveal.getTotalSlides()") > 20
    assert page.locator("math").count() > 0
    assert problems == []


def test_a_widget_is_alive_in_its_slide(deck):
    page, _ = deck
    place = page.evaluate(
        """() => { const at = Reveal.getIndices(document.querySelector("[data-widget=reduction-calculator]")
            .closest(".slides > section > section")); Reveal.slide(at.h, at.v); return at; }"""
    )
    assert place["h"] > 0
    widget = page.locator("[data-widget=reduction-calculator]").first
    before = widget.inner_text()
    widget.get_by_label("Kernel").first.press("ArrowLeft")
    assert widget.inner_text() != before


def test_no_solution_is_shown(deck):
    page, _ = deck
    titles = page.locator(".slides :is(h1, h2, h3, h4)").all_text_contents()
    assert any(title.startswith("Exercise") for title in titles)
    assert not any(title.startswith("Solution") for title in titles)
