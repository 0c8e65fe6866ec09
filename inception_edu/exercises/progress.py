"""What a reader has answered, in a small file beside the notebook that leaves this machine only by hand.

The file, ``answers.json``, is what the pages export and what teachers collect::

    {"format": "inception-edu answers", "version": 1, "student": "Ada Lovelace",
     "answers": {"3.2": {"case": 0, "answer": "49152", "correct": true, "attempts": 2, "at": "2026-01-31T12:00:00Z"}}}
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..files import write_atomically

__all__ = ["FILE", "FORMAT", "load_answers", "record", "save_answers", "student", "use_student"]

FILE = "answers.json"
FORMAT = "inception-edu answers"
VERSION = 1
LARGEST = 5_000_000

_student = ""


def use_student(name: str) -> None:
    """Whose notebook this is: exercises take their numbers from the name. Without one they are the book's.

    Raises:
        ValueError: `name` is no text, or too long for a name.
    """
    global _student
    if not isinstance(name, str) or len(name) > 200:
        raise ValueError(f"a name is a text of at most 200 letters, not {str(name)[:40]!r}")
    _student = " ".join(name.split())


def student() -> str:
    """The name that `use_student` was told, or the empty text."""
    return _student


def load_answers(path: str | Path = FILE) -> dict[str, Any]:
    """The answers that a file holds; of a file that is not there, none.

    Raises:
        ValueError: the file is not one of answers; the message names it.
    """
    path = Path(path)
    empty = {"format": FORMAT, "version": VERSION, "student": _student, "answers": {}}
    if not path.exists():
        return empty
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} cannot be read as answers: {' '.join(str(error).split())[:120]}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("answers"), dict):
        raise ValueError(f"{path} is not a file of answers: a page of the book exports one")
    if found.get("version") != VERSION:
        raise ValueError(f"{path} is of version {found.get('version')!r}; this package reads version {VERSION}")
    return empty | found


def save_answers(answers: dict[str, Any], path: str | Path = FILE) -> None:
    """Write them whole or not at all."""
    write_atomically(path, json.dumps(answers, ensure_ascii=False, indent=1, allow_nan=False).encode())


def record(
    id: str, case: int, answer: Any, correct: bool | None, path: str | Path = FILE, asked: str = ""
) -> dict[str, Any]:
    """Add an attempt to the file; returns the exercise's entry, attempts counted.

    Args:
        id: the exercise.
        case: whose numbers it had.
        answer: what was answered, as JSON can hold it.
        correct: what became of it.
        path: the file.
        asked: the exercise's digest, by which a grade book sees that another edition asked.
    """
    answers = load_answers(path)
    before = answers["answers"].get(id)
    attempts = before.get("attempts", 0) if isinstance(before, dict) else 0
    entry = {
        "case": case,
        "answer": answer,
        "correct": correct,
        "attempts": (attempts if isinstance(attempts, int) else 0) + 1,
        "at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    } | ({"asked": asked} if asked else {})
    answers["answers"][id] = entry
    answers["student"] = _student or answers.get("student", "")
    save_answers(answers, path)
    return entry
