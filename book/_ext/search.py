"""A Sphinx extension that lets the reader search the book by section, from a folder as from a server.

Sphinx's own search knows pages, fetches them to show an excerpt, which a page opened from a folder may not do, and
passes over numbers. Here the text of every section goes into one script, `search_text.js`, which the search page loads
(`book/_static/search.js` reads it, `book/_templates/search.html` is the page).
"""

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup

FILE = "search_text.js"
HEAVY = re.compile(r"<(svg|script|style)\b.*?</\1>", re.DOTALL)  # drawings and the states of widgets: no text to read
NO_TEXT = ".headerlink, [data-widget], .claims-filter, .toctree-wrapper, summary, [hidden]"
SET_UP = "# Set-up, the same in every chapter"


def sections(page: str, body: str) -> list[list[str]]:
    """The places of a page in order, each as its address, the page's title, its own title and its text.

    A place is a section without its subsections, a documented name, or a claim of appendix A.
    """
    soup = BeautifulSoup(HEAVY.sub(" ", body), "html.parser")
    for math in soup.find_all("math"):
        math.replace_with(math.get("alttext", ""))
    for code in soup.find_all("pre"):
        text = code.get_text()
        code.replace_with("" if text.startswith(SET_UP) else text)
    for element in soup.select(NO_TEXT):
        element.decompose()

    def place(element, name, text):
        return [f"{page}#{element['id']}", title, words(name), words(text)]

    title = words(soup.h1.get_text()) if soup.h1 else page
    single = [place(row, row.td.next_element, row.get_text(" ")) for row in soup.select("tr[id^=claim-]")]
    for name in soup.select("dt.sig[id]"):
        single.append(place(name, name["id"], name.parent.get_text(" ")))
    for element in soup.select("tr[id^=claim-], dl.py"):
        element.extract()
    whole = []
    for section in reversed(soup.find_all("section", id=True)):  # the innermost first, and each is taken out
        heading = section.find(["h1", "h2", "h3", "h4"])
        if heading is not None:
            name = heading.extract().get_text()
            whole.append(place(section, name, section.extract().get_text(" ")))
    return [*reversed(whole), *single]


def words(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


def remember(app, pagename, templatename, context, doctree):
    """Keep the sections of a page that is being written."""
    if doctree is not None and "body" in context:
        kept = store(app) / f"{pagename.replace('/', '-')}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(sections(f"{pagename}.html", context["body"])), encoding="utf-8")


def store(app) -> Path:
    """Where sections are kept from build to build, for a build writes only the pages that changed."""
    return Path(app.doctreedir) / "search"


def write(app, exception):
    """Write all sections of the book, in the order of its pages' names."""
    if exception is None and app.builder.format == "html":
        names = {f"{name.replace('/', '-')}.json" for name in app.env.found_docs}
        files = sorted(file for file in store(app).glob("*.json") if file.name in names)
        every = [section for file in files for section in json.loads(file.read_text(encoding="utf-8"))]
        text = json.dumps(every, ensure_ascii=False, separators=(",", ":"))
        (Path(app.outdir) / "_static" / FILE).write_text(f"var BOOK_SECTIONS = {text};\n", encoding="utf-8")


def setup(app):
    app.connect("html-page-context", remember, priority=900)  # when the body is as it will be written
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
