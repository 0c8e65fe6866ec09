"""The student edition of a chapter: its lesson as it stands, its exercises as stubs, no solution anywhere.

The numbers of an exercise are not in the file: `ask` draws them from the student's name when its cell runs. Cells carry
nbgrader's metadata, so that the same file is an assignment there.
"""

import copy
import re

import nbformat
from exercise_cells import widget_source
from nbformat.v4 import new_code_cell, new_markdown_cell

from inception_edu.classroom import Course
from inception_edu.classroom.student import question
from inception_edu.exercises import Choice, Exercise, Numbers, Setting, Text, list_exercises
from inception_edu.exercises.code import Code
from inception_edu.exercises.exercise import LEVELS

HIDDEN = {"remove-input", "hide-input"}
"""Tags of cells whose code the page folds or leaves out; the edition folds it."""

FIELD = "A field checks your answer at once. What you answer stays on your machine."
CELL = "The cell below an answer checks it. What you answer stays on your machine until you hand it in."
"""What a chapter says of its exercises, and what an edition says."""

WHO = """from inception_edu.classroom import ask, check, hand_in, i_am

i_am("")  # between the quotation marks: your id or your name, as your teacher's list has it"""


def student_edition(chapter: nbformat.NotebookNode, number: int, course: Course, links) -> nbformat.NotebookNode:
    """A chapter's notebook as students get it. `links` turns a cell's Markdown into one whose links lead somewhere."""
    cells, placed = [], set()
    for cell in chapter.cells:
        id = cell.metadata.get("exercise")
        if id is None:
            cells.append(lesson_cell(cell, links))
        elif id != "progress" and id not in placed:
            placed.add(id)
            found = next(exercise for exercise in list_exercises(number) if exercise.id == id)
            cells += exercise_cells(found)
    first = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    who = new_code_cell(WHO, metadata={"classroom": "student"}, id="classroom-student")
    cells[first + 1 : first + 1] = [new_markdown_cell(banner(course), id="classroom-banner"), who]
    cells += [
        new_markdown_cell("## Hand in", id="classroom-hand-in"),
        new_code_cell(f"hand_in({number})", id="classroom-hand-in-cell"),
    ]
    return notebook(cells, {"chapter": number, "edition": "student", "title": course.title})


def notebook(cells: list, about: dict) -> nbformat.NotebookNode:
    """A notebook of those cells that says which edition it is."""
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "inception_edu": about,
        }
    )
    return made


def banner(course: Course) -> str:
    """Course, due date, and what to do with this notebook."""
    lines = [f"**{course.title}**"] if course.title else []
    if course.due:
        lines.append(f"Answers are due on **{course.due:%Y-%m-%d at %H:%M} UTC**.")
    lines.append(
        "Write your name or id into the next cell and run it: the numbers of your exercises follow from it, and "
        "everybody has other ones. Each answer is checked when you run the cell below it, as often as you like. At the "
        "end, hand in the file `answers.json`, which lies beside this notebook."
    )
    return "\n\n".join(lines)


def lesson_cell(cell, links):
    """A cell of the lesson: code that the page folds is folded."""
    made = copy.deepcopy(cell)
    made.metadata = nbformat.from_dict({})
    if cell.cell_type == "markdown":
        made.source = links(cell.source).replace(FIELD, CELL)
    elif HIDDEN & set(cell.metadata.get("tags", [])) or re.search(r"^Quiz\(", cell.source, re.MULTILINE):
        made.metadata = nbformat.from_dict({"jupyter": {"source_hidden": True}, "cellView": "form"})
    return made


def exercise_cells(exercise: Exercise) -> list:
    """Question, stub and check of an exercise."""
    name = exercise.id.replace(".", "-")
    points = f"{exercise.points} point{'s' if exercise.points != 1 else ''}"
    about = f"*{LEVELS[exercise.level].capitalize()} · about {exercise.minutes} minutes · {points}*"
    head = f"### Exercise {exercise.id} · {exercise.title}\n\n{about}"
    varies = len(exercise.cases) > 1
    if not varies:
        head += f"\n\n{question(exercise.for_student())}"

    def cell(make, part, source, **metadata):
        return make(source, metadata={"exercise": exercise.id, **metadata}, id=f"exercise-{name}-{part}")

    made = [cell(new_markdown_cell, "question", head)]
    if varies:
        made.append(cell(new_code_cell, "ask", f'ask("{exercise.id}")', nbgrader=nbgrader(f"{name}-ask", locked=True)))
    variable = f"answer_{name.replace('-', '_')}"
    manual = isinstance(exercise.kind, Text)
    if isinstance(exercise.kind, Setting):
        made.append(cell(new_code_cell, "widget", widget_source(exercise.kind, variable)))
    else:
        grades = {"grade": True, "points": exercise.points} if manual else {}
        made.append(
            cell(
                new_code_cell,
                "answer",
                stub(exercise, variable),
                nbgrader=nbgrader(f"{name}-answer", solution=True, **grades),
            )
        )
    given = exercise.kind.object if isinstance(exercise.kind, Code) else variable
    grades = {} if manual else {"grade": True, "points": exercise.points}
    made.append(
        cell(
            new_code_cell,
            "check",
            f'check("{exercise.id}", {given})',
            nbgrader=nbgrader(f"{name}-check", locked=True, **grades),
        )
    )
    return made


def nbgrader(name: str, *, grade=False, solution=False, locked=False, points=None) -> dict:
    """A cell's metadata as nbgrader's format 3 has it."""
    made = {
        "schema_version": 3,
        "grade_id": f"exercise-{name}",
        "cell_type": "code",
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return made | ({"points": points} if grade else {})


def stub(exercise: Exercise, variable: str) -> str:
    """What the student starts from."""
    kind = exercise.kind
    if isinstance(kind, Code):
        return (
            "# Your code. This cell has to stand alone: imports and helpers belong into it.\n"
            f"import torch\nfrom torch import nn\n\n{kind.stub}"
        )
    if isinstance(kind, Numbers):
        fields = "\n".join(f'    "{key}": "",' for key in kind.fields)
        return f'{variable} = {{  # a number for each, such as 1234, "2/7" or "28.6 %"\n{fields}\n}}'
    if isinstance(kind, Choice):
        return f'{variable} = ""  # one of {", ".join(map(repr, kind.options))}'
    if isinstance(kind, Text):
        return f'# at least {kind.words} words\n{variable} = """\n\n"""'
    return f'{variable} = ""  # a number, such as 1234, "2/7" or "28.6 %"'
