"""Write the print edition: the whole built book as one PDF, with solutions at its end. `make pdf` runs this.

Chromium opens every page of the built book, so that what a page computes in the browser is in the print too; widgets
become pictures with their address. The pages are put together, printed, and printed once more with the numbers of the
pages in the contents. It needs Chromium.
"""

import base64
import html
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from browser import DRAWN, open_browser
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
SHEET = ROOT / "_build" / "print.html"
PDF = ROOT / "_build" / "inception-book.pdf"
STYLES = ("pygments.css", "book.css", "print.css")
LEFT_OUT = ("book/api.html", "book/run_report.html", "book/gallery.html")  # they belong to the screen
ANSWERED = ("exercise", "quiz", "progress")  # widgets that are no pictures
WIDTH = 720  # CSS pixels of a page while its widgets are taken
COLUMN = 657  # CSS pixels of the column of text: A4 less the margins in print.css
# Chromium makes a whole print smaller where anything in it is too wide: what is too wide is made smaller by itself.
FIT = """() => {
    const right = document.querySelector("article").getBoundingClientRect().right;
    for (const element of document.querySelectorAll("article :is(table, math, svg, img, pre)")) {
        const box = element.getBoundingClientRect();
        const width = Math.max(box.width, element.scrollWidth);
        if (box.left + width > right + 1) element.style.zoom = Math.max(0.4, (right - box.left) / width);
    }
}"""


@dataclass
class Part:
    """What one page gives: its place in the book, its text, and its solutions."""

    key: str
    title: str
    html: str
    solutions: list[dict[str, str]]
    caption: str = ""


def order(browser: Browser) -> list[tuple[str, str]]:
    """The pages as the first page's contents list them, each with the caption of the part that it begins."""
    page = browser.new_page()
    page.goto((HTML / "book" / "index.html").as_uri())
    found = page.evaluate(
        """() => [...document.querySelectorAll("nav.bd-links p.caption, nav.bd-links .toctree-l1 > a")]
            .map(e => e.matches("a") ? ["page", e.href] : ["caption", e.textContent.trim()])"""
    )
    page.close()
    base, pages, caption = HTML.as_uri() + "/", [], ""
    for kind, value in found:
        if kind == "caption":
            caption = value
        elif value.startswith(base) and (name := value.removeprefix(base).split("#")[0]) not in LEFT_OUT:
            pages.append((name, caption))
            caption = ""
    return pages


def take(page: Page, name: str, caption: str, printed: list[str], online: str) -> Part:
    """One page, ready for print; what links to pages that are not printed leads to the book online."""
    page.goto((HTML / name).as_uri(), wait_until="load")
    page.evaluate("document.documentElement.dataset.theme = 'light'; document.fonts.ready")
    page.wait_for_function(DRAWN)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    kinds = "".join(f":not([data-widget={kind}])" for kind in ANSWERED)
    for widget in page.locator(f"article [data-widget]{kinds}").all():
        picture = base64.b64encode(widget.screenshot(type="jpeg", quality=88)).decode()
        widget.evaluate("(e, data) => { e.dataset.picture = data }", f"data:image/jpeg;base64,{picture}")
    found = page.evaluate(
        Path(__file__).with_name("print_page.js").read_text(encoding="utf-8"),
        {"name": name, "printed": printed, "online": online},
    )
    return Part(found["key"], found["title"].strip(), found["html"], found["solutions"], caption)


def sheet(parts: list[Part], title: str, numbers: dict[str, int]) -> str:
    """The whole book as one page of HTML; numbers say on which page of the print a part begins, where that is known."""
    contents = []
    for part in parts:
        if part.caption:
            contents.append(f'<li class="print-part">{html.escape(part.caption)}</li>')
        ends = f"<span>{html.escape(part.title)}</span><span>{numbers.get(part.key, '')}</span>"
        contents.append(f'<li><a href="#{part.key}">{ends}</a></li>')
    styles = "\n".join((HTML / "_static" / name).read_text(encoding="utf-8") for name in STYLES)
    body = "".join(f'<section id="{part.key}">{part.html}</section>' for part in parts)
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{name}</title>'
        f'<style>{styles}</style></head><body><article class="bd-article"><div class="print-cover"><h1>{name}</h1>'
        "<p>The print edition. What moves, runs and answers back is in the book itself.</p></div>"
        f'<nav class="print-contents"><h1>Contents</h1><ol>{"".join(contents)}</ol></nav>{body}</article></body></html>'
    )


def solutions(parts: list[Part]) -> Part:
    """All solutions, chapter by chapter."""
    text = ["<h1>Solutions</h1>"]
    for part in parts:
        if part.solutions:
            text.append(f"<h2>{html.escape(part.title)}</h2>")
        for found in part.solutions:
            heading = f'<h3 id="solution-{found["of"]}"><a href="#{found["of"]}">{html.escape(found["title"])}</a></h3>'
            text.append(f'<div class="print-solution">{heading}{found["html"]}</div>')
    return Part("solutions", "Solutions", "".join(text), [], "")


def print_sheet(browser: Browser, text: str) -> None:
    """Write the PDF of an HTML page."""
    SHEET.write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": COLUMN, "height": 1000})
    page.emulate_media(media="print", color_scheme="light")
    page.goto(SHEET.as_uri(), wait_until="load")
    page.evaluate(FIT)
    page.pdf(path=PDF, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    page.close()


def page_numbers(parts: list[Part]) -> dict[str, int]:
    """On which page of the PDF each part begins, by the names that its links lead to."""
    reader = PdfReader(PDF)
    places = {name.lstrip("/"): place for name, place in reader.named_destinations.items()}
    found = {part.key: reader.get_destination_page_number(places[part.key]) for part in parts if part.key in places}
    return {key: 1 + before for key, before in found.items() if before is not None}


def main() -> int:
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    owner, name = config["repository"]["url"].rstrip("/").split("/")[-2:]
    online = f"https://{owner}.github.io/{name}/"  # where the workflow publishes
    with open_browser() as browser:
        window = browser.new_context(
            viewport={"width": WIDTH, "height": 1000}, color_scheme="light", device_scale_factor=2
        ).new_page()
        pages = order(browser)
        printed = [name for name, _ in pages]
        parts = [take(window, name, caption, printed, online) for name, caption in pages]
        parts.append(solutions(parts))
        print_sheet(browser, sheet(parts, config["title"], {}))
        print_sheet(browser, sheet(parts, config["title"], page_numbers(parts)))
    pages = len(PdfReader(PDF).pages)
    print(f"{PDF} has {pages} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
