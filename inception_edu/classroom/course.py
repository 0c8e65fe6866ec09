"""A course in a few lines of TOML: title, due date, chapters.

title = "Deep learning, spring 2027"
due = 2027-03-01T23:59:00+01:00
chapters = [2, 3, 8]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timezone
from pathlib import Path
from typing import Any

from ..arguments import quoted
from ..exercises import chapters as all_chapters

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Course", "load_course", "read_due"]

LARGEST = 100_000


@dataclass(frozen=True)
class Course:
    """What a teacher says about a course.

    Attributes:
        title: stands at the head of every student's notebook.
        due: when the answers are due; None where nothing is.
        chapters: the chapters that are set.
    """

    title: str = ""
    due: datetime | None = None
    chapters: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.title, str) or len(self.title) > 200 or "\n" in self.title:
            raise ValueError("title is one line of at most 200 letters")
        known = all_chapters()
        for number in self.chapters:
            if isinstance(number, bool) or not isinstance(number, int) or number not in known:
                raise ValueError(f"there are no exercises to chapter {number!r}; there are to {_list(known)}")
        if not self.chapters:
            object.__setattr__(self, "chapters", tuple(known))


def load_course(path: str | Path | None = None, **changes: Any) -> Course:
    """The course of a TOML file, with changes; without a file, all chapters and no date.

    Raises:
        ValueError: the file says something else than a course; the message names what.
        OSError: it cannot be read.
    """
    given: dict[str, Any] = {}
    if path is not None:
        path = Path(path)
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path} is too large for a course")
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except ValueError as error:
            raise ValueError(f"{path} is no TOML: {' '.join(str(error).split())}") from None
        for key in given:
            if key not in ("title", "due", "chapters"):
                raise ValueError(f"{path}: a course has no {quoted(key)}; it has title, due and chapters")
        if not isinstance(given.get("chapters", []), list):
            raise ValueError(f"{path}: chapters is a list of numbers, such as [2, 3, 8]")
    try:
        due = read_due(given["due"]) if "due" in given else None
        course = Course(given.get("title", ""), due, tuple(given.get("chapters", ())))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return replace(course, **{key: value for key, value in changes.items() if value is not None})


def read_due(given: Any) -> datetime:
    """A date with its time zone. A date alone lasts to its end; without a zone it is this machine's.

    Raises:
        ValueError: it is no date.
    """
    if isinstance(given, str):
        try:
            read = date if len(given) == 10 else datetime
            given = read.fromisoformat(given.replace("Z", "+00:00"))
        except ValueError:
            raise ValueError(f"{given[:40]!r} is no date: write it as 2027-03-01 or 2027-03-01T23:59+01:00") from None
    if not isinstance(given, date):  # of which a datetime is one
        raise ValueError("due is a date, such as 2027-03-01T23:59:00+01:00")
    if not isinstance(given, datetime):
        given = datetime.combine(given, time(23, 59, 59))
    try:
        return (given if given.tzinfo else given.astimezone()).astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):  # what it raises depends on the system's calendar
        raise ValueError(f"{given.isoformat()} is too far away for a due date") from None


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
