"""From ES modules beside each other to one text: what a notebook's front end loads, and what a page carries inline.

A page opened from a folder may not import one file from another, and anywidget takes one module a widget. So the
modules stay apart on disk, where they can be read and checked, and are joined here without a bundler: each becomes a
function scope that returns its exports, placed after the scopes that it needs.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import ?\{([^}]*)\} ?from "(\./[\w./]+)";\n?', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


_ASIDE = re.compile(r"^\s*(?://.*|/\*\*[\s\S]*?\*/)\n", re.MULTILINE)
_TEMPLATE = "`[^`$]*`"
for _ in range(3):  # templates within templates
    _TEMPLATE = rf"`(?:[^`$]|\$(?!\{{)|\$\{{(?:[^`{{}}]|\{{[^{{}}]*\}}|{_TEMPLATE})*\}})*`"
_LITERAL = re.compile(rf'("[^"]*"|(?<=[(,=]) ?/[^ /](?:\\.|[^/\\])*/|{_TEMPLATE})|\s+//.*')


def text(path: Path) -> str:
    """What is shipped of a module: all but comments, and spaces and line ends that nobody needs.

    So no string of a module may run over a line's end (a test sees to it).
    """
    source = re.sub(r"^\s+", "", _ASIDE.sub("", path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    if path.suffix == ".css":
        return re.sub(r" ?([{};,]) ?|(?<=:) ", r"\1", source)
    lines = "".join(map(_squeezed, source.splitlines(keepends=True)))
    return re.sub(r"(?<=[;,{(\[])\n(?!export|import|$)", "", lines)  # those two are found where lines begin


def _squeezed(line: str) -> str:
    """A line of code without the spaces beside operators; strings, templates and patterns stay as they are."""
    parts = _LITERAL.split(line)  # code, literal, code, … with None for a comment
    if any("`" in code or '"' in code for code in parts[::2]):
        return line
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r" ?(=>|[-+](?= [^-+])|[{}(),;:?=<>*%&|/[\]]+) ?", r"\1", parts[i])
    return "".join(part or "" for part in parts)


def _scope(path: Path) -> str:
    return "$" + re.sub(r"\W", "_", path.name)


def _bind(path: Path, source: str) -> str:
    """Turn the imports of a module into names taken from the scopes of what it imports."""
    return _IMPORT.sub(lambda m: f"const {{{m[1].replace(' as ', ': ')}}} = {_scope(path.parent / m[2])};\n", source)


def _collect(path: Path, scopes: dict[Path, str]) -> None:
    """Add the scope of the module at `path` to `scopes`, after the scopes of all that it imports."""
    source = text(path)
    if path.suffix == ".css":
        scopes[path] = f"const {_scope(path)} = {{ STYLE: {json.dumps(source, ensure_ascii=False)} }};\n"
        return
    for _, target in _IMPORT.findall(source):
        imported = (path.parent / target).resolve()
        if imported not in scopes:
            _collect(imported, scopes)
    exports = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _bind(path, source))
    scopes[path] = f"const {_scope(path)} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


@cache
def esm(entry: str) -> str:
    """The ES module `entry` of this folder with all that it imports: what anywidget loads."""
    path = FOLDER / entry
    scopes: dict[Path, str] = {}
    _collect(path, scopes)
    del scopes[path]
    return "".join(scopes.values()) + _bind(path, text(path))


@cache
def _inline(entry: str) -> str:
    """The same module for a page: its default export is called `front`, and `mount` stands beside it."""
    host: dict[Path, str] = {}
    _collect(FOLDER / "shared/host.js", host)
    module = esm(entry).replace("\nexport default ", "\nconst front = ")
    return "".join(host.values()) + "const { mount } = $host_js;\n" + module


def script_json(value: Any) -> str:
    """JSON that may stand inside a <script> element: nothing in it can end the element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def page_html(entry: str, state: dict[str, Any], fallback: str) -> str:
    """HTML that lives on its own in any page: `fallback` to read, and the module that replaces it, run on `state`."""
    data = script_json(state)
    token = hashlib.sha256((entry + data).encode()).hexdigest()[:12]
    return (
        f'<div class="inception-widget" data-host="{token}">{fallback}</div>\n'
        f'<script type="module">\n{_inline(entry)}mount(front, "{token}", {data});\n</script>\n'
    )
