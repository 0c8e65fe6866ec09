"""Pages made of nothing but widgets' own HTML, opened from a file with the network cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inception_edu import widgets
from inception_edu.widgets.page import front_end

from .examples import network, pictures

SHELL = (
    '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A page with widgets</title>'
    '<meta name="viewport" content="width=device-width"></head>'
    '<body style="margin: 12px; font-family: sans-serif"><main><h1>A page</h1>{}</main></body></html>'
)

FOLDER = Path(widgets.__file__).parent
SITE = "http://front.ends/"  # an address that no request leaves the browser for: FOLDER answers
RUN = """async ([address, calls, more]) => {
  const module = await import(address);
  const call = ([name, args]) => (module[name] ?? module.default[name])(...args, ...more);
  const strange = (value) => typeof value === "function" || (typeof value === "number" && !Number.isFinite(value));
  const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : strange(value) ? String(value) : value);
  return JSON.stringify(calls.map(call), plain);
}"""


def answer(route) -> None:
    """Answer a request for a module; a style sheet, which only a build can import, is an empty one."""
    path = FOLDER / route.request.url.removeprefix(SITE)
    if path.parent == FOLDER / "static":
        text = front_end(path.stem)
    else:
        text = path.read_text(encoding="utf-8") if path.suffix == ".js" else "export default '';"
    route.fulfill(body=text, content_type="text/javascript")


class Page:
    """A browser page opened from a file: what went wrong in it, and short ways to its controls and figures."""

    def __init__(self, page, path: Path, scripts: bool = True):
        self.page, self.path, self.scripts, self.problems = page, path, scripts, []
        page.set_default_timeout(30_000)  # of a machine that is busy with other tests
        page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "request",
            lambda r: self.problems.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None,
        )

    def open(self, fragment: str = "") -> Page:
        self.page.goto(f"{self.path.as_uri()}{'#' + fragment if fragment else ''}")
        return self.drawn()

    def reload(self) -> Page:
        self.page.reload()
        return self.drawn()

    def drawn(self) -> Page:
        """When every widget has: those in the window do so first, the others when there is time."""
        if self.scripts:
            self.page.wait_for_function("!document.querySelector('[data-front]')")
        return self

    def control(self, name: str):
        return self.page.locator(f'[data-control="{name}"]')

    def exact(self, name: str):
        """The field beside a slider, where its number can be typed."""
        return self.page.locator(f'[data-exact="{name}"]')

    def set(self, **values) -> None:
        """Set controls as a reader would: drag a slider, type a number, choose from a list, click a box."""
        for name, value in values.items():
            control = self.control(name)
            if control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(str(value))
            elif control.get_attribute("type") == "checkbox":
                control.set_checked(value)
            elif control.get_attribute("data-scale"):  # its slider stands at places, not at values
                self.exact(name).fill(str(value))
            else:
                control.fill(str(value))

    def number(self, name: str) -> float | None:
        text = self.page.locator(f'[data-value="{name}"]').first.get_attribute("data-number")
        return json.loads(text) if text else None

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()


@pytest.fixture
def still(chromium, tmp_path):
    """Open widgets in a page without a kernel: ``still(widget, …, width=360, scripts=True)``."""
    contexts = []

    def make(*widgets, width: int = 860, scripts: bool = True, fragment: str = "", html: str | None = None) -> Page:
        body = html if html is not None else "".join(w._repr_mimebundle_()[0]["text/html"] for w in widgets)
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(SHELL.format(body), encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, offline=True
        )
        contexts.append(context)
        opened = Page(context.new_page(), path, scripts)
        pages.append(opened)
        return opened.open(fragment)

    pages: list[Page] = []
    yield make
    for context in contexts:
        context.close()
    assert [problem for page in pages for problem in page.problems] == []


@pytest.fixture(scope="module")
def javascript(chromium):
    """Call functions of a module, source or built: ``javascript("src/shared/format.js", [[name, arguments], …])``.

    A name is looked for among the module's exports, then in its default export; `more` arguments are given to all.
    """
    page = chromium.new_page()
    page.route(f"{SITE}**", answer)
    page.route(SITE, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(SITE)

    def run(module: str, calls: list, *more) -> list:
        return json.loads(page.evaluate(RUN, [SITE + module, calls, more]))

    yield run
    page.close()


@pytest.fixture(scope="module")
def shipped():
    """A view inside the network that travels with the package."""
    pytest.importorskip("torch")
    return widgets.InsideView()


@pytest.fixture(scope="module")
def small():
    """A view inside a network that is quick."""
    pytest.importorskip("torch")
    return widgets.InsideView(network(), pictures())


@pytest.fixture
def opened(still):
    """A page in which the network has spoken."""

    def make(widget, **how):
        page = still(widget, **how)
        page.page.wait_for_selector("[data-ready]")
        return page

    return make
