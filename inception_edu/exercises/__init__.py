"""The book's exercises: one definition each, from which page, notebook, editions and grade book follow.

    from inception_edu.exercises import check, find
    find("3.2").prompt                    # the question
    check("3.2", 49152)                   # in a notebook: right or not, what went wrong, the next hint

`exercise.py` says how one is written; `chapter_03.py` is the pattern. The files of the chapters are read when an
exercise of theirs is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .exercise import LEVELS, Exercise, Instance, registered
from .kinds import Choice, Number, Numbers, Setting, Text
from .verdict import Mistake, Verdict

__all__ = [
    "LEVELS",
    "Choice",
    "Exercise",
    "Instance",
    "Mistake",
    "Number",
    "Numbers",
    "Setting",
    "Text",
    "Verdict",
    "chapters",
    "check",
    "find",
    "list_exercises",
    "solved",
]


def chapters() -> list[int]:
    """Numbers of the chapters that have exercises."""
    return sorted(int(path.stem.removeprefix("chapter_")) for path in Path(__file__).parent.glob("chapter_*.py"))


def list_exercises(chapter: int | None = None) -> list[Exercise]:
    """All exercises in their order, or those of one chapter. Raises ValueError for a chapter that has none."""
    if chapter is not None and chapter not in chapters():
        raise ValueError(f"there are no exercises to chapter {chapter!r}; there are to {chapters()}")
    for number in chapters() if chapter is None else [chapter]:
        import_module(f"{__name__}.chapter_{number:02d}")
    return [found for found in registered().values() if chapter in (None, found.chapter)]


def find(id: str) -> Exercise:
    """The exercise of that id. Raises ValueError, naming those there are, for one that is not there."""
    number = str(id).partition(".")[0]
    known = list_exercises(int(number)) if number.isdecimal() and int(number) in chapters() else []
    for found in known:
        if found.id == id:
            return found
    there = ", ".join(found.id for found in known) or ", ".join(f"{number}.1 …" for number in chapters())
    raise ValueError(f"there is no exercise {id!r}; there are {there}")


def __getattr__(name: str):
    if name not in ("check", "solved"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.checking"), name)
