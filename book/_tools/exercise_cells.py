"""The cells of an exercise in its chapter, written from its definition: `make notebooks` puts them in.

An exercise stands where its heading stands, ``### Exercise 3.2``; one without a place goes to the end of the chapter's
section *Exercises*. Each becomes four cells: the question, the field that takes the answer (the page shows it without
its code), the heading of the solution with what it says in words, and the solution's code, which the build runs.
"""

import ast
import re
from pprint import pformat

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from inception_edu.exercises import Exercise, chapters, list_exercises
from inception_edu.exercises.code import Code
from inception_edu.exercises.kinds import Setting

HEADING = re.compile(r"### Exercise (\d{1,2}\.\d{1,2})\b")
IMPORTS = {"torch": "import torch", "nn": "from torch import nn"}
"""What the expected output of a solution may need and its body need not."""
FOLDED = {"jp-MarkdownHeadingCollapsed": True}  # JupyterLab and Notebook 7; Colab has a list of its own


def cells(exercise: Exercise) -> list[nbformat.NotebookNode]:
    """The cells of an exercise as the book has it."""
    found, name = exercise.for_student(), exercise.id.replace(".", "-")

    def cell(make, part, source, **metadata):
        made = make(source, metadata={"exercise": exercise.id, **metadata})
        made.id = f"exercise-{name}-{part}"
        return made

    made = [cell(new_markdown_cell, "question", f"### Exercise {exercise.id} · {exercise.title}\n\n{found.prompt}")]
    if isinstance(exercise.kind, Setting):
        made.append(cell(new_code_cell, "widget", widget_source(exercise.kind), tags=["remove-input"]))
    made.append(cell(new_code_cell, "answer", answer_source(exercise), tags=["remove-input"]))
    words = f"#### Solution\n\n{found.words}".rstrip()
    made.append(cell(new_markdown_cell, "words", words, tags=["solution"], **FOLDED))
    made.append(cell(new_code_cell, "solution", solution_source(exercise), tags=["solution"]))
    return made


def widget_source(kind: Setting, variable: str = "to_set") -> str:
    """The widget that the exercise asks to set, under that name."""
    start = ", ".join(f"{name}={value!r}" for name, value in kind.start.items())
    return f"from inception_edu.widgets import {kind.widget}\n\n{variable} = {kind.widget}({start})\n{variable}"


def answer_source(exercise: Exercise) -> str:
    """The field that takes the answer."""
    neighbour = ", to_set" if isinstance(exercise.kind, Setting) else ""
    return (
        "from inception_edu.exercises import solved\nfrom inception_edu.widgets import Exercise\n\n"
        f'Exercise("{exercise.id}"{neighbour})'
    )


def solution_source(exercise: Exercise) -> str:
    """The worked solution: parameters, the function's body, and the proof that it is right."""
    given = exercise.cases[0]
    lines = [f"{name} = {pformat(value, width=70)}" for name, value in given.items()]
    head, result = split_result(exercise.code)
    parts = ["\n".join(lines)] if lines else []
    if isinstance(exercise.kind, Code):
        shown = exercise.kind.expected
        imports = [line for name, line in IMPORTS.items() if name in names(shown) and line not in head.splitlines()]
        parts += ["\n".join([*imports, head]), f'solved("{exercise.id}", {result})\n{shown}'.rstrip()]
    else:
        short = f'solved("{exercise.id}", {result})'
        if "\n" in result or len(short) > 78:
            short = f'answer = {result}\nsolved("{exercise.id}", answer)'
        parts += [head, short] if head else [short]
    return "\n\n".join(part for part in parts if part)


def names(source: str) -> set[str]:
    """The names that an expression uses."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def split_result(code: str) -> tuple[str, str]:
    """A solution's statements, and its last expression, which is the answer."""
    last = ast.parse(code).body[-1]
    lines = code.split("\n")
    return "\n".join(lines[: last.lineno - 1]).rstrip(), "\n".join(lines[last.lineno - 1 :])


def progress_cell(chapter: int) -> nbformat.NotebookNode:
    """How far the reader is, at the head of the chapter's exercises."""
    source = f"from inception_edu.widgets import Progress\n\nProgress({chapter})"
    made = new_code_cell(source, metadata={"exercise": "progress", "tags": ["remove-input"]})
    made.id = "exercise-progress"
    return made


def place(notebook: nbformat.NotebookNode, chapter: int) -> None:
    """Write the chapter's exercises into its notebook, each where it stands."""
    if chapter not in chapters():
        return
    waiting = {exercise.id: exercise for exercise in list_exercises(chapter)}
    placed: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        heading = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if heading and heading[1] in waiting:
            placed += cells(waiting.pop(heading[1]))
        elif "exercise" not in cell.metadata:
            placed.append(cell)
    heading = next(i for i, cell in enumerate(placed) if cell.source.startswith("## Exercises"))
    placed.insert(heading + 1, progress_cell(chapter))
    if waiting:
        end = section_end(placed, "Exercises")
        placed[end:end] = [cell for exercise in waiting.values() for cell in cells(exercise)]
    notebook.cells = placed
    # Colab folds the sections whose heading cells it finds in this list.
    folded = [cell.id for cell in placed if "jp-MarkdownHeadingCollapsed" in cell.metadata]
    for cell in placed:
        if cell.id in folded:
            cell.metadata["id"] = cell.id
    notebook.metadata["colab"] = {"collapsed_sections": folded}


def section_end(cells: list[nbformat.NotebookNode], title: str) -> int:
    """Where the section of that title ends: at the next heading of its level."""
    inside = False
    for number, cell in enumerate(cells):
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            if inside:
                return number
            inside = cell.source.startswith(f"## {title}")
    return len(cells)
