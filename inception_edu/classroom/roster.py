"""The list of a class, and whose a file is by the place where a learning platform put it.

A roster is CSV with a header: ``id``, ``name``, ``email`` in any of the words that Moodle's and Canvas's own lists use.
A column ``alias`` holds further names of a student, set apart by semicolons.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from ..exercises.exercise import plain_name
from .strict_json import printable

__all__ = ["Owner", "Person", "Roster", "load_roster"]

LARGEST = 20_000_000
COLUMNS = {
    "id": ("id", "student id", "student_id", "id number", "idnumber", "sis user id", "user id", "number"),
    "login": ("username", "user name", "login", "sis login id", "login id"),
    "name": ("name", "student", "student name", "full name", "fullname"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e-mail", "e-mail address", "mail"),
    "alias": ("alias", "aliases"),
}
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?.*")
CANVAS = re.compile(r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_.+")


@dataclass(frozen=True)
class Person:
    """A student.

    Attributes:
        name: as it is shown.
        names: every entry that the student may have written as name, the first of them the one that counts.
        row: the roster's row, by column.
    """

    name: str
    names: tuple[str, ...]
    row: dict[str, str] = field(hash=False, compare=False)

    def knows(self, typed: str) -> bool:
        """Whether a name is one of this student's."""
        return plain_name(typed) in map(plain_name, self.names)


@dataclass(frozen=True)
class Owner:
    """Whose a place is.

    Attributes:
        person: the student; None where the place says none, or one who is not on the roster.
        said: the name in the place that is on no roster, or on it more than once; empty where it says none.
        among: the students of that name, where there are several.
        late: the platform marked it as late.
    """

    person: Person | None = None
    said: str = ""
    among: tuple[Person, ...] = ()
    late: bool = False


class Roster:
    """A class.

    Args:
        people: its students.
        header: the roster's columns, in order.
    """

    def __init__(self, people: list[Person], header: list[str]):
        self.people, self.header = people, header
        self._of_canvas = {"Student", "ID"} <= set(header)  # whose files say that number
        self._names: dict[str, set[int]] = defaultdict(set)
        self._letters: dict[str, set[int]] = defaultdict(set)
        for number, person in enumerate(people):
            for name in person.names:
                self._names[plain_name(name)].add(number)
                self._letters[letters(name)].add(number)

    def named(self, name: str) -> list[Person]:
        """The students with that name; more than one where it is not unique."""
        return [self.people[number] for number in sorted(self._names.get(plain_name(name), ()))]

    def owner(self, place: str) -> Owner:
        """Whose a file is by its place: folders of Moodle, files of Canvas, names as Google Classroom and people write.

        The outermost name counts: what lies in a student's folder or archive is that student's. A class's archive
        may be called like a file of Canvas, ``hw_2027_03_01.zip``.
        """
        parts, unknown = place.split("/"), Owner()
        for depth, part in enumerate(parts):
            match = MOODLE.fullmatch(part) or ("." in part and CANVAS.fullmatch(part))
            if match:
                late = bool(match.groupdict().get("late"))
                people = self._called(match["name"])
                if len(people) != 1 and match.re is CANVAS and self._of_canvas:
                    people = self._called(match["id"]) or people
                if len(people) == 1:
                    return Owner(people[0], late=late)
                unknown = Owner(None, match["name"], tuple(people), late)
                if match.re is MOODLE or people or depth or len(parts) == 1:
                    return unknown
            stem = re.sub(r"(\.(json|ipynb|zip))+$", "", part, flags=re.IGNORECASE)
            for candidate in (stem, *stem.split(" - ")):
                people = self._called(candidate)
                if len(people) == 1:
                    return Owner(people[0])
                if people:
                    return Owner(None, candidate, tuple(people))
        return unknown

    def _called(self, text: str) -> list[Person]:
        """The students of that name, or of one with the same letters."""
        found = self._names.get(plain_name(text)) or (self._letters.get(letters(text)) if letters(text) else None)
        return [self.people[number] for number in sorted(found or ())]


def load_roster(path: str | Path) -> Roster:
    """Read a class's list.

    Raises:
        ValueError: one line: it is no CSV with a header that names students.
        OSError: it cannot be read.
    """
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is too large for a roster")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8: save it as “CSV UTF-8”") from None
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV: {error}") from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    columns = {part: _column(header, words) for part, words in COLUMNS.items()}
    if columns["id"] is None and columns["name"] is None and columns["email"] is None and columns["last"] is None:
        raise ValueError(f"{path} has no column id, name or email: its first line is {printable(first, 60)!r}")
    people = []
    for row in rows[1:]:
        person = _person({part: _cell(row, number) for part, number in columns.items()}, dict(zip(header, row)))
        if person is not None:
            people.append(person)
    if not people:
        raise ValueError(f"{path} names no student")
    return Roster(people, header)


def _column(header: list[str], words: tuple[str, ...]) -> int | None:
    lower = [cell.casefold() for cell in header]
    return next((lower.index(word) for word in words if word in lower), None)


def _cell(row: list[str], number: int | None) -> str:
    return " ".join(row[number].split()) if number is not None and number < len(row) else ""


def _person(found: dict[str, str], row: dict[str, str]) -> Person | None:
    name = found["name"] or f"{found['first']} {found['last']}".strip()
    if name == "Points Possible":  # the second line of Canvas's list
        return None
    turned = [name, f"{found['last']} {found['first']}".strip()]
    if name.count(",") == 1:  # “Lovelace, Ada”
        last, first = (part.strip() for part in name.split(","))
        turned += [f"{first} {last}", f"{last} {first}"]
    elif not found["last"] and " " in name:
        first, last = name.rsplit(" ", 1)
        turned.append(f"{last} {first}")
    names = [found["id"], *turned, found["email"], found["login"], *found["alias"].split(";")]
    names = tuple(dict.fromkeys(name for name in (" ".join(name.split()) for name in names) if name))
    return Person(name or names[0], names, row) if names else None


def letters(name: str) -> str:
    """The letters and digits of a name alone, as platforms write it into names of files."""
    return re.sub(r"[\W_]+", "", plain_name(name))
