"""A Sphinx extension for teachers: `{lessons}` says of every chapter how long it takes and what usually goes wrong.

Minutes are estimates by one rule, from the words, the lines of visible code and the pictures of a section; those of the
exercises, and the mistakes, stand in the exercises' definitions.
"""

import html
import math
import re

from chapter_files import chapters
from docutils import nodes
from docutils.parsers.rst import Directive

from inception_edu.exercises import Choice, Exercise, list_exercises

WORDS, LINES = 120, 10  # read and talked about in a minute
PICTURE = 1.5  # minutes for a figure or a widget
FOLDED = {"hide-input", "remove-input", "remove-cell"}
APART = {"Exercises", "What to remember", "Where this comes from", "Check yourself"}  # not a part of the lesson


def sections(cells) -> dict[str, float]:
    """Minutes for each section of a chapter, by its heading."""
    found: dict[str, float] = {}
    title = ""
    for cell in cells:
        source, tags = "".join(cell["source"]), set(cell["metadata"].get("tags", []))
        if cell["cell_type"] == "markdown":
            for part in re.split(r"^(?=## )", source, flags=re.MULTILINE):
                if part.startswith("## "):
                    title = part[3:].splitlines()[0].strip()
                if title:
                    found[title] = found.get(title, 0) + len(part.split()) / WORDS
        elif title:
            if not tags & FOLDED:
                found[title] += len(source.splitlines()) / LINES
            found[title] += PICTURE * len(re.findall(r"^(?:show|[A-Z]\w+)\(", source, re.MULTILINE))
    return {name: minutes for name, minutes in found.items() if name not in APART}


def told(chapter: int) -> tuple[str, str]:
    """The exercises of a chapter in one line, and the mistakes that they know as the items of a list."""
    exercises = list_exercises(chapter)
    minutes = sum(exercise.minutes for exercise in exercises)
    listed = ", ".join(f"{exercise.id} ({exercise.minutes} min)" for exercise in exercises)
    wrong = "".join(
        f"<li><b>{exercise.id}</b> {html.escape(plain(remark))}</li>"
        for exercise in exercises
        for remark in remarks(exercise)
    )
    return f"{len(exercises)} exercises, {minutes} minutes together: {listed}", wrong


def remarks(exercise: Exercise) -> list[str]:
    """What is told about the wrong answers that are known, with the book's parameters."""
    found = exercise.for_student()
    if isinstance(exercise.kind, Choice):
        options = exercise.kind.options.items()
        return [f"“{plain(option)}”: {said}" for key, (option, said) in options if key != found.right]
    return [said for _, said in found.known]


class Lessons(Directive):
    """The rule, and a paragraph and two folded lists for every chapter."""

    def run(self):
        parts = [
            f"<p>Minutes to read and talk are an estimate by one rule: {WORDS} words or {LINES} lines of visible "
            f"code a minute, {PICTURE} minutes for a figure or a widget. Those of the exercises are their "
            f"authors'. The "
            "mistakes are those that the exercises know and answer.</p>"
        ]
        for path, number, title, cells in chapters():
            minutes = {name: math.ceil(value) for name, value in sections(cells).items()}
            exercises, wrong = told(number)
            rows = "".join(
                f"<tr><td>{html.escape(plain(name))}</td><td>{value}</td></tr>" for name, value in minutes.items()
            )
            parts.append(
                f'<h4>{number} · <a href="../chapters/{path.stem}.html">{html.escape(title)}</a></h4>'
                f"<p>About {sum(minutes.values())} minutes to read and talk about; {exercises}.</p>"
                "<details><summary>Minutes by section</summary>"
                "<div class='pst-scrollable-table-container'><table class='dataframe'><thead><tr><th>section</th>"
                f"<th>minutes</th></tr></thead><tbody>{rows}</tbody></table></div></details>"
            )
            if wrong:
                parts.append(f"<details><summary>What usually goes wrong</summary><ul>{wrong}</ul></details>")
        return [nodes.raw("", "\n".join(parts), format="html")]


def plain(text: str) -> str:
    """A heading or a remark without its Markdown."""
    return re.sub(r"[*`$\\]", "", text)


def setup(app):
    app.add_directive("lessons", Lessons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
