"""Measure what a browser has to do with each page of the built book: bytes, nodes, time until ready, reactions.

    python benchmarks/pages.py [--book _build/html] [--pages 06_recipe index] [--rounds 3]

A page is opened from its folder, as it is and with a processor that is four times slower (the browser's own brake). It
is ready when every widget that the window shows has drawn, it is painted and the main thread has nothing to do. The
widgets further down follow when there is time, `drawn_ms` says until when. A widget reacts when what a key at its first
slider or list changes is painted. `work_ms` is the processor time of the main thread until all widgets are drawn: what
else runs on the machine changes it little. It needs Chromium. Without `--pages`, it writes benchmarks/pages.json. No
chapter reads that, so it stays out of the package: what was just built need not be built again because of it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, CDPSession, Page

from inception_edu.experiments.records import write_record

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_tools"))

from browser import DRAWN, open_browser  # noqa: E402

SLOWER = 4
WORK = {"script": "ScriptDuration", "layout": "LayoutDuration", "style": "RecalcStyleDuration"}

# Ready: two frames after the last widget in the window has drawn, when the browser says that it has nothing to do.
# Drawn: when the last widget of the page has.
OPENED = f"""new Promise((resolve) => {{
  let [ready, drawn] = [0, 0];
  const shown = (widget) => widget.getBoundingClientRect().top < innerHeight;
  const waiting = () => [...document.querySelectorAll("[data-front]")].some(shown) ? setTimeout(waiting, 5) : frames(2);
  const frames = (n) => n ? requestAnimationFrame(() => frames(n - 1)) : idle();
  const idle = () => requestIdleCallback((left) => left.timeRemaining() < 5 ? idle() : (ready = performance.now()));
  const ended = () => {{
    if ({DRAWN}) drawn ||= performance.now();
    if (ready && drawn) resolve([ready, drawn]);
    else setTimeout(ended, 5);
  }};
  const begin = () => {{ waiting(); ended(); }};
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}})"""

# From the key's event to the frame that shows what it changed.
LISTEN = """(control) => {
  window.reaction = new Promise((resolve) => control.addEventListener("input", (event) => {
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
      painted.port2.postMessage(null);
    });
  }, { once: true, capture: true }));
}"""


def open_page(browser: Browser, path: Path, slower: int) -> tuple[Page, CDPSession, list[Path]]:
    """A new window with the page, and the files that it loads."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
    page.set_default_timeout(120_000)
    loaded: list[Path] = []
    page.on("request", lambda request: loaded.append(Path(unquote(urlsplit(request.url).path))))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(path.as_uri(), wait_until="commit")
    return page, session, loaded


def opening(browser: Browser, path: Path, slower: int) -> dict[str, Any]:
    """One opening of a page: milliseconds since it was asked for, and what it holds."""
    page, session, loaded = open_page(browser, path, slower)
    ready, drawn = page.evaluate(OPENED)
    told = page.evaluate(
        """() => {
          const { domContentLoadedEventEnd, loadEventEnd } = performance.getEntriesByType("navigation")[0];
          return { parsed_ms: domContentLoadedEventEnd, loaded_ms: loadEventEnd };
        }"""
    )
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    work = {f"{name}_ms": 1e3 * metrics[key] for name, key in WORK.items()}
    nodes = page.evaluate("document.getElementsByTagName('*').length")
    page.context.close()
    files = {file for file in loaded if file.is_file()}
    return {
        "bytes": path.stat().st_size,
        "bytes_with_files": sum(file.stat().st_size for file in files),
        "nodes": nodes,
        "ready_ms": ready,
        "drawn_ms": drawn,
        **told,
        "work_ms": 1e3 * metrics["TaskDuration"],
        **work,
    }


def median(openings: list[dict[str, Any]]) -> dict[str, int]:
    """Of each figure."""
    return {key: round(statistics.median(each[key] for each in openings)) for key in openings[0]}


def reactions(browser: Browser, path: Path, keys: int = 5) -> dict[str, int]:
    """Milliseconds that each widget of a page takes on the slower processor: the median over some presses of a key."""
    page, _, _ = open_page(browser, path, SLOWER)
    page.evaluate(OPENED)
    found: dict[str, int] = {}
    for widget in page.locator("[data-widget]:not([data-widget=exercise])").all():
        control = widget.locator("input[type=range]:visible, select:visible").first
        if not control.count():
            continue
        control.scroll_into_view_if_needed()
        control.focus()
        page.wait_for_timeout(300)
        times = []
        for turn in range(keys):
            control.evaluate(LISTEN)
            page.keyboard.press("ArrowDown" if turn % 2 else "ArrowUp")
            took = "Promise.race([reaction, new Promise((end) => setTimeout(end, 2000, null))])"
            times.append(page.evaluate(took))
        told = [each for each in times if each is not None]  # at its end a slider does not move
        if told:
            found[widget.get_attribute("data-widget-id") or ""] = round(statistics.median(told))
    page.context.close()
    return found


def names(book: Path, words: list[str]) -> list[str]:
    """The pages of a built book, those of one of the words alone where there are any."""
    every = sorted(path.relative_to(book).as_posix() for path in book.glob("*/*.html") if "_static" not in path.parts)
    return [name for name in every if not words or any(word in name for word in words)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--book", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--pages", nargs="+", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    book, pages = chosen.book.resolve(), {}
    with open_browser() as browser:
        for name in names(book, chosen.pages):
            path = book / name
            plain = median([opening(browser, path, 1) for _ in range(chosen.rounds)])
            slow = median([opening(browser, path, SLOWER) for _ in range(chosen.rounds)])
            found = {key: plain.pop(key) for key in ("bytes", "bytes_with_files", "nodes")}
            slow = {key: value for key, value in slow.items() if key not in found}
            found |= {"as_it_is": plain, "slower": slow, "reactions_ms": reactions(browser, path)}
            pages[name.removesuffix(".html")] = found
            print(f"{name:46}", found, flush=True)
        figures = {
            "what": "what the browser has to do with each page of the book",
            "browser": browser.version,
            "rounds": chosen.rounds,
            "times_slower": SLOWER,
            "pages": pages,
        }
    if not chosen.pages:
        print(f"wrote {write_record('pages', figures, folder=ROOT / 'benchmarks')}")


if __name__ == "__main__":
    main()
