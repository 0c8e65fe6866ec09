"""The answers in a notebook of the student edition, read without running it.

A literal in the source of a cell counts (``answer_3_2 = "39.7 %"``), unless something else changes it there; what is
computed is taken from the output of its check, which holds the answer, not what became of it. Written code is the
source of its cell.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..exercises import find
from ..exercises.code import Code
from ..exercises.exercise import Exercise
from .student import ANSWER, STUDENT

__all__ = ["answers_of_notebook"]

LONGEST_CELL = 20_000
MOST_CELLS = 5_000
COMPUTED = object()
"""Stands for the value of an answer that the source does not say."""

NAME = re.compile(r"answer_(\d{1,2})_(\d{1,2})")


def answers_of_notebook(notebook: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The student's name and the answers by exercise, of whatever type.

    Raises:
        ValueError: it is no notebook of this edition.
    """
    cells = notebook.get("cells")
    if not isinstance(cells, list) or len(cells) > MOST_CELLS:
        raise ValueError("it is no notebook that can be read")
    student, literal, shown = "", {}, {}
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = _text(cell.get("source"))
        statements = _statements(source) if "answer_" in source or "i_am" in source else []
        student = _named(statements) or student
        for id, value in _assigned(statements):
            if value is COMPUTED:
                literal.pop(id, None)
            else:
                literal[id] = value
        literal |= _code(cell, source)
        for data in _outputs(cell):
            said, answer = data.get(STUDENT), data.get(ANSWER)
            if isinstance(said, dict) and isinstance(said.get("student"), str) and not student:
                student = said["student"]
            if isinstance(answer, dict) and isinstance(answer.get("exercise"), str):
                shown[answer["exercise"]] = answer.get("answer")
    if not student and not literal and not shown:
        raise ValueError("it is a notebook without answers: not of the student edition, or empty")
    return student[:200], shown | literal


def _named(statements: list[ast.stmt]) -> str:
    """The name under ``i_am``, where it stands in a cell as a literal."""
    student = ""
    for statement in statements:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id="i_am"), args=[value])):
                found = _literal(value)
                student = found if isinstance(found, str) and found else student
    return student


def _assigned(statements: list[ast.stmt]) -> Iterator[tuple[str, Any]]:
    """Answers of a cell by the exercise's id: the last plain assignment's literal, or `COMPUTED`."""
    plain: dict[str, list[ast.expr]] = {}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                plain.setdefault(name, []).append(value)
    for name, times in Counter(_stored(statements)).items():
        if NAME.fullmatch(name):
            values = plain.get(name, [])
            found = _literal(values[-1]) if len(values) == times else None
            if found not in ("", {}):
                yield name.removeprefix("answer_").replace("_", "."), COMPUTED if found is None else found


def _stored(statements: list[ast.stmt]) -> Iterator[str]:
    """Every name to which a cell gives a value, or into which it puts one, as often as it does."""
    for node in (node for statement in statements for node in ast.walk(statement)):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name


def _statements(source: str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _literal(value: ast.expr) -> Any:
    """What a literal says, the empty text or dict where that is no answer yet; None where it is no literal."""
    try:
        found = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if isinstance(found, dict):
        return found if any(part not in (None, "") for part in found.values()) else {}
    if found is None:
        return ""
    return found.strip() if isinstance(found, str) else found


def _code(cell: dict[str, Any], source: str) -> dict[str, str]:
    """A cell in which code is asked for, where it is no longer the stub."""
    metadata = cell.get("metadata")
    id = metadata.get("exercise") if isinstance(metadata, dict) else None
    found = _exercise(id)
    if found is None or not isinstance(found.kind, Code) or source.rstrip().endswith(found.kind.stub.rstrip()):
        return {}
    defined = rf"^(class|def)\s+{re.escape(found.kind.object)}\b"
    return {found.id: source} if re.search(defined, source, re.MULTILINE) else {}


def _exercise(id: Any) -> Exercise | None:
    try:
        return find(id) if isinstance(id, str) else None
    except ValueError:
        return None


def _outputs(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        data = output.get("data") if isinstance(output, dict) else None
        if isinstance(data, dict):
            yield data


def _text(source: Any) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) and len(source) <= LONGEST_CELL else ""
