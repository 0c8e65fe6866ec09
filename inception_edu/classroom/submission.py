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
        is_notebook: it is a notebook, and no file of answers.
        student: the name that it says.
        answers: by the exercise's id.
        problems: a line for each thing in it that cannot be.
    """

    place: str
    is_notebook: bool = False
    student: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_submission(place: str, raw: bytes) -> Submission:
    """Read a file: one of answers, or a notebook, whatever its ending.

    Raises:
        ValueError: one line that says what is wrong with the whole file.
    """
    found = read_json(raw)
    if not isinstance(found, dict):
        raise ValueError("it is no file of answers")
    if found.get("format") != FORMAT:
        if place.lower().endswith(".ipynb") or isinstance(found.get("cells"), list):
            return _notebook(place, found)
        raise ValueError("it is no file of answers")
    if found.get("version") != VERSION or isinstance(found.get("version"), bool):
        raise ValueError(f"it is of version {printable(found.get('version'), 20)}; this edition reads {VERSION}")
    return _answers_file(place, found)


def _notebook(place: str, found: dict[str, Any]) -> Submission:
    student, answers = answers_of_notebook(found)
    made = Submission(place, is_notebook=True, student=student)
    for id, given in answers.items():
        _put(made, id, Answer(given))
    return made


def _put(made: Submission, id: str, answer: Answer) -> None:
    """Take an answer, or say that its type is none of an answer."""
    if _is_plain(answer.given):
        made.answers[id] = answer
    else:
        made.problems.append(f"its answer to {printable(id, 20)} is none that this book asks for")


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
        said = entry if isinstance(entry, dict) else {"answer": [entry]}  # which is no answer
        asked = said.get("asked", "")
        _put(made, id, Answer(said.get("answer"), _time(said.get("at")), asked if isinstance(asked, str) else ""))
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
