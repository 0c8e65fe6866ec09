"""Take the pictures of the built book: the README's, two pages side by side, and the gallery's, one of each widget.

`make picture` runs this. It needs Chromium.
"""

import io
import sys
from pathlib import Path

from browser import DRAWN, open_browser
from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
STATIC = ROOT / "book" / "_static"
PICTURE = STATIC / "book.png"
WIDGETS = STATIC / "widgets"
# Page, light or dark, and the heading that is to stand at the top.
VIEWS = [
    ("book/index.html", "light", None),
    ("chapters/03_inception_module.html", "dark", "#the-reduced-module"),
]
WIDTH, TALLEST = 480, 420  # pixels of a widget's picture
LATER = {"inside-view": "13_looking_inside"}  # the chapter whose picture is taken, where it is not the first
# The page's buttons would stand before a widget; parts that are laid out only when they come into view would move it.
STILL = """:is(.bd-header-article, #pst-skip-link) { display: none !important; }
* { content-visibility: visible !important; }"""


def take_pages(browser: Browser) -> None:
    """The README's picture."""
    frames = ""
    for name, scheme, fragment in VIEWS:
        window = browser.new_page(viewport={"width": 1180, "height": 860}, color_scheme=scheme)
        window.goto((HTML / name).as_uri())
        if fragment:
            window.locator(fragment).evaluate("element => element.scrollIntoView()")
        window.wait_for_timeout(500)  # the theme fades its colours in
        shot = HTML.parent / f"{scheme}.png"
        window.screenshot(path=shot)
        frames += f'<img src="{shot.as_uri()}">'
    sheet = HTML.parent / "picture.html"
    sheet.write_text(
        "<style>body { margin: 0; padding: 24px; display: flex; gap: 24px; background: #eeede8 }"
        "img { width: 50%; min-width: 0; border-radius: 10px; box-shadow: 0 2px 14px #0003 }</style>" + frames,
        encoding="utf-8",
    )
    window = browser.new_page(viewport={"width": 1480, "height": 600})
    window.goto(sheet.as_uri())
    box = window.locator("img").first.bounding_box()
    assert box is not None
    window.set_viewport_size({"width": 1480, "height": round(box["y"] + box["height"] + 24)})
    window.screenshot(path=PICTURE)


def take_widgets(browser: Browser) -> int:
    """The gallery's pictures: each widget as the first chapter that is about it shows it first. Returns how many."""
    WIDGETS.mkdir(exist_ok=True)
    taken = set()
    window = browser.new_page(viewport={"width": 800, "height": 900}, color_scheme="light")
    for page in sorted((HTML / "chapters").glob("*.html")):
        window.goto(page.as_uri())
        window.add_style_tag(content=STILL)
        window.wait_for_function(DRAWN)
        if window.locator("[data-widget=inside-view]").count():
            window.locator("[data-ready]").first.wait_for()  # its network has spoken
        for widget in window.locator("article [data-widget]").all():
            kind = widget.get_attribute("data-widget") or ""
            if kind not in taken and LATER.get(kind, page.stem) == page.stem and widget.is_visible():
                picture = Image.open(io.BytesIO(widget.screenshot())).convert("RGB")
                height = round(picture.height * WIDTH / picture.width)
                picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
                picture.crop((0, 0, WIDTH, min(height, TALLEST))).save(
                    WIDGETS / f"{kind}.jpg", quality=72, optimize=True
                )
                taken.add(kind)
    return len(taken)


def main() -> int:
    with open_browser() as browser:
        take_pages(browser)
        count = take_widgets(browser)
    print(f"{PICTURE.relative_to(ROOT)} and {count} widgets in {WIDGETS.relative_to(ROOT)} are taken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
