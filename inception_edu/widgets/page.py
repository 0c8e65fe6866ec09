"""Built front ends: what a notebook loads of one, and the HTML in which a page carries it.

`make widgets` builds every ``src/NAME.js`` into one ``static/NAME.js`` that imports nothing. A live notebook loads that
file and takes its default export; a page carries the same text as an inline script, since a page opened from a folder
may load no module from another file. The script mounts every place of its page that waits for it, so it depends on no
setting, and one copy of it serves all widgets of its kind.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "static"


@cache
def front_end(name: str) -> str:
    """The text of the built ES module of the front end `name`.

    Raises:
        FileNotFoundError: there is none; the message says how to build it.
    """
    path = FOLDER / f"{name}.js"
    if not path.is_file():
        raise FileNotFoundError(f"no built front end {path}: run `make widgets` in a checkout with Node.js")
    return path.read_text(encoding="utf-8")


def script_json(value: Any) -> str:
    """JSON that may stand inside a <script> element: nothing in it can end the element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def page_html(name: str, state: dict[str, Any], fallback: str) -> str:
    """HTML that lives on its own in any page.

    Args:
        name: which front end.
        state: what it shows: everything that its model is asked for.
        fallback: HTML to read where no script runs; the front end replaces it.
    """
    return (
        f'<div class="inception-widget" data-front="{name}">{fallback}'
        f'<script type="application/json">{script_json(state)}</script></div>\n'
        f'<script type="module">\n{front_end(name)}</script>\n'
    )
