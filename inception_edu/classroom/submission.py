"""What one file says: whose it is, and what was answered. Nothing in it is run, and nothing in it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ..exercises.progress import FORMAT, VERSION
from .notebook_answers import answers_of_notebook
from .strict_json import printable, read_json

__all__ = ["Answer", "Submission", "read_submission"]

LONGEST_NAME = 200
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Answer:
    """One answer as it was handed in.

    Attributes:
        given: a number, a text, or a dict of such.
        at: when, by the student's own clock; None where the file does not say.
        asked: the digest of the exercise that asked; may be empty.
    """

    given: Any
    at: datetime | None = None
    asked: str = ""


@dataclass
class Submission:
    """A file of answers.

    Attributes:
        place: where it was found.
        student: the name that it says.
        answers: by the exercise's id.
        problems: a line for each thing in it that cannot be.
    """

    place: str
    student: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def is_notebook(self) -> bool:
        """Whether it is a notebook, and no file of answers."""
        return self.place.lower().endswith(".ipynb")


def read_submission(place: str, raw: bytes) -> Submission | None:
    """Read a file.

    Returns:
        What it says; None for JSON that has nothing to do with answers, such as a package's settings.

    Raises:
        ValueError: one line that says what is wrong with the whole file.
    """
    found = read_json(raw)
    if not isinstance(found, dict):
        raise ValueError("it is no file of answers")
    if place.lower().endswith(".ipynb"):
        made = Submission(place)
        made.student, answers = answers_of_notebook(found)
        made.answers = {id: Answer(given) for id, given in answers.items()}
        return made
    if found.get("format") != FORMAT:
        if isinstance(found.get("cells"), list):
            return read_submission(f"{place}.ipynb", raw)
        raise ValueError("it is no file of answers")
    if found.get("version") != VERSION or isinstance(found.get("version"), bool):
        raise ValueError(f"it is of version {printable(found.get('version'), 20)}; this edition reads {VERSION}")
    return _answers_file(place, found)


def _answers_file(place: str, found: dict[str, Any]) -> Submission:
    made = Submission(place)
    student = found.get("student", "")
    if isinstance(student, str) and len(student) <= LONGEST_NAME:
        made.student = student
    else:
        made.problems.append("its student is no name")
    answers = found.get("answers")
    if not isinstance(answers, dict):
        raise ValueError("its answers are no answers")
    for id, entry in answers.items():
        given = entry.get("answer") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not _is_plain(given):
            made.problems.append(f"its answer to {printable(id, 20)} is none that this book asks for")
            continue
        asked = entry.get("asked", "")
        made.answers[id] = Answer(given, _time(entry.get("at")), asked if isinstance(asked, str) else "")
    return made


def _is_plain(given: Any) -> bool:
    """Text, a number, or a dict of them."""
    if isinstance(given, dict):
        return len(given) <= 200 and all(not isinstance(value, dict) and _is_plain(value) for value in given.values())
    if isinstance(given, str):
        return len(given) <= LONGEST_TEXT
    return given is None or isinstance(given, (int, float))


def _time(text: Any) -> datetime | None:
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return at.astimezone(timezone.utc) if at.tzinfo else at.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None
