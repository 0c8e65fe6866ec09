"""The source of what a student wrote, as it can be kept and run again elsewhere."""

from __future__ import annotations

import inspect
import linecache
import os
from types import FunctionType
from typing import Any

__all__ = ["LONGEST", "source_of"]

LONGEST = 20_000
"""Letters that are kept."""


def source_of(written: Any) -> str:
    """The source of a function or class; of one from a notebook, its whole cell, with the imports and helpers there.

    Python finds a class of a notebook by none of its own means, so the cell is found by one of its methods.

    Args:
        written: a function or a class.

    Returns:
        Source, or the name alone where there is no source to be found.
    """
    for function in _functions(written):
        name = function.__code__.co_filename
        lines = linecache.getlines(name)
        if lines and not os.path.exists(name):  # a cell, which is no file
            return "".join(lines)[:LONGEST]
    try:
        return inspect.getsource(written)[:LONGEST]
    except (OSError, TypeError):
        return getattr(written, "__name__", str(written))[:LONGEST]


def _functions(written: Any) -> list[FunctionType]:
    found = [written, *vars(written).values()] if isinstance(written, type) else [written]
    return [function for function in found if isinstance(function, FunctionType)]
