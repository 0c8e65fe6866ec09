"""The class as pictures: in a notebook, and as a page of its own that loads nothing from anywhere."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from ..files import write_atomically
from ..plots import draw_class, show, use_style
from ..plots.figure import to_html
from .grade_book import GradeBook
from .strict_json import printable

__all__ = ["report", "write_report"]

SIGNS = {"right": "✓", "wrong": "✗", "unread": "?", "kept": "read", "not run": "code", "missing": "·"}

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1f2430, #e6e8ee); --paper: light-dark(#fff, #15181f);
  --inception-paper: var(--paper); --inception-ink: var(--ink); }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #8886; }
td.right { color: light-dark(#1c6e4a, #5bd09d); } td.wrong { color: light-dark(#943423, #f0907f); }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; } li { overflow-wrap: anywhere; }
"""


def report(book: GradeBook) -> Any:
    """Draw the class's result, for a notebook."""
    use_style()
    return show(_draw(book), alt=_words(book))


def write_report(book: GradeBook, path: str | Path, title: str = "The class") -> None:
    """Write the report as one HTML file.

    Args:
        book: the results.
        path: the file.
        title: its heading.
    """
    use_style()
    figure = to_html(_draw(book), _words(book))
    heads = "".join(f"<th scope='col' title='{_text(e.title)}'>{e.id}</th>" for e in book.exercises)
    rows = "".join(_row(book, person) for person in book.roster.people)
    common = "".join(
        f"<li><strong>{e.id} {_text(e.title)}</strong>: {count} × {_text(what)}</li>"
        for e in book.exercises
        for what, count in book.common(e)
        if count > 1
    )
    lists = [
        ("Wrong answers that were common", common),
        ("Missing", "".join(f"<li>{_text(person.name)}</li>" for person in book.missing)),
        ("Came twice", "".join(f"<li>{_text(person.name)}</li>" for person in book.twice)),
        ("Not as it should be", "".join(f"<li><code>{_text(p)}</code>: {_text(line)}</li>" for p, line in book.lines)),
        (
            "Code was run; what could not be prevented",
            "".join(f"<li>{_text(line)}</li>" for line in book.not_prevented),
        ),
    ]
    sections = "".join(f"<h2>{name}</h2><ul>{items}</ul>" for name, items in lists if items)
    signs = ", ".join(f"{sign} {state}" for state, sign in SIGNS.items())
    page = (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>{_text(title)}</title><style>{STYLE}</style><h1>{_text(title)}</h1>"
        f"<p>{_text(_words(book))}</p>{figure}"
        f"<h2>Student by student</h2><p>{signs}</p><div class='wide'><table><thead><tr><th scope='col'>student</th>"
        f"<th scope='col'>points of {book.of}</th>{heads}<th></th></tr></thead><tbody>{rows}</tbody></table></div>"
        f"{sections}</html>\n"
    )
    write_atomically(path, page.encode())


def _draw(book: GradeBook) -> Any:
    counts = {exercise.id: book.counts(exercise) for exercise in book.exercises}
    return draw_class(counts, [book.points(person) for person in book.places], book.of)


def _words(book: GradeBook) -> str:
    points = sorted(book.points(person) for person in book.places)
    middle = f" Half of them reached at least {points[len(points) // 2]} of {book.of} points." if points else ""
    who = f"{len(points)} of {len(book.roster.people)} students"
    return f"{who} handed in answers to {len(book.exercises)} exercises.{middle}"


def _row(book: GradeBook, person: Any) -> str:
    states = [book.result(person, exercise).state for exercise in book.exercises]
    cells = "".join(f"<td class='{state.replace(' ', '-')}' title='{state}'>{SIGNS[state]}</td>" for state in states)
    late = "late" if book.is_late(person) else ""
    return f"<tr><th scope='row'>{_text(person.name)}</th><td>{book.points(person)}</td>{cells}<td>{late}</td></tr>"


def _text(text: Any) -> str:
    """A text in HTML, without the marks of Markdown that remarks have."""
    return html.escape(re.sub("[*`]", "", printable(text, 300)), quote=True)
