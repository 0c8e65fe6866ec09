"""The print edition, made of two built pages: one with everything, one that links to it."""

import re

import pytest
from bs4 import BeautifulSoup
from print_book import COLUMN, FIT, sheet, solutions, take

ONLINE = "https://example.org/book/"
PAGES = ("chapters/03_inception_module.html", "chapters/10_inception_v2_assembled.html")


@pytest.fixture(scope="module")
def parts(chromium, html):
    page = chromium.new_page(viewport={"width": 720, "height": 1000})
    taken = [take(page, name, "", list(PAGES), ONLINE) for name in PAGES]
    page.close()
    return [*taken, solutions(taken)]


@pytest.fixture(scope="module")
def printed(parts):
    return BeautifulSoup(sheet(parts, "A book", {parts[0].key: 7}), "html.parser")


def test_contents_name_the_parts_and_their_pages(parts, printed):
    lines = [line.get_text("|") for line in printed.select(".print-contents li")]
    assert lines == [f"{parts[0].title}|7", parts[1].title, "Solutions"]


def test_every_link_within_the_book_arrives(parts, printed):
    for link in printed.select("a[href^='#']"):
        assert printed.find(id=link["href"][1:]) is not None, link["href"]
    assert printed.select(f"a[href^='{ONLINE}chapters/11_']")  # a page that is not printed is read online
    names = [element["id"] for element in printed.select("[id]")]
    assert len(names) == len(set(names))


def test_nothing_is_folded_and_nothing_waits_for_a_script(printed):
    assert not printed.select("details, script, button, input")


def test_solutions_stand_at_the_end_under_their_exercises(parts, printed):
    last = printed.find(id="solutions")
    asked = [re.match(r"Exercise [\d.]+", h.get_text())[0] for h in printed.select("h3") if "Exercise" in h.get_text()]
    titles = [heading.get_text() for heading in last.select("h3")]
    assert len(titles) == sum(len(part.solutions) for part in parts) >= 12
    assert all(title.startswith("Exercise ") for title in titles)
    assert len(asked) == 2 * len(titles)
    assert all(solution.select("pre") for solution in last.select(".print-solution"))


def test_widgets_are_pictures_with_their_address(printed):
    widgets = printed.select("figure.print-widget")
    assert widgets
    for widget in widgets:
        assert widget.img["src"].startswith("data:image/jpeg;base64,")
        assert widget.a["href"].startswith(f"{ONLINE}chapters/")


def test_nothing_is_wider_than_the_column(chromium, tmp_path, parts):
    (tmp_path / "sheet.html").write_text(sheet(parts, "A book", {}), encoding="utf-8")
    page = chromium.new_page(viewport={"width": COLUMN, "height": 1000})
    page.emulate_media(media="print")
    page.goto((tmp_path / "sheet.html").as_uri())
    page.evaluate(FIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= COLUMN + 1
    page.close()
