"""One exercise: its question, its parameters, and the function that is both its worked solution and its answer.

    @exercise(
        "2.1",
        title="What a reduction costs",
        section="Reduce first, then look",
        level=1, minutes=3,
        prompt="How many weights has a 1×1 convolution from {c} to {r} channels? Leave biases out.",
        kind=Number(unit="weights"),
        cases=[{"c": 256, "r": 64}, {"c": 480, "r": 96}, {"c": 832, "r": 160}],
        mistakes=[Mistake(lambda c, r: c + r, "Every filter reads *all* channels: multiply.")],
        hints=["One weight for each pair of an input and an output channel."],
    )
    def what_a_reduction_costs(c, r):
        '''Each of the {r} filters has one weight for each of the {c} channels.'''
        from inception_edu.arithmetic import conv_params

        return conv_params(c, r, kernel=1)

The first case is the book's; a student's name chooses another. What the function returns is the right answer: no answer
is ever typed. Its docstring is what the solution says in words.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import textwrap
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .kinds import Kind
from .verdict import Mistake, Verdict

__all__ = ["LEVELS", "Exercise", "Instance", "exercise", "plain_name", "register"]

LEVELS = {1: "first touch", 2: "practice", 3: "project"}
"""What the levels of an exercise are called."""

_REGISTER: dict[str, Exercise] = {}


@dataclass(frozen=True)
class Exercise:
    """The definition of an exercise.

    Attributes:
        id: chapter and number, such as ``"3.2"``.
        title: its name.
        section: heading of the chapter's section that teaches what it takes.
        level: 1 first touch, 2 practice, 3 project.
        minutes: how long it takes, about.
        points: what it is worth.
        prompt: the question in Markdown; names between braces are parameters.
        kind: what is asked for.
        solution: computes the right answer from the parameters. Its source is the worked solution.
        cases: the parameters; the first are the book's.
        mistakes: known wrong answers, each with its remark.
        hints: to be told one after the other.
    """

    id: str
    title: str
    section: str
    level: int
    minutes: int
    points: int
    prompt: str
    kind: Kind
    solution: Callable[..., Any]
    cases: tuple[Mapping[str, Any], ...] = ({},)
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{1,2}\.\d{1,2}", self.id):
            raise ValueError(f"an exercise's id is chapter and number, such as 3.2, not {self.id!r}")
        if self.level not in LEVELS or self.minutes < 1 or self.points < 0:
            raise ValueError(f"exercise {self.id}: level is 1, 2 or 3, minutes at least 1 and points at least 0")
        if not self.cases:
            raise ValueError(f"exercise {self.id} needs a case, {{}} where it has no parameters")

    @property
    def chapter(self) -> int:
        """The number of its chapter."""
        return int(self.id.partition(".")[0])

    def for_student(self, name: str = "") -> Instance:
        """The exercise as this student gets it; without a name, as the book has it.

        The same name gets the same numbers everywhere, however it is written (`plain_name`).
        """
        plain = plain_name(name)
        if not plain or len(self.cases) == 1:
            return Instance(self, 0)
        digest = hashlib.sha256(f"{self.id}\n{plain}".encode()).digest()
        # The book's own case, whose solution everybody can read, is nobody's.
        return Instance(self, 1 + int.from_bytes(digest[:8], "big") % (len(self.cases) - 1))

    @property
    def digest(self) -> str:
        """A short mark of what is asked; another edition of the book that asks something else has another one."""
        asked = repr((self.id, self.prompt, self.kind.name, [dict(case) for case in self.cases]))
        return hashlib.sha256(asked.encode()).hexdigest()[:12]

    @property
    def code(self) -> str:
        """The worked solution as a cell of a notebook: the function's body, its last expression what it returns."""
        return _as_cell(self.solution)

    @property
    def words(self) -> str:
        """What the solution says in words, Markdown with parameters between braces; may be empty."""
        return inspect.getdoc(self.solution) or ""


