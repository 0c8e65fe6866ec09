"""What became of an answer, and the mistakes that an exercise knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Mistake", "Verdict", "Wrong"]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give for a reason.

    Attributes:
        answer: computes the wrong answer from the exercise's parameters, as its solution computes the right one.
        remark: what to tell who gave it; names between braces are parameters.
    """

    answer: Callable[..., Any]
    remark: str


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    Attributes:
        correct: True or False; None where an answer is collected and not graded.
        remark: what to tell about it, plain text or Markdown in one paragraph; may be empty.
    """

    correct: bool | None
    remark: str = ""


class Wrong(Exception):
    """Raised by the check of a written function or module: what is wrong, on which input, in one sentence."""
