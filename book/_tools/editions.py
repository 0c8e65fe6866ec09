"""Write the student and the teacher edition into dist/: `make classroom` runs this.

    make classroom CHAPTERS="2 3 8" COURSE=course.toml

The course's title, due date and chapters stand in a small TOML file; CHAPTERS goes before its chapters.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
from address import address, forms
from student_edition import student_edition
from teacher_edition import teacher_edition

from inception_edu.classroom import load_course

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = {int(path.name[:2]): path for path in sorted((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb"))}
MAKERS = {"student": student_edition, "teacher": teacher_edition}
GRADE_BOOK = Path(__file__).with_name("grade_book.ipynb")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", help="numbers of chapters; without any, those of the course, or all")
    parser.add_argument("--course", help="a TOML file with title, due and chapters; course.toml where it is there")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the editions")
    args = parser.parse_args(argv)
    try:
        numbers = tuple(map(chapter_number, args.chapters)) or None
        usual = ROOT / "course.toml"
        course = load_course(args.course or (usual if usual.exists() else None), chapters=numbers)
    except (ValueError, OSError) as error:
        print(f"make classroom: {error}", file=sys.stderr)
        return 2
    for edition in MAKERS:
        clear(args.out / edition)
    for number in course.chapters:
        write(number, course, args.out)
    grade_book = args.out / "teacher" / GRADE_BOOK.name
    if not grade_book.exists():
        shutil.copy(GRADE_BOOK, grade_book)
    print(f"Wrote {len(course.chapters)} chapters to {args.out / 'student'} and {args.out / 'teacher'}.")
    return 0


def clear(folder: Path) -> None:
    """Take the chapters of an earlier edition away; what else lies there, such as submissions, is the teacher's."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob("[0-9][0-9]_*.ipynb"):
        earlier.unlink()


def chapter_number(text: str) -> int:
    """A number from the command line."""
    if not re.fullmatch(r"\d{1,2}", text):
        raise ValueError(f"{text!r} is no chapter's number")
    return int(text)


def write(number: int, course, out: Path) -> None:
    """Both editions of a chapter."""
    path = CHAPTERS[number]
    links = link_rewriter({CHAPTERS[n].name for n in course.chapters})
    for edition, make in MAKERS.items():
        chapter = nbformat.read(path, as_version=4)
        made = make(chapter, number, course, links)
        nbformat.validate(made)
        text = nbformat.writes(made, indent=1, ensure_ascii=False) + "\n"
        (out / edition / path.name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.stem}: both editions", flush=True)


def link_rewriter(kept: set[str]):
    """A function that lets links lead to chapters of the edition, and all others to the published book."""
    site = forms(address())[1]

    def to_book(match: re.Match) -> str:
        target, anchor = match[1], match[2] or ""
        if target in kept:
            return match[0]
        page = os.path.normpath(os.path.join("chapters", target)).replace(os.sep, "/")
        return f"]({site}{re.sub(r'[.](ipynb|md)$', '.html', page)}{anchor})"

    return lambda text: re.sub(r"\]\((?!https?:|mailto:|#|/)([^)\s#]+\.(?:ipynb|md))(#[^)\s]*)?\)", to_book, text)


if __name__ == "__main__":
    sys.exit(main())
