"""The built book in a real browser, opened from its folder, with no network at all."""

from urllib.parse import quote, unquote

import pytest
from browser import DRAWN

from tests.book.conftest import NAMES

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Reader:
    """A browser window and what went wrong in it."""

    def __init__(self, chromium, html, viewport, color_scheme="light"):
        self.html, self.problems = html, []
        self.context = chromium.new_context(viewport=viewport, color_scheme=color_scheme, offline=True)
        self.page = self.context.new_page()
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.problems.append(m.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", self.not_loaded)
        self.page.on("request", self.local_only)

    def not_loaded(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before it came
            self.problems.append(f"not loaded: {request.url}")

    def local_only(self, request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")

    def open(self, name: str):
        self.page.goto((self.html / name).as_uri(), wait_until="load")
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_function(DRAWN)
        return self.page


@pytest.fixture
def reader(chromium, html):
    """Open a window with ``reader(viewport, color_scheme)``; at the end nothing may have gone wrong in it."""
    readers = []

    def make(viewport=WIDE, color_scheme="light") -> Reader:
        readers.append(Reader(chromium, html, viewport, color_scheme))
        return readers[-1]

    yield make
    for each in readers:
        each.context.close()
    assert [problem for each in readers for problem in each.problems] == []


def boxes(page, selector: str) -> list[dict]:
    """The size of every element of a page that is not in a folded part of it."""
    return page.eval_on_selector_all(
        selector,
        """elements => elements
            .filter(element => !element.closest("details:not([open])"))
            .map(element => ({ html: element.outerHTML.slice(0, 99), ...element.getBoundingClientRect().toJSON() }))""",
    )


def test_page_opens_whole(reader, page):
    window = reader().open(page)
    for selector, least in [("article math", 3), ("article .inception-figure svg", 100), ("article img", 20)]:
        for box in boxes(window, selector):
            assert box["width"] >= least, box
            assert box["height"] >= least, box
    broken = (
        "images => images.filter(image => image.complete && !image.naturalWidth).map(image => image.src.slice(0, 99))"
    )
    assert window.eval_on_selector_all("img", broken) == []


WIDE_FONT = """:root { --inception-sans: "DejaVu Sans", Verdana, sans-serif !important;
    --inception-prose: "DejaVu Sans", Verdana, sans-serif !important; }"""


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_page_fits_its_window(reader, page, viewport):
    """In a wide font, too: what is wider than the window must be in a box of its own that scrolls."""
    window = reader(viewport).open(page)
    window.add_style_tag(content=WIDE_FONT)
    assert window.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    escaped = window.evaluate(
        """() => [...document.querySelectorAll("article *")].filter(element => {
            if (element.getBoundingClientRect().right <= innerWidth + 1) return false;
            for (let box = element.parentElement; box && box.tagName !== "ARTICLE"; box = box.parentElement)
                if (["auto", "scroll", "hidden"].includes(getComputedStyle(box).overflowX)
                    && box.getBoundingClientRect().right <= innerWidth + 1) return false;
            return !["auto", "scroll"].includes(getComputedStyle(element).overflowX);
        }).map(element => element.outerHTML.slice(0, 120))"""
    )
    assert escaped == []


def test_code_that_teaches_fits_its_box(reader, chapter):
    """At 1280 pixels no line of visible code is cut; what is folded may scroll."""
    window = reader(WIDE).open(f"chapters/{chapter.stem}.html")
    cut = window.eval_on_selector_all(
        "article div.cell_input pre",
        """found => found.filter(pre => !pre.closest("details") && pre.scrollWidth > pre.clientWidth + 1)
            .map(pre => pre.textContent.split("\\n").sort((a, b) => b.length - a.length)[0])""",
    )
    assert cut == []


LUMINANCE = """color => {
    let [r, g, b, alpha = 1] = color.match(/[\\d.]+/g).map(Number);
    if (color.startsWith("color(")) [r, g, b] = [r, g, b].map(value => 255 * value);
    const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    return alpha === 0 ? null : 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}"""


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_words_stand_out(reader, page, color_scheme):
    """Text of the page, its tables and its figures against the first background behind it: 4.5:1 as WCAG AA asks."""
    window = reader(color_scheme=color_scheme).open(page)
    assert window.evaluate("document.documentElement.dataset.theme") == color_scheme
    faint = window.evaluate(
        f"""() => {{
        const luminance = {LUMINANCE};
        const background = element => {{
            for (let box = element; box; box = box.parentElement) {{
                const value = luminance(getComputedStyle(box).backgroundColor);
                if (value !== null) return value;
            }}
            return 1;
        }};
        // Words inside a widget's bars stand on the bar: the widgets' own tests look at those.
        const kinds = "p, li, h1, h2, h3, td, th, figcaption, summary, a, mi, mn, mo, pre, svg text:not(.iw-inside)";
        const texts = `article :is(${{kinds}})`;
        return [...document.querySelectorAll(texts)].filter(element => {{
            if (!element.textContent.trim() || !element.getClientRects().length) return false;
            const style = getComputedStyle(element);
            const ink = luminance(element.matches("svg text") ? style.fill : style.color);
            const paper = element.matches("svg text") ? background(element.closest("svg")) : background(element);
            // A figure may write in its page's own colour upon its bars and pictures, which this cannot see.
            if (element.matches("svg text") && ink === paper) return false;
            return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05) < 4.5;
        }}).map(element => element.outerHTML.slice(0, 120));
        }}"""
    )
    assert faint == []


def test_theme_button_turns_the_figures_too(reader, soup):
    name = next((name for name in NAMES if soup(name).select(".inception-figure svg text")), None)
    if name is None:
        pytest.skip("no page has a figure")
    window = reader().open(name)
    ink = "getComputedStyle(document.querySelector('.inception-figure svg text')).fill"
    light = window.evaluate(ink)
    for _ in range(3):  # auto, light, dark in turn
        window.locator(".theme-switch-button:visible").first.click()
        if window.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    assert window.evaluate(ink) != light


@pytest.mark.parametrize(
    "press",
    [
        pytest.param(lambda button: button.click(), id="mouse"),
        pytest.param(lambda button: button.press("Enter"), id="keyboard"),
        pytest.param(lambda button: button.dispatch_event("click"), id="a first press without a move before it"),
    ],
)
def test_menus_of_the_header_open_at_the_first_press(reader, press):
    """Although what opens them is not loaded before the reader does something."""
    window = reader().open("book/index.html")
    loaded = "() => typeof bootstrap === 'object'"
    assert not window.evaluate(loaded)
    button = window.locator(".header-article-items__end .dropdown-toggle").first
    press(button)
    window.wait_for_function(loaded)
    button.locator("xpath=..").locator(".dropdown-menu").wait_for(state="visible", timeout=5000)
    assert button.get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize(
    ("question", "title", "excerpt"),
    [
        ("harder to build", None, "harder"),  # words of the text
        ("6,998,552", None, "6,998,552"),  # a number as it is printed
        ("6998552", None, "6,998,552"),  # and as one types it
        ("LabelSmoothing", None, "LabelSmoothing"),  # a class
        ('"inception (3x3)"', None, None),
        ("create_model", "inception_edu.create_model", "create_model"),  # a documented name
    ],
)
def test_search_finds_sections_from_a_folder(reader, html, question, title, excerpt):
    page = reader().page
    page.goto((html / "search.html").as_uri() + "?q=" + quote(question))
    results = page.locator("#search-results ul.search li")
    if excerpt is None:
        assert results.count() == 0
        assert "No section" in page.locator("#search-results [role=status]").inner_text()
        return
    assert any(excerpt in text for text in results.locator("p").all_inner_texts())
    assert excerpt in results.locator("mark").all_inner_texts()
    link = results.get_by_role("link", name=title, exact=True) if title else results.locator("a")
    anchor = unquote(link.first.get_attribute("href").partition("#")[2])
    link.first.click()
    page.wait_for_selector(f'[id="{anchor}"]', state="attached")
    assert page.url.startswith("file:")


def test_search_answers_while_one_types(reader, html):
    page = reader().page
    page.goto((html / "search.html").as_uri())
    assert page.locator("#search-results ul.search li").count() == 0
    page.locator('.bd-search-container input[name="q"]').fill("receptive field")
    assert page.locator("#search-results ul.search li").count() > 1


def test_first_page_leads_into_the_book(reader):
    each = reader()
    window = each.page
    window.goto((each.html / "index.html").as_uri())
    window.wait_for_url("**/book/index.html")
    assert window.locator("article h1").inner_text()
    window.locator("article a.next-page, .prev-next-area a.right-next").first.click()
    window.wait_for_load_state()
    assert window.locator("article h1").count() == 1


def test_solutions_unfold_by_keyboard(reader, chapter):
    window = reader().open(f"chapters/{chapter.stem}.html")
    summary = window.locator("article details:not(.hide) > summary").first
    summary.focus()
    window.keyboard.press("Enter")
    assert summary.evaluate("element => element.parentElement.open")
