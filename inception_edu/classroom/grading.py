"""Grade a class: whose each file is, what each answer is worth, and a line for all that is not as it should be."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import nullcontext, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

from ..exercises import find, list_exercises
from ..exercises.exercise import Exercise
from .course import read_due
from .grade_book import GradeBook, Result
from .handed_in import collect, shown
from .judge import Judge
from .roster import Owner, Person, Roster, load_roster
from .sandbox import CodeRunner
from .strict_json import printable
from .submission import Answer, Submission, read_submission

__all__ = ["grade"]


def grade(
    submissions: str | Path,
    roster: str | Path,
    *,
    chapters: Iterable[int] | None = None,
    due: str | datetime | None = None,
    run_code: bool = False,
    book_numbers: bool = False,
) -> GradeBook:
    """Grade everything in a folder or an archive.

    Args:
        submissions: the folder or archive that a learning platform gives, or any folder of files.
        roster: the class, as CSV.
        chapters: the chapters that were set; without any, those that were answered.
        due: when the answers were due.
        run_code: run the code that students wrote, each in a process of its own.
        book_numbers: everybody had the book's own numbers, as its pages ask.

    Returns:
        The grade book. What is wrong with a file is a line in it, and spoils nothing else.

    Raises:
        ValueError: the roster or a date is none.
        OSError: there are no submissions, or something cannot be read.
    """
    asked = {found.id: found for number in chapters for found in list_exercises(number)} if chapters else None
    people = load_roster(roster)
    book = GradeBook(people, due=read_due(due) if due is not None else None)
    work = _Grading(book, people, asked, book_numbers)
    for file in collect(Path(submissions), lambda place, line: book.tell(shown(place), line)):
        book.files += 1
        try:
            submission = read_submission(file.place, file.raw)
        except (ValueError, RecursionError) as error:
            book.tell(shown(file.place), printable(error, 160))
        else:
            work.take(submission)
    # Some solutions print what they find; here nobody reads it.
    with CodeRunner() if run_code else nullcontext() as runner, redirect_stdout(io.StringIO()):
        work.judge_all(Judge(runner.run if runner else None))
        book.not_prevented = runner.not_prevented() if runner else []
    book.exercises = list(asked.values()) if asked is not None else work.answered()
    return book


Given = tuple[Answer, Submission]
"""An answer, and the file that it stands in."""


class _Grading:
    """The work: files by student, then one answer an exercise, then verdicts."""

    def __init__(self, book: GradeBook, roster: Roster, asked: dict[str, Exercise] | None, book_numbers: bool):
        self._book, self._roster, self._asked, self._book_numbers = book, roster, asked, book_numbers
        self._taken: dict[Person, dict[str, Given]] = {}
        self._exercises: dict[str, Exercise] = {}

    def take(self, submission: Submission) -> None:
        """Put a file's answers under its student's name."""
        place = shown(submission.place)
        for problem in submission.problems:
            self._book.tell(place, problem)
        person = self._owner(submission, place)
        if person is None:
            return
        self._book.places.setdefault(person, []).append(place)
        kept = self._taken.setdefault(person, {})
        for id, answer in submission.answers.items():
            exercise = self._exercise(id, place)
            if exercise is None:
                continue
            if answer.asked and answer.asked != exercise.digest:
                self._book.tell(place, f"{id} was asked by another edition of the book; judged by this one")
            kept[id] = self._chosen(id, person, (answer, submission), kept.get(id))

    def _chosen(self, id: str, person: Person, one: Given, before: Given | None) -> Given:
        """Of two answers the later; a notebook's gives way to that of a file of answers, unmentioned."""
        if before is None or one[1].is_notebook != before[1].is_notebook:
            return one if before is None or before[1].is_notebook else before
        chosen = _later(one, before)
        if person not in self._book.twice:
            self._book.twice.append(person)
        if one[0].given != before[0].given:
            places = f"{shown(before[1].place)} too; {shown(chosen[1].place)} counts"
            self._book.tell(shown(one[1].place), f"{id} is answered in {places}")
        return chosen

    def judge_all(self, judge: Judge) -> None:
        """Judge every answer with its student's own numbers."""
        due = self._book.due
        for person, answers in self._taken.items():
            results = self._book.results.setdefault(person, {})
            for id, (answer, submission) in answers.items():
                exercise = self._exercises[id]
                state, remark = judge.judge(exercise, self._draws(person, submission), answer.given)
                if state == "unread":
                    self._book.tell(shown(submission.place), f"its answer to {id} cannot be read: {remark}")
                elif state == "not run" and remark:
                    self._book.tell(shown(submission.place), f"its code for {id} is to be read: {remark}")
                points = exercise.points if state == "right" else 0
                late = due is not None and answer.at is not None and answer.at > due
                results[id] = Result(state, points, remark, answer.given, shown(submission.place), late)

    def answered(self) -> list[Exercise]:
        """The exercises of the chapters of which one was answered at all."""
        numbers = sorted({exercise.chapter for exercise in self._exercises.values()})
        return [exercise for number in numbers for exercise in list_exercises(number)]

    def _owner(self, submission: Submission, place: str) -> Person | None:
        owner = self._roster.owner(submission.place)
        named = self._roster.named(submission.student) if submission.student else []
        said = printable(submission.student)
        if owner.among:
            named = [person for person in owner.among if person in named]
            called = printable(owner.said)
            owner = Owner(named[0] if len(named) == 1 else None, late=owner.late)
            if owner.person is None:
                self._book.tell(place, f"there are several students called {called!r}: not graded; ask for an id")
                return None
        if owner.said:
            self._book.tell(place, f"handed in by {printable(owner.said)!r}, who is not on the roster: not graded")
            return None
        person = owner.person
        if person is None:
            if len(named) > 1:
                self._book.tell(place, f"there are {len(named)} students called {said!r}: not graded; ask for an id")
            elif not named:
                who = f"{said!r}, who is not on the roster" if said else "no name"
                self._book.tell(place, f"says {who}: not graded")
            return named[0] if len(named) == 1 else None
        if owner.late:
            self._book.late.add(person)
        if submission.student and not person.knows(submission.student) and not self._book_numbers:
            judged = f"judged by the numbers of {person.names[0]!r}"
            self._book.tell(place, f"says it is {said!r}, but was handed in by {person.name!r}: {judged}")
        elif not submission.student and not self._book_numbers:
            self._book.tell(place, f"says no name: judged by the numbers of {person.names[0]!r}, not by the book's")
        return person

    def _draws(self, person: Person, submission: Submission) -> str:
        """The name that draws a student's numbers: the one he wrote, where the roster knows it as his."""
        if self._book_numbers:
            return ""
        return submission.student if person.knows(submission.student) else person.names[0]

    def _exercise(self, id: Any, place: str) -> Exercise | None:
        known = self._exercises.get(id) or (self._asked or {}).get(id)
        if known is None:
            try:
                known = find(id)
            except ValueError:
                self._book.tell(place, f"answers {printable(id, 20)!r}, which this edition does not ask")
                return None
            if self._asked is not None:
                return None  # another chapter's, which was not set
        self._exercises[id] = known
        return known


def _later(one: Given, other: Given) -> Given:
    """The later of two answers, by the student's clock; one that says when before one that does not."""
    if one[0].at is None or other[0].at is None:
        return one if one[0].at is not None else other
    return one if one[0].at > other[0].at else other
