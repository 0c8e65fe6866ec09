"""A class of thirty, made up: who is right, wrong or half done is known before it is graded."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from io import BytesIO
from pathlib import Path

from inception_edu.exercises import Setting, Text, find, list_exercises
from inception_edu.exercises.code import Code
from inception_edu.exercises.progress import FORMAT, VERSION

FIRST = ["Ada", "Grace", "Emmy", "Alan", "Lise", "Niels", "Marie", "Max", "Rosa", "Kurt"]
LAST = ["Alba", "Berg", "Cole"]
PEOPLE = [(f"s{number:03d}", f"{FIRST[number % 10]} {LAST[number // 10]}") for number in range(30)]
PLAIN = [found for found in list_exercises(3) if not isinstance(found.kind, (Text, Code, Setting))]
POINTS = sum(found.points for found in PLAIN)


def roster(folder: Path, people=PEOPLE) -> Path:
    """The class's list."""
    path = folder / "roster.csv"
    rows = "".join(f"{id},{name},{id}@school.example\n" for id, name in people)
    path.write_text(f"id,name,email\n{rows}", encoding="utf-8")
    return path


def right(found, name: str):
    """The right answer with a student's numbers, as `answers.json` has it."""
    return found.for_student(name).right


def wrong(found, name: str):
    """The first known mistake with a student's numbers."""
    instance = found.for_student(name)
    if found.kind.name == "choice":
        return next(key for key in found.kind.options if key != instance.right)
    answer = instance.known[0][0]
    return {**instance.right, **answer} if isinstance(answer, dict) else answer


def answers(name: str, given: dict, at: str = "2027-02-01T10:00:00Z", **more) -> bytes:
    """A file of answers; its own score says that all of it is right."""
    entries = {
        id: {"case": 0, "answer": answer, "correct": True, "attempts": 1, "at": at} for id, answer in given.items()
    }
    made = {"format": FORMAT, "version": VERSION, "student": name, "answers": entries, **more}
    return json.dumps(made).encode()


def all_right(name: str) -> dict:
    return {found.id: right(found, name) for found in PLAIN}


def all_wrong(name: str) -> dict:
    return {found.id: wrong(found, name) for found in PLAIN}


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of those files."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return buffer.getvalue()


def damaged() -> bytes:
    """An archive whose one entry says a compression by LZMA that cannot be."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("answers.json", b"{}" * 50)
    raw = bytearray(buffer.getvalue())
    head = raw.index(b"answers.json") + len("answers.json")
    raw[head + 4] = 0xFF  # the first of the five bytes that set up the filter
    return bytes(raw)


def link(name: str, target: str) -> zipfile.ZipInfo:
    """An entry of an archive that is a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def good_class(folder: Path) -> dict[str, int]:
    """Twenty-four students: a third right, a third wrong, a third half done. Returns the points of each id."""
    expected = {}
    for number, (id, name) in enumerate(PEOPLE[:24]):
        typed = id if number % 2 else name
        given = (all_right, all_wrong, lambda who: {"3.1": right(find("3.1"), who)})[number % 3](typed)
        expected[id] = (POINTS, 0, find("3.1").points)[number % 3]
        own = folder / f"{name}_{4000 + number}_assignsubmission_file_"
        own.mkdir(parents=True)
        (own / "answers.json").write_bytes(answers(typed, given))
    return expected


def malicious(folder: Path) -> dict[str, bytes]:
    """Files that are not what they should be, by place; each belongs to one of the last six students or to nobody."""
    bomb = zipped({f"{number}.json": b" " * 4_900_000 for number in range(40)})
    nested = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    twice = b'{"format": "inception-edu answers", "format": "x", "version": 1, "answers": {}}'
    head = b'{"format": "inception-edu answers", "version": 1, "student": "s024", "answers": '
    files = {
        "s024/bomb.zip": bomb,
        "s024/nested.json": nested,
        "s024/twice.json": twice,
        "s024/nan.json": head + b'{"3.2": {"answer": NaN}}}',
        "s024/digits.json": head + b'{"3.2": {"answer": ' + b"9" * 10_000 + b"}}}",
        "s024/latin.json": '{"student": "José"}'.encode("latin-1"),
        "s024/list.json": head + b"[]}",
        "s024/types.json": head
        + b'{"3.1": 7, "3.2": {"answer": [1]}, "__proto__": {"answer": 1}, "99.9": {"answer": 1}}}',
        "s024/version.json": b'{"format": "inception-edu answers", "version": 99, "answers": {}}',
        "s024/empty.json": b"",
        "s024/huge.json": b" " * 5_000_001,
        "s024/broken.zip": b"PK\x03\x04 no archive",
        "s024/lzma.zip": damaged(),
        "s024/out.zip": zipped({"../../out.json": answers("s001", {})}),
        "s024/other.rar": b"Rar!",
        "s024/book.ipynb": b'{"cells": 7}',
        "s024/deep.ipynb": b'{"cells": [{"cell_type": "code", "source": "answer_3_2 = ' + b"(" * 9000 + b'"}]}',
        "s025/answers.json": answers("s001", all_right("s001")),  # another's name and answers
        "s026/answers.json": answers("", all_right("")),  # the book's own numbers, whose solutions are printed
        "s027/answers.json": answers("nobody at all", all_right("nobody at all")),
        "stranger.json": answers("Mallory", all_right("Mallory")),
    }
    for place, raw in files.items():
        path = folder / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw)
    with zipfile.ZipFile(folder / "s024" / "link.zip", "w") as archive:
        archive.writestr(link("answers.json", "/etc/passwd"), "/etc/passwd")
    if hasattr(os, "symlink"):
        os.symlink("/etc/passwd", folder / "s024" / "link.json")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "s024" / "pipe.json")
    return files
