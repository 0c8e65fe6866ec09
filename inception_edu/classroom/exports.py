"""Tables that schools load: one of our own, one for Moodle, one for Canvas. No cell of them is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..files import write_atomically
from .grade_book import GradeBook

__all__ = ["safe", "write_canvas", "write_grades", "write_moodle"]

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "|")


def write_grades(book: GradeBook, path: str | Path) -> None:
    """Every student with points by exercise. An empty cell is missing; ``?`` is to be read or was not run."""
    header = ["id", "name", "points", "of", "to_read", "late", "files", *(e.id for e in book.exercises)]
    rows = []
    for person in book.roster.people:
        results = [book.result(person, exercise) for exercise in book.exercises]
        cells = [{"missing": "", "kept": "?", "not run": "?"}.get(found.state, found.points) for found in results]
        late, files = "late" if book.is_late(person) else "", len(book.places.get(person, []))
        sums = [book.points(person), book.of, book.to_read(person), late, files]
        rows.append([person.names[0], person.name, *sums, *cells])
    _write(path, header, rows)


def write_moodle(book: GradeBook, path: str | Path, title: str = "inception-edu") -> None:
    """The roster's own columns, by which Moodle finds its users, and the points: *Grades, Import, CSV file*."""
    rows = [
        [*(person.row.get(column, "") for column in book.roster.header), book.points(person)]
        for person in book.roster.people
    ]
    _write(path, [*book.roster.header, title], rows)


def write_canvas(book: GradeBook, path: str | Path, title: str = "inception-edu") -> None:
    """The columns that Canvas's grade book imports; from a roster that it exported, with its own identifiers."""
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    own = "Student" in book.roster.header
    rows: list[list[Any]] = [["    Points Possible", "", "", "", "", book.of]]
    for person in book.roster.people:
        kept = [person.row.get(column, "") for column in columns]
        rows.append([*(kept if own else [person.name, "", person.names[0], "", ""]), book.points(person)])
    _write(path, [*columns, title], rows)


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    if not isinstance(cell, str):
        return cell
    text = "".join(letter if letter.isprintable() else " " for letter in cell.encode("utf-8", "replace").decode())
    return f"'{text}" if text.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else text


def _write(path: str | Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(map(safe, header))
    for row in rows:
        table.writerow(map(safe, row))
    write_atomically(path, text.getvalue().encode("utf-8-sig"))
