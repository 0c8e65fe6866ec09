"""What a student's notebook calls: who I am, what I am asked, whether it is right, what to hand in.

Everything that the notebook shows follows from the name, and all that is to be handed in is one file, ``answers.json``.
The notebook's own outputs hold the answers too (never the right ones), so that a notebook alone can be graded.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from ..exercises import Choice, Text, checking, find, list_exercises
from ..exercises.exercise import Instance
from ..exercises.progress import FILE, load_answers, save_answers, student, use_student

__all__ = ["ANSWER", "STUDENT", "ask", "check", "hand_in", "i_am", "question"]

ANSWER = "application/vnd.inception-edu.answer+json"
STUDENT = "application/vnd.inception-edu.student+json"
"""How the outputs of a notebook hold an answer and its student."""

NOBODY = 'First say who you are: write your name or id into `i_am("")` above, and run that cell.'


class Shown:
    """What a cell shows: Markdown for people, data for a grade book.

    Args:
        markdown: what is shown.
        plain: the same where there is no Markdown.
        **data: further representations by their type.
    """

    def __init__(self, markdown: str, plain: str, data: dict[str, Any] | None = None):
        self.markdown, self.plain, self.data = markdown, plain, data or {}

    def __repr__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {"text/plain": self.plain, "text/markdown": self.markdown, **self.data}


def i_am(name: str = "") -> Shown:
    """Whose notebook this is: the exercises below take their numbers from the name.

    Args:
        name: your id or name, as your teacher's list has it; empty: as ``answers.json`` beside the notebook has it.
    """
    kept = load_answers()
    if not isinstance(name, str) or not name.strip():
        name = kept["student"] if isinstance(kept["student"], str) else ""
    use_student(name)
    if not student():
        return Shown(NOBODY, NOBODY)
    if kept["student"] != student():
        save_answers(kept | {"student": student()})
    text = f"You are {student()}. The numbers of your exercises follow from this name; your answers go to {FILE}."
    return Shown(text, text, {STUDENT: {"student": student()}})


def ask(id: str) -> Shown:
    """The question of an exercise, with your own numbers."""
    if not student():
        return Shown(NOBODY, NOBODY)
    text = question(find(id).for_student(student()))
    return Shown(text, text)


def question(found: Instance) -> str:
    """The question in Markdown, the options of a choice below it."""
    kind = found.exercise.kind
    if not isinstance(kind, Choice):
        return found.prompt
    options = "\n".join(f"- `{key!r}`: {text}" for key, (text, _) in kind.options.items())
    return f"{found.prompt}\n\n{options}"


def check(id: str, answer: Any) -> Shown:
    """Check an answer, and keep it in ``answers.json``.

    The cell shows in words what was found. Its plain text is the points, a number, which is what nbgrader reads.
    """
    if not student():
        return Shown(NOBODY, "0.0")
    if not _answered(answer):
        return Shown("*Not answered yet.*", "0.0")
    checked = checking.check(id, answer)
    points = find(id).points if checked.correct else 0
    data = {ANSWER: {"exercise": id, "answer": checked.kept}} if checked.kept is not None else {}
    return Shown(checked._repr_markdown_(), f"{points:.1f}", data)


def _answered(answer: Any) -> bool:
    if isinstance(answer, str):
        return bool(answer.strip())
    if not isinstance(answer, dict):
        return answer is not None
    return any(value not in (None, "") for value in answer.values())


def hand_in(chapter: int) -> Shown:
    """What is answered and what is still to do; in Colab, ``answers.json`` is offered as a download.

    Args:
        chapter: the number of the chapter.
    """
    answers = load_answers()["answers"]
    lines = []
    for found in list_exercises(chapter):
        entry = answers.get(found.id)
        state = "–"
        if isinstance(entry, dict):
            state = "right" if entry.get("correct") is True else "kept" if isinstance(found.kind, Text) else "not yet"
        lines.append(f"| {found.id} | {found.title} | {state} |")
    if "google.colab" in sys.modules and answers:  # pragma: no cover  only there
        import_module("google.colab.files").download(FILE)
    table = "\n".join(["| exercise | | |", "|---|---|---|", *lines])
    end = f"Hand in the file **{FILE}**, which lies beside this notebook."
    return Shown(f"{table}\n\n{end}", f"Hand in the file {FILE}.")
