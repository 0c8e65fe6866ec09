"""Exercises whose answer is code that the student writes: judged by what it does, never by its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .kinds import Kind, Known
from .verdict import Verdict, Wrong

__all__ = ["Code", "same_outputs", "same_parameters", "show_input"]


@dataclass(frozen=True)
class Code(Kind):
    """A function or a class.

    The solution of such an exercise *returns* what the student is to write, and `stub` is what the student starts from.

    Attributes:
        object: the name that the student defines, such as ``"PoolFirst"``.
        stub: source to start from, with the signature and a docstring.
        verify: called as ``verify(theirs, right)``; raises `Wrong` with one sentence on what is wrong, on which input.
        expected: source of a call on which the page shows the expected output.
        wrong: known wrong solutions, each a function that returns what a student might write.
    """

    object: str
    stub: str
    verify: Callable[[Any, Any], None]
    expected: str = ""
    wrong: tuple[Callable[[], Any], ...] = ()
    name = "code"

    def read(self, given: Any) -> Any:
        """What the student wrote."""
        if not callable(given):
            raise ValueError(f"pass the function or class itself: check(…, {self.object})")
        return given

    def judge(self, answer: Any, right: Any, known: Known) -> Verdict:
        """Run `verify` on it. Whatever the student's code raises is told, and is wrong."""
        try:
            self.verify(answer, right)
        except Wrong as wrong:
            return Verdict(False, str(wrong))
        except (MemoryError, RecursionError):
            raise  # told by whoever runs the code apart
        except Exception as error:  # theirs, whatever it is
            return Verdict(False, f"Your code raises {type(error).__name__}: {' '.join(str(error).split())[:300]}")
        return Verdict(True)

    def show(self, right: Any) -> str:
        """What is to be written."""
        return self.object

    def spec(self, right: Any, known: Known) -> dict[str, Any]:
        """The stub: the page without a kernel shows it and cannot run it."""
        return {"object": self.object, "stub": self.stub}


def same_outputs(theirs: Callable, right: Callable, *inputs: tuple, tolerance: float = 1e-5) -> None:
    """Both give the same on every input.

    Args:
        theirs: what the student wrote.
        right: what the solution gives.
        *inputs: positional arguments, a tuple for each call.
        tolerance: of numbers, relative and absolute.

    Raises:
        Wrong: the first input on which they differ, with the found and the expected shape or value.
    """
    import torch

    for arguments in inputs:
        expected, found = right(*_copied(arguments)), theirs(*_copied(arguments))
        where = f"on {', '.join(map(show_input, arguments))}"
        if isinstance(expected, torch.Tensor):
            if not isinstance(found, torch.Tensor):
                raise Wrong(f"It gives {type(found).__name__} {where}; a tensor is expected.")
            if found.shape != expected.shape:
                raise Wrong(f"It gives shape {_shape(found)} {where}; expected is {_shape(expected)}.")
            gap = (found.double() - expected.double()).abs().max().item() if expected.numel() else 0.0
            if not gap <= tolerance * max(1.0, expected.double().abs().max().item() if expected.numel() else 0.0):
                raise Wrong(f"The shape is right, the values are not: off by up to {gap:.3g} {where}.")
        elif isinstance(expected, (int, float)) and isinstance(found, (int, float)):
            if not abs(found - expected) <= tolerance * max(1.0, abs(expected)):
                raise Wrong(f"It gives {found!r} {where}; expected is {expected!r}.")
        elif found != expected:
            raise Wrong(f"It gives {found!r} {where}; expected is {expected!r}.")


def same_parameters(theirs: Any, right: Any) -> None:
    """Both modules learn equally many numbers, and each of the student's is reached by a gradient.

    Raises:
        Wrong: the two counts.
    """
    found, expected = (sum(p.numel() for p in module.parameters()) for module in (theirs, right))
    if found != expected:
        raise Wrong(f"It has {found:,} parameters; expected are {expected:,}.")


def show_input(value: Any) -> str:
    """An argument in a few signs: a tensor by its shape."""
    import torch

    return f"an input of shape {_shape(value)}" if isinstance(value, torch.Tensor) else repr(value)


def _shape(tensor: Any) -> str:
    return "×".join(map(str, tensor.shape)) or "one number"


def _copied(arguments: tuple) -> tuple:
    """Tensors anew, so that nobody's in-place work reaches the other."""
    return tuple(a.clone() if hasattr(a, "clone") else a for a in arguments)
