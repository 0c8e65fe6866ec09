"""How far a reader has come with the exercises."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..exercises import Text, chapters, list_exercises
from ..exercises.progress import load_answers
from .base import Widget
from .params import text


class Progress(Widget):
    """Points reached, by chapter; in a page also the export and import of all answers as one file.

    A page reads what the browser keeps, a notebook the file ``answers.json`` beside it, each on the reader's own
    machine.

    Args:
        chapter: one chapter; without a number, all.
        titles: titles of the chapters by number.
        **more: as in :class:`Widget`.
    """

    KIND = "progress"
    FRONT = "progress"
    TITLE = "Your exercises"
    LINK = False
    RESET = ""
    PARAMS = (text("answers", "Answers", 1_000_000, control=False),)

    def __init__(self, chapter: int | None = None, titles: Mapping[int, str] | None = None, **more: Any) -> None:
        self.chapters = [_chapter(number, (titles or {}).get(number, "")) for number in _numbers(chapter)]
        try:
            answers = load_answers()["answers"]
        except ValueError:
            answers = {}
        kept = {id: {"correct": entry.get("correct") is True} for id, entry in answers.items() if _is_entry(entry)}
        more.setdefault("answers", json.dumps(kept) if kept else "")
        super().__init__(data={"chapters": self.chapters}, **more)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Points reached and possible, by chapter and together; exercises answered and there."""
        answers = json.loads(p["answers"] or "{}")
        figures = {"points": 0, "of": 0, "answered": 0, "exercises": 0}
        for part in self.chapters:
            points = of = 0
            for found in part["exercises"]:
                entry = answers.get(found["id"])
                done = entry is not None and (entry.get("correct") is True or not found["graded"])
                points += found["worth"] if done else 0
                of += found["worth"]
                figures["answered"] += entry is not None
                figures["exercises"] += 1
            figures |= {f"points_{part['chapter']}": points, f"of_{part['chapter']}": of}
            figures["points"] += points
            figures["of"] += of
        return figures

    def fallback(self) -> str:
        """Where no script runs nothing is kept, and the widget says so."""
        return f"<p><strong>{self.TITLE}.</strong> Your answers are kept and counted where scripts run.</p>"


def _numbers(chapter: int | None) -> Iterable[int]:
    return chapters() if chapter is None else [chapter]


def _chapter(number: int, title: str) -> dict[str, Any]:
    exercises = [
        {"id": found.id, "worth": found.points, "graded": not isinstance(found.kind, Text)}
        for found in list_exercises(number)
    ]
    return {"chapter": number, "title": title, "exercises": exercises}


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict)
