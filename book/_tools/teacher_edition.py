"""The teacher edition of a chapter: solutions with their results, wrong answers with their remarks, minutes, questions.

The solutions run while the edition is made, in a kernel of their own; everything else in the chapter runs when the
teacher runs it.
"""

import copy
import os
import sys
from pathlib import Path

import nbformat
from build import environment
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell
from student_edition import lesson_cell, notebook

from inception_edu.classroom import Course
from inception_edu.exercises import Choice, Exercise, Instance, Setting, list_exercises
from inception_edu.exercises.code import Code
from inception_edu.exercises.exercise import LEVELS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = Path(__file__).with_name("discussion.toml")
PREPARE = "from inception_edu.exercises import solved"


def teacher_edition(chapter: nbformat.NotebookNode, number: int, course: Course, links) -> nbformat.NotebookNode:
    """A chapter's notebook as teachers get it."""
    outputs = solved_cells(chapter)
    cells, found = [], {exercise.id: exercise for exercise in list_exercises(number)}
    for cell in chapter.cells:
        id = cell.metadata.get("exercise")
        if id is None or id == "progress":
            cells.append(lesson_cell(cell, links))
            continue
        made = copy.deepcopy(cell)
        made.metadata = nbformat.from_dict({"exercise": id, "tags": cell.metadata.get("tags", [])})
        if cell.cell_type == "code" and cell.id in outputs:
            made.outputs = outputs[cell.id]
        cells.append(made)
        if cell.id.endswith("-solution"):
            note = new_markdown_cell(notes(found[id]), metadata={"exercise": id, "tags": ["teacher"]})
            note.id = cell.id.replace("-solution", "-notes")
            cells.append(note)
    head = new_markdown_cell(overview(number, course), metadata={"tags": ["teacher"]}, id="classroom-overview")
    cells.insert(1, head)
    return notebook(cells, {"chapter": number, "edition": "teacher", "title": course.title})


def solved_cells(chapter: nbformat.NotebookNode) -> dict:
    """The outputs of the solutions, by cell: they run by themselves, for each is a whole."""
    solutions = [cell for cell in chapter.cells if cell.cell_type == "code" and cell.id.endswith("-solution")]
    first = new_code_cell(PREPARE)
    running = notebook([first, *(nbformat.from_dict(dict(cell)) for cell in solutions)], {})
    os.environ |= environment()
    NotebookClient(running, timeout=300, kernel_name="python3").execute()
    for cell in running.cells:
        for output in cell.outputs:
            output.pop("execution_count", None)
            if output.output_type == "execute_result":
                output.output_type = "display_data"
    return {cell.id: cell.outputs for cell in running.cells[1:]}


def overview(number: int, course: Course) -> str:
    """For the teacher: what the exercises take, and what to talk about."""
    exercises = list_exercises(number)
    rows = "\n".join(
        f"| {e.id} {e.title} | {LEVELS[e.level]} | {e.minutes} | {e.points} | {e.section} |" for e in exercises
    )
    minutes, points = sum(e.minutes for e in exercises), sum(e.points for e in exercises)
    lines = [
        f"> **Teacher edition{': ' + course.title if course.title else ''}.** Do not pass it on: it has all solutions.",
        f"| exercise | level | minutes | points | taught in |\n|---|---|--:|--:|---|\n{rows}\n"
        f"| together | | {minutes} | {points} | |",
    ]
    questions = discussion(number)
    if questions:
        asked = "\n".join(f"1. {question['ask']} *Listen for:* {question['listen']}" for question in questions)
        lines.append(f"**Questions to discuss**\n\n{asked}")
    return "\n\n".join(lines)


def discussion(number: int) -> list[dict[str, str]]:
    """The chapter's questions to discuss, each with what to listen for."""
    name = next((ROOT / "chapters").glob(f"{number:02d}_*.ipynb")).stem[3:]
    return tomllib.loads(QUESTIONS.read_text(encoding="utf-8")).get(name, [])


def notes(exercise: Exercise) -> str:
    """Wrong answers with what a student is told, and the right answer to each set of numbers."""
    parts = [f"**For the teacher** · {LEVELS[exercise.level]} · about {exercise.minutes} minutes"]
    wrong = known_wrong(exercise)
    if wrong:
        rows = "\n".join(f"| {cell(answer)} | {cell(remark)} |" for answer, remark in wrong)
        parts.append(f"| wrong answer | what the student is told |\n|---|---|\n{rows}")
    if len(exercise.cases) > 1:
        rows = "\n".join(
            f"| {cell(', '.join(f'{k} = {v}' for k, v in case.items()))} | "
            f"{cell(exercise.kind.show(Instance(exercise, number).right))} |"
            for number, case in enumerate(exercise.cases)
        )
        parts.append(f"| numbers (the first row is the book's) | right answer |\n|---|---|\n{rows}")
    hints = "\n".join(f"1. {hint}" for hint in exercise.for_student().hints)
    parts.append(f"Hints, one after each wrong attempt:\n\n{hints}")
    return "\n\n".join(parts)


def known_wrong(exercise: Exercise) -> list[tuple[str, str]]:
    """Known wrong answers in the book's numbers, with their remarks."""
    found, kind = exercise.for_student(), exercise.kind
    if isinstance(kind, Choice):
        return [(text, remark) for key, (text, remark) in kind.options.items() if key != found.right]
    if isinstance(kind, Setting):
        return [
            (f"{figure} {sign} {found.right['limits'][name]:,.6g} missed", remark)
            for name, (figure, sign, remark) in kind.conditions.items()
        ]
    if isinstance(kind, Code):
        remarks = [found.judge(wrong()).remark for wrong in kind.wrong]
        return [(f"a wrong `{kind.object}`, number {n}", remark) for n, remark in enumerate(remarks, 1)]
    return [(shown(kind, wrong), remark) for wrong, remark in found.known]


def shown(kind, wrong) -> str:
    """A wrong answer, which may be a part alone."""
    if isinstance(wrong, dict):
        return "; ".join(f"{key}: {kind.fields[key].show(value)}" for key, value in wrong.items())
    return kind.show(wrong)


def cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return " ".join(str(text).replace("|", "\\|").split())
