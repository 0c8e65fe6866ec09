"""Take the README's picture: the built book's first page and a chapter, side by side, in light and dark.

`make picture` runs this. It needs Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
PICTURE = ROOT / "book" / "_static" / "book.png"
# Page, light or dark, and the heading that is to stand at the top.
VIEWS = [
    ("book/index.html", "light", None),
    ("chapters/03_inception_module.html", "dark", "#the-reduced-module"),
]


def main() -> int:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        print("Chromium is needed (on Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    frames = ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
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
        window.set_viewport_size({"width": 1480, "height": round(box["y"] + box["height"] + 24)})
        window.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE.relative_to(ROOT)} is taken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