@dataclass(frozen=True)
class Instance:
    """An exercise with its parameters: what one student sees.

    Attributes:
        exercise: the definition.
        case: which of its cases.
    """

    exercise: Exercise
    case: int

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters by name."""
        return self.exercise.cases[self.case]

    @property
    def prompt(self) -> str:
        """The question, parameters put in."""
        return fill(self.exercise.prompt, self.parameters)

    @property
    def words(self) -> str:
        """What the solution says in words, parameters put in."""
        return fill(self.exercise.words, self.parameters)

    @property
    def hints(self) -> list[str]:
        """The hints, parameters put in."""
        return [fill(hint, self.parameters) for hint in self.exercise.hints]

    @cached_property
    def right(self) -> Any:
        """The right answer, computed by the solution."""
        return self.exercise.solution(**self.parameters)

    @cached_property
    def known(self) -> list[tuple[Any, str]]:
        """The known wrong answers for these parameters, with their remarks; one that is right here is left out."""
        known = []
        for mistake in self.exercise.mistakes:
            wrong = mistake.answer(**self.parameters)
            if not self.exercise.kind.is_right(wrong, self.right):
                known.append((wrong, fill(mistake.remark, self.parameters)))
        return known

    def judge(self, given: Any) -> Verdict:
        """Read an answer and judge it.

        Raises:
            ValueError: `given` is no answer to a question of this kind; the message says what would be one.
        """
        kind = self.exercise.kind
        return kind.judge(kind.read(given), self.right, self.known)

    def spec(self) -> dict[str, Any]:
        """The exercise as plain data, for the page that asks it."""
        found = self.exercise
        return {
            "id": found.id,
            "kind": found.kind.name,
            "title": found.title,
            "level": LEVELS[found.level],
            "minutes": found.minutes,
            "points": found.points,
            "case": self.case,
            "hints": self.hints,
            **found.kind.spec(self.right, self.known),
        }


def exercise(
    id: str,
    *,
    title: str,
    section: str,
    level: int,
    minutes: int,
    prompt: str,
    kind: Kind,
    points: int = 1,
    cases: Sequence[Mapping[str, Any]] = ({},),
    mistakes: Sequence[Mistake] = (),
    hints: Sequence[str] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: register an exercise whose worked solution is the function below. Arguments as in `Exercise`."""

    def add(solution: Callable[..., Any]) -> Callable[..., Any]:
        register(
            Exercise(
                id,
                title,
                section,
                level,
                minutes,
                points,
                inspect.cleandoc(prompt),
                kind,
                solution,
                tuple(cases),
                tuple(mistakes),
                tuple(map(inspect.cleandoc, hints)),
            )
        )
        return solution

    return add


def register(made: Exercise) -> None:
    """Put an exercise into the register. Raises ValueError where its id is taken."""
    if made.id in _REGISTER:
        raise ValueError(f"there are two exercises {made.id}")
    _REGISTER[made.id] = made


def registered() -> dict[str, Exercise]:
    """The register, by id, in the order of chapters and numbers."""
    return dict(sorted(_REGISTER.items(), key=lambda item: [int(part) for part in item[0].split(".")]))


NAME = r"\{(\w+)\}"


def fill(text: str, parameters: Mapping[str, Any]) -> str:
    """`text` with every ``{name}`` of a parameter replaced; other braces, those of formulas, stay.

    >>> fill(r"from {c} channels, $x_{i}$: `layer({c})`", {"c": 1024})
    'from 1,024 channels, $x_{i}$: `layer(1024)`'
    """

    def value(match: re.Match) -> str:
        if match[1] is None:  # code, in which nothing sets thousands apart
            return re.sub(NAME, lambda found: str(parameters.get(found[1], found[0])), match[0])
        found = parameters.get(match[1], match[0])
        return f"{found:,}" if isinstance(found, int) and not isinstance(found, bool) else str(found)

    return re.sub(f"{NAME}|`[^`]*`", value, text)


def plain_name(name: str) -> str:
    """A student's name without what does not matter in it: capital letters, spaces around, the ways to store an accent.

    >>> plain_name("  Ada   LOVELACE ")
    'ada lovelace'
    """
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _as_cell(solution: Callable[..., Any]) -> str:
    """The body of a function without its docstring; ``return x`` at its end becomes ``x``."""
    source = textwrap.dedent(inspect.getsource(solution))
    function = ast.parse(source).body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(f"{solution!r} is no function")
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    lines = source.splitlines()
    first = statements[0].lineno - 1
    while lines[first - 1].lstrip().startswith("#"):  # a comment above the first statement
        first -= 1
    body = textwrap.dedent("\n".join(lines[first : statements[-1].end_lineno]))
    last = statements[-1]
    if isinstance(last, ast.Return) and last.value is not None:
        head, _, tail = body.rpartition("return ")
        body = head + textwrap.dedent(tail)
    return body
