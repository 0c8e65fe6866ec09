"""The grade book: `inception-edu classroom grade SUBMISSIONS --roster roster.csv -o grades.csv`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

HELP = "grade a class's answers"

GRADE = """Grade a class's answers, as folders or archives of Moodle, Canvas, Google Classroom or by hand.

Every answer is judged again with the numbers that its student's name draws; a submission's own score is ignored, and
nothing in it is run unless --run-code is given. What is wrong with a file is a line in the report and spoils nothing
else.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `inception-edu classroom`."""
    commands = parser.add_subparsers(dest="classroom", required=True, metavar="COMMAND")
    grade = commands.add_parser("grade", help="grade submissions", description=GRADE)
    grade.add_argument("submissions", metavar="SUBMISSIONS", help="a folder or a .zip of answers.json and notebooks")
    grade.add_argument("--roster", required=True, metavar="CSV", help="the class: columns id, name, email")
    grade.add_argument("-o", "--out", metavar="CSV", help="write the grades into this file")
    grade.add_argument("--moodle", metavar="CSV", help="write what Moodle imports")
    grade.add_argument("--canvas", metavar="CSV", help="write what Canvas imports")
    grade.add_argument("--report", metavar="HTML", help="write a page with pictures")
    grade.add_argument("--course", metavar="TOML", help="title, due date and chapters, as `make classroom` takes them")
    grade.add_argument("--chapters", nargs="+", type=int, metavar="N", help="the chapters that were set")
    grade.add_argument("--due", metavar="DATE", help="when the answers were due: 2027-03-01T23:59+01:00")
    grade.add_argument("--book-numbers", action="store_true", help="all had the book's own numbers, as its pages ask")
    grade.add_argument(
        "--run-code", action="store_true", help="run the code that students wrote, each in a process without rights"
    )
    grade.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Grade, write what is asked for, print the report; returns the exit status."""
    from ..classroom import grade, load_course
    from ..classroom.exports import write_canvas, write_grades, write_moodle

    _check_files(args)
    course = load_course(args.course, chapters=tuple(args.chapters) if args.chapters else None)
    book = grade(
        args.submissions,
        args.roster,
        chapters=course.chapters if args.course or args.chapters else None,
        due=args.due or course.due,
        run_code=args.run_code,
        book_numbers=args.book_numbers,
    )
    title = course.title or "inception-edu"
    writers: list[tuple[Callable[..., None], str | None]] = [(write_grades, args.out)]
    writers += [(partial(write_moodle, title=title), args.moodle), (partial(write_canvas, title=title), args.canvas)]
    if args.report:
        from ..classroom.pictures import write_report

        writers.append((partial(write_report, title=title), args.report))
    for write, path in writers:
        if path:
            write(book, path)
            print(f"wrote {path}", file=sys.stderr)
    print(json.dumps(book.to_dict(), indent=2) if args.json else book.to_text())
    return 0


def _check_files(args: argparse.Namespace) -> None:
    """What is written must be neither read nor written twice."""
    written = [Path(path).resolve() for path in (args.out, args.moodle, args.canvas, args.report) if path]
    read = [Path(path).resolve() for path in (args.submissions, args.roster, args.course) if path]
    for path in written:
        if path in read:
            raise ValueError(f"{path.name} is read: write into another file")
        if written.count(path) > 1:
            raise ValueError(f"{path.name} is to be written twice")
        if path.is_dir():
            raise ValueError(f"{path.name} is a folder: name a file to write into")
