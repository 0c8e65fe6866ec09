"""The built pages as text: nothing from another host, no dead link, words for every picture."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest

from tests.book.conftest import ROOT

REMOTE = re.compile(r"^(https?:)?//", re.IGNORECASE)
# Elements and the attribute from which a browser loads without being asked.
LOADS = [("script", "src"), ("img", "src"), ("img", "srcset"), ("source", "src"), ("source", "srcset")]
LOADS += [
    ("iframe", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("embed", "src"),
    ("object", "data"),
    ("image", "href"),
]
LARGEST_PAGE = 3_000_000  # bytes


def test_page_loads_nothing_from_another_host(soup, page):
    remote = [
        str(e)[:200]
        for name, attribute in LOADS
        for e in soup(page).find_all(name)
        if REMOTE.match(e.get(attribute, ""))
    ]
    remote += [
        str(e)[:200]
        for e in soup(page).find_all("link")
        if REMOTE.match(e.get("href", "")) and not {"canonical", "author", "license"} & set(e.get("rel", []))
    ]
    styles = [e.get_text() for e in soup(page).find_all("style")]
    styles += [e["style"] for e in soup(page).find_all(style=True)]
    remote += [
        found for text in styles for found in re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)|@import[^;]*//", text)
    ]
    assert remote == []


def test_a_widgets_state_is_on_its_page_once(soup, page):
    assert soup(page).find_all("script", type="application/vnd.jupyter.widget-state+json") == []


def test_style_sheets_load_nothing_from_another_host(html):
    for path in html.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)|@import[^;]*//", text) == [], path


def test_scripts_import_nothing_from_another_host(html):
    for path in html.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"(?:from|import)\s*\(?\s*[\"'](?:https?:)?//[^\"']*", text) == [], path


def test_links_within_the_book_resolve(html, soup, anchors, page):
    dead = []
    for link in soup(page).find_all("a", href=True):
        target = urlsplit(link["href"])
        if target.scheme or target.netloc:
            continue
        path = (html / page).parent / unquote(target.path) if target.path else html / page
        if not path.exists():
            dead.append(link["href"])
        elif target.fragment and path.suffix == ".html":
            name = path.resolve().relative_to(html.resolve()).as_posix()
            widget, _, setting = unquote(target.fragment).partition(".")
            if "=" in setting:  # a link to a widget in a certain state
                found = widget.replace("-", "_") in anchors(name, "data-front")
            else:
                found = unquote(target.fragment) in anchors(name, "id")
            if not found:
                dead.append(link["href"])
    assert dead == []


def test_every_picture_has_words(soup, page):
    article = soup(page).find("article")
    for picture in article.find_all("img"):
        alt = picture.get("alt", "")
        assert len(alt.split()) >= 3, f"no words for {str(picture)[:200]}"
    for drawing in article.select(".inception-figure svg"):
        assert len(drawing.get("aria-label", "").split()) >= 3


def test_mathematics_is_mathml(soup, page):
    article = soup(page).find("article")
    for formula in article.select(".math"):
        assert formula.find("math"), formula
    for element in article.find_all(["pre", "code", "math", "svg", "script", "style"]):
        element.extract() if element.name in ("script", "style") else None
    words = " ".join(
        text for text in article.find_all(string=True) if not text.find_parent(["pre", "code", "math", "svg"])
    )
    assert not re.search(r"\$[^$\s][^$]*\$|\\(frac|times|text|cdot)\b", words)


def test_page_is_light(html, page):
    assert (html / page).stat().st_size < LARGEST_PAGE


def test_chapter_warns_of_nothing(html, chapter):
    """The build leaves out what a chapter wrote to stderr (progress bars, mostly); a Python warning is a mistake."""
    executed = ROOT / "_build" / "jupyter_execute" / "chapters" / chapter.name
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    errors = "".join("".join(output["text"]) for output in outputs if output.get("name") == "stderr")
    assert not re.search(r"^.*\b\w*Warning: .*$", errors, re.MULTILINE), errors


def test_chapter_shows_no_picture_without_words(html, chapter):
    executed = ROOT / "_build" / "jupyter_execute" / "chapters" / chapter.name
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            assert "image/png" not in output.get("data", {}), "show it with inception_edu.plots.show(fig, alt=...)"


def test_run_report_has_every_chapter(soup, chapter):
    table = soup("book/run_report.html").find("article").find("table")
    row = next((row for row in table.find_all("tr") if chapter.stem in row.get_text()), None)
    assert row is not None
    assert re.search(r"\d+(\.\d+)?", row.find_all("td")[-2].get_text()), "a run time"


def test_colab_button(soup, chapter):
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    owner_and_name = re.search(r"url: https://github\.com/(\S+)", config)[1]
    address = f"https://colab.research.google.com/github/{owner_and_name}/blob/main/chapters/{chapter.name}"
    page = f"chapters/{chapter.stem}.html"
    assert soup(page).find("a", href=address)


@pytest.mark.parametrize("word", ["inception", "convolut"])
def test_search_knows(html, word):
    assert word in (html / "searchindex.js").read_text(encoding="utf-8")
