"""Built front ends: what a notebook loads of one, and the HTML in which a page carries it.

`make widgets` builds every ``src/NAME.js`` into one ``static/NAME.js``, and what all of them share into
``static/shared.js``, by which it is run. A live notebook loads both as one module and takes its default export; a page
carries the same texts as inline scripts, since a page opened from a folder may load no module from another file. The
scripts mount every place of their page that waits for them, so they depend on no setting, and one copy of each serves
all widgets of its kind: ``data-once`` says of which text a script is a copy, and the book keeps the first
(``book/_ext/light.py``).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "static"
SHARED = "shared"


def front_end(name: str) -> str:
    """The text of the ES module of the front end `name`, which needs no other.

    Raises:
        FileNotFoundError: there is none; the message says how to build it.
    """
    return built(SHARED) + built(name)


@cache
def built(name: str) -> str:
    """The text of one built file."""
    path = FOLDER / f"{name}.js"
    if not path.is_file():
        raise FileNotFoundError(f"no built front end {path}: run `make widgets` in a checkout with Node.js")
    return path.read_text(encoding="utf-8")


def script_json(value: Any) -> str:
    """JSON that may stand inside a <script> element: nothing in it can end the element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def once(text: str, kind: str, mark: str = "") -> str:
    """A <script> element that a page needs once, whatever number of widgets bring it.

    Args:
        text: what it holds.
        kind: its type, such as ``module``.
        mark: by which it is known; by default it is made from the text.
    """
    mark = mark or hashlib.sha256(text.encode()).hexdigest()[:16]
    return f'<script type="{kind}" data-once="{mark}">{text}</script>\n'


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
        + once(built(SHARED), "module")
        + once(built(name), "module")
    )
