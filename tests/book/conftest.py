"""The book as its tests see it: sources, tools, and the pages that `make book` built."""

import os
import sys
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SOURCES = sorted([*(ROOT / "book").glob("*.md"), *CHAPTERS])
NAMES = [path.relative_to(ROOT).with_suffix(".html").as_posix() for path in SOURCES]

# The book's tools and its Sphinx extension are programs beside the text, not a package.
sys.path[:0] = [str(ROOT / "book" / "_tools"), str(ROOT / "book" / "_ext")]


def pytest_generate_tests(metafunc):
    """One test for each chapter or page, named after it."""
    if "chapter" in metafunc.fixturenames:
        metafunc.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", NAMES)


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built book."""
    if not (HTML / "index.html").exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the book is not built: make book")
    return HTML


@pytest.fixture(scope="session")
def soup(html):
    """The parsed page of a name, each page parsed once."""
    parsed = {}

    def parse(name: str) -> BeautifulSoup:
        if name not in parsed:
            parsed[name] = BeautifulSoup((html / name).read_text(encoding="utf-8"), "html.parser")
        return parsed[name]

    return parse


@pytest.fixture(scope="session")
def anchors(soup):
    """What links may lead to on the page of a name: the values of an attribute, each page searched once for it."""

    @cache
    def search(name: str, attribute: str) -> set[str]:
        return {element[attribute] for element in soup(name).find_all(attrs={attribute: True})}

    return search
