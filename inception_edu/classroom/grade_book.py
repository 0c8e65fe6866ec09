"""The grade book: what every student reached, what was commonly wrong, and what was not as it should be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..exercises.code import Code
from ..exercises.exercise import Exercise
from .roster import Person, Roster
from .strict_json import in_markdown, printable

__all__ = ["GradeBook", "Result"]


class Markdown(str):
    """The book's own words; all other text in a notebook is a stranger's, and no mark in it means anything."""


@dataclass(frozen=True)
class Result:
    """What became of one answer.

    Attributes:
        state: one of `judge.STATES`.
        points: what it is worth.
        remark: what is known of a wrong answer.
        given: the answer as it was handed in.
        place: the file that it stands in.
        late: after the due date, by the student's own clock.
    """

    state: str
    points: int
    remark: str = ""
    given: Any = None
    place: str = ""
    late: bool = False


@dataclass
class GradeBook:
    """A class's results.

    Attributes:
        roster: the class.
        due: when the answers were due.
        exercises: what was set, in order: the columns.
        results: by student and exercise; what is not there is missing.
        places: the files that each student handed in.
        twice: who answered an exercise in two files; a notebook beside a file of answers is none more.
        late: students whose platform marked a file as late.
        lines: what was not as it should be, as pairs of place and line.
        not_prevented: what code that was run could have done nevertheless.
        files: how many files were read.
    """

    roster: Roster
    due: datetime | None = None
    exercises: list[Exercise] = field(default_factory=list)
    results: dict[Person, dict[str, Result]] = field(default_factory=dict)
    places: dict[Person, list[str]] = field(default_factory=dict)
    twice: list[Person] = field(default_factory=list)
    late: set[Person] = field(default_factory=set)
    lines: list[tuple[str, str]] = field(default_factory=list)
    not_prevented: list[str] = field(default_factory=list)
    files: int = 0

    def tell(self, place: str, line: str) -> None:
        """Note what is not as it should be."""
        self.lines.append((place, line))

    def result(self, person: Person, exercise: Exercise) -> Result:
        """What became of a student's answer; missing where there is none."""
        return self.results.get(person, {}).get(exercise.id, Result("missing", 0))

    def points(self, person: Person) -> int:
        """What a student reached, texts and unrun code not counted."""
        return sum(self.result(person, exercise).points for exercise in self.exercises)

    @property
    def of(self) -> int:
        """What can be reached."""
        return sum(exercise.points for exercise in self.exercises)

    def to_read(self, person: Person) -> int:
        """Points that a teacher has still to give: of texts, and of code that was not run."""
        return sum(e.points for e in self.exercises if self.result(person, e).state in ("kept", "not run"))

    def is_late(self, person: Person) -> bool:
        """Whether anything came late, by the platform's mark or by the student's own clock."""
        return person in self.late or any(self.result(person, e).late for e in self.exercises)

    @property
    def missing(self) -> list[Person]:
        """Who handed nothing in."""
        return [person for person in self.roster.people if person not in self.places]

    def counts(self, exercise: Exercise) -> Counter[str]:
        """How many students' answers came to which state."""
        return Counter(self.result(person, exercise).state for person in self.roster.people)

    def common(self, exercise: Exercise, most: int = 3) -> list[tuple[str, int]]:
        """The commonest wrong answers to an exercise, each as its remark, or as it was given; and how many."""
        wrong: Counter[str] = Counter()
        for person in self.roster.people:
            found = self.result(person, exercise)
            if found.state == "wrong":
                remark = found.remark if isinstance(exercise.kind, Code) else Markdown(found.remark)
                wrong[remark or f"answered {printable(found.given, 40)}"] += 1
        return wrong.most_common(most)

    def common_mistakes(self) -> Table:
        """The wrong answers that were common, as a table for a notebook."""
        rows = [(e.id, Markdown(e.title), count, what) for e in self.exercises for what, count in self.common(e)]
        return Table(("exercise", "", "students", "wrong answer"), rows)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        students = [
            {
                "name": person.name,
                "id": person.names[0],
                "points": self.points(person),
                "to_read": self.to_read(person),
                "late": self.is_late(person),
                "files": self.places.get(person, []),
                "exercises": {e.id: self._plain(person, e) for e in self.exercises},
            }
            for person in self.roster.people
        ]
        exercises = [
            {"id": e.id, "title": e.title, "points": e.points, "counts": self.counts(e), "common": self.common(e)}
            for e in self.exercises
        ]
        return {
            "of": self.of,
            "students": students,
            "exercises": exercises,
            "missing": [person.name for person in self.missing],
            "twice": [person.name for person in self.twice],
            "problems": [{"file": place, "problem": line} for place, line in self.lines],
            "not_prevented": self.not_prevented,
        }

    def _plain(self, person: Person, exercise: Exercise) -> dict[str, Any]:
        found = self.result(person, exercise)
        return {"state": found.state, "points": found.points, "late": found.late}

    def to_text(self) -> str:
        """The report, for a console."""
        students = f"{len(self.places)} of {len(self.roster.people)} students"
        lines = [f"{self.files} files, {students}, {self.of} points to reach", ""]
        lines += [self._line(exercise) for exercise in self.exercises]
        for title, people in (("missing", self.missing), ("came twice", self.twice), ("late", self._late())):
            if people:
                lines += ["", f"{title} ({len(people)}): {'; '.join(printable(person.name) for person in people)}"]
        if self.lines:
            lines += ["", f"not as it should be ({len(self.lines)}):"]
            lines += [f"  {place}: {line}" for place, line in self.lines]
        if self.not_prevented:
            lines += ["", "code was run; what could not be prevented:", *(f"  {line}" for line in self.not_prevented)]
        return "\n".join(lines)

    def _late(self) -> list[Person]:
        return [person for person in self.roster.people if self.is_late(person)]

    def _line(self, exercise: Exercise) -> str:
        counts = self.counts(exercise)
        states = ", ".join(f"{counts[state]} {state}" for state in counts if state != "missing")
        line = f"{exercise.id} {exercise.title}: {states or 'nobody answered'}"
        return "\n".join([line, *(f"    {count}× {what}" for what, count in self.common(exercise) if count > 1)])

    def _repr_markdown_(self) -> str:
        rows = [
            (person.name, self.points(person), self.to_read(person) or "", "late" if self.is_late(person) else "")
            for person in self.roster.people
        ]
        table = Table(("student", f"points of {self.of}", "to read", ""), rows)
        problems = "\n".join(f"- {in_markdown(place)}: {in_markdown(line, 400)}" for place, line in self.lines)
        return f"{table._repr_markdown_()}\n\n{problems}".strip()


@dataclass(frozen=True)
class Table:
    """Rows under a header; a notebook shows it.

    Attributes:
        header: names of the columns.
        rows: their cells.
    """

    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def _repr_markdown_(self) -> str:
        lines = [self.header, ["---"] * len(self.header), *self.rows]
        return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: Any) -> str:
    if isinstance(text, Markdown):
        return printable(text, 300).replace("|", "\\|").replace("<", "&lt;")
    return in_markdown(text)
