"""A simulated class of thirty is graded as it deserves, whatever some of its files hold."""

import csv
import json

import pytest

from inception_edu.classroom import grade
from inception_edu.classroom.exports import write_canvas, write_grades, write_moodle
from inception_edu.exercises import find

from .simulated import PEOPLE, PLAIN, POINTS, all_right, answers, good_class, malicious, roster


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    submissions = folder / "submissions"
    expected = good_class(submissions)
    malicious(submissions)
    book = grade(submissions, roster(folder), chapters=[3], due="2027-03-01")
    return book, expected


def person(book, id):
    return next(found for found in book.roster.people if found.names[0] == id)


def told(book, place):
    return [line for where, line in book.lines if where.startswith(place)]


def test_the_honest_get_what_they_deserve(graded):
    book, expected = graded
    assert {id: book.points(person(book, id)) for id in expected} == expected


def test_a_files_own_score_is_ignored(graded):
    book, _ = graded
    assert book.points(person(book, PEOPLE[1][0])) == 0


def test_known_mistakes_are_counted(graded):
    book, _ = graded
    common = dict(book.common(find("3.2")))
    assert any("share of the *filters*" in remark and count >= 5 for remark, count in common.items())


def test_who_is_missing(graded):
    book, _ = graded
    assert {found.names[0] for found in book.missing} == {"s028", "s029"}


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("s024/bomb.zip", "unpacks to far more"),
        ("s024/nested.json", "nested too deep"),
        ("s024/twice.json", "twice"),
        ("s024/nan.json", "NaN"),
        ("s024/digits.json", "10,000 digits"),
        ("s024/latin.json", "UTF-8"),
        ("s024/list.json", "no answers"),
        ("s024/types.json", "none that this book asks for"),
        ("s024/types.json", "does not ask"),
        ("s024/version.json", "version 99"),
        ("s024/empty.json", "no JSON"),
        ("s024/huge.json", "larger than 5 MB"),
        ("s024/broken.zip", "the archive is broken"),
        ("s024/lzma.zip", "broken or locked inside its archive"),
        ("s024/out.zip", "leads out of its archive"),
        ("s024/link.zip", "a link"),
        ("s024/link.json", "a link"),
        ("s024/pipe.json", "no regular file"),
        ("s024/other.rar", "an archive that is not read"),
        ("s024/book.ipynb", "no notebook"),
        ("s024/deep.ipynb", "without answers"),
        ("s025/answers.json", "handed in by"),
        ("s026/answers.json", "says no name"),
        ("s027/answers.json", "says it is 'nobody at all'"),
        ("stranger.json", "not on the roster"),
    ],
)
def test_each_bad_file_has_its_line(graded, file, line):
    book, _ = graded
    lines = told(book, file)
    assert any(line in found for found in lines), lines
    assert all("\n" not in found and len(found) < 400 for found in lines)


def test_a_forged_name_earns_nothing_that_depends_on_numbers(graded):
    book, _ = graded
    varied = [found for found in PLAIN if len(found.cases) > 1]
    for id in ("s025", "s026"):
        states = {found.id: book.result(person(book, id), found).state for found in varied}
        drawn = {found.id: found.for_student(id).case for found in varied}
        other = {found.id: found.for_student("s001" if id == "s025" else "").case for found in varied}
        assert all(states[key] == "wrong" for key in states if drawn[key] != other[key])
        assert any(drawn[key] != other[key] for key in states)


def test_the_whole_report_is_text_and_json(graded):
    book, _ = graded
    text = book.to_text()
    assert "missing (2)" in text
    json.dumps(book.to_dict(), allow_nan=False)
    assert "| student |" in book._repr_markdown_()
    assert "share of the" in book.common_mistakes()._repr_markdown_()


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_tables_that_schools_load(graded, tmp_path):
    book, expected = graded
    for write in (write_grades, write_moodle, write_canvas):
        write(book, tmp_path / f"{write.__name__}.csv")
    grades = read(tmp_path / "write_grades.csv")
    assert grades[0][:4] == ["id", "name", "points", "of"]
    assert {row[0]: int(row[2]) for row in grades[1:] if row[0] in expected} == expected
    moodle = read(tmp_path / "write_moodle.csv")
    assert moodle[0] == ["id", "name", "email", "inception-edu"]
    assert len(moodle) == 31
    canvas = read(tmp_path / "write_canvas.csv")
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "inception-edu"]
    assert canvas[1] == ["    Points Possible", "", "", "", "", str(book.of)]


def test_five_hundred_students(tmp_path):
    people = [(f"n{number:03d}", f"Student Number{number}") for number in range(500)]
    folder = tmp_path / "submissions"
    folder.mkdir()
    for id, name in people:
        (folder / f"{name} - answers.json").write_bytes(answers(id, all_right(id)))
    book = grade(folder, roster(tmp_path, people))
    assert book.lines == []
    assert {book.points(found) for found in book.roster.people} == {POINTS}
