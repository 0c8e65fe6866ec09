"""Whose a file is, as learning platforms and people lay files out; and what may stand in a cell of a table."""

import csv
import html
import json
import os
import re

import pytest

from inception_edu.classroom import grade
from inception_edu.classroom.exports import safe, write_grades
from inception_edu.classroom.roster import load_roster
from inception_edu.classroom.strict_json import in_markdown, printable, read_json
from inception_edu.exercises import find

from .simulated import PEOPLE, POINTS, all_right, answers, roster, zipped

ID, NAME = PEOPLE[3]
FIRST, LAST = NAME.split()


def points(tmp_path, files, **more):
    """The points of the student, and the lines, for files by place."""
    folder = tmp_path / "submissions"
    for place, raw in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    book = grade(folder, roster(tmp_path), chapters=[3], **more)
    person = book.roster.named(ID)[0]
    return book.points(person), book, person


FILE = answers(ID, all_right(ID))


@pytest.mark.parametrize(
    "place",
    [
        f"{NAME}_4711_assignsubmission_file_/answers.json",
        f"{NAME}_4711_assignsubmission_file_answers.json",
        f"{LAST}{FIRST}_4711_815_answers.json".lower(),
        f"{LAST}{FIRST}_LATE_4711_815_answers-1.json".lower().replace("late", "LATE"),
        f"{NAME}/answers.json",
        f"{NAME} - answers.json",
        f"answers - {NAME}.json",
        f"{ID}/chapter-3/answers.json",
        f"{ID}@school.example/answers.json",
        "answers (17).json",
        f"hw_2027_03_01/{NAME}/answers.json",
        f"hw_2027_03_01.zip/{NAME}/answers.json",
    ],
)
def test_a_file_is_its_students(tmp_path, place):
    assert points(tmp_path, {place: FILE})[0] == POINTS


def test_archives_in_archives(tmp_path):
    inner = zipped({"chapter/answers.json": FILE, "__MACOSX/._answers.json": b"junk", ".DS_Store": b"junk"})
    outer = zipped({f"{NAME}_4711_assignsubmission_file_/work.zip": inner})
    got, book, _ = points(tmp_path, {"download.zip": outer})
    assert (got, book.lines) == (POINTS, [])


def test_the_archive_itself(tmp_path):
    (tmp_path / "download.zip").write_bytes(zipped({f"{NAME}/answers.json": FILE}))
    book = grade(tmp_path / "download.zip", roster(tmp_path))
    assert book.points(book.roster.named(ID)[0]) == POINTS


def test_the_platforms_mark_and_the_students_clock_say_late(tmp_path):
    place = f"{LAST}{FIRST}_LATE_4711_815_answers.json"
    _, book, person = points(tmp_path, {place: FILE})
    assert book.is_late(person)
    _, book, person = points(tmp_path / "b", {f"{ID}.json": FILE}, due="2027-01-31")
    assert book.is_late(person)
    _, book, person = points(tmp_path / "c", {f"{ID}.json": FILE}, due="2027-02-01T10:00:00Z")
    assert not book.is_late(person)


@pytest.fixture(autouse=True)
def folders(tmp_path):
    for name in "bc":
        (tmp_path / name).mkdir()


def test_twice_the_later_answer_counts(tmp_path):
    before = answers(ID, {"3.2": 0.1}, at="2027-01-01T10:00:00Z")
    got, book, person = points(tmp_path, {f"{ID}/answers.json": FILE, f"{ID}/answers-1.json": before})
    assert got == POINTS
    assert book.twice == [person]
    assert any("3.2 is answered in" in line for _, line in book.lines)


def test_a_file_for_each_chapter_and_notebooks_beside_them_are_not_twice(tmp_path):
    files = {f"{ID}/answers.json": FILE, f"{ID}/answers (1).json": answers(ID, {"4.1": 1})}
    files[f"{ID}/chapter.ipynb"] = notebook((f'i_am("{ID}")', {}, []), ('answer_3_2 = "0.1"', {}, []))
    got, book, _ = points(tmp_path, files)
    assert (got, book.twice, book.lines) == (POINTS, [], [])


def test_a_platforms_name_that_is_on_no_roster(tmp_path):
    _, book, person = points(tmp_path, {"Mallory X_1_assignsubmission_file_/answers.json": FILE})
    assert person not in book.places
    assert "not on the roster" in book.lines[0][1]


def test_a_strangers_archive_is_not_the_students_of_the_name_of_its_file(tmp_path):
    _, book, _ = points(tmp_path, {"malloryx_4711_815_work.zip": zipped({"answers.json": FILE})})
    assert not book.places
    assert "'malloryx', who is not on the roster" in book.lines[0][1]


def test_two_students_of_one_name_are_told_apart_by_their_ids(tmp_path):
    folder = tmp_path / "submissions"
    people = roster(tmp_path, [("a1", "Li Wei"), ("a2", "Li Wei")])
    for number, typed in enumerate(["a2", "Li Wei"]):
        own = folder / f"Li Wei_{number}_assignsubmission_file_"
        own.mkdir(parents=True)
        (own / "answers.json").write_bytes(answers(typed, all_right(typed)))
    book = grade(folder, people, chapters=[3])
    assert [book.points(person) for person in book.roster.people] == [0, POINTS]
    assert ["several students called 'Li Wei'" in line for _, line in book.lines] == [True]


def test_several_students_of_a_name_are_told_by_the_name_of_the_place(tmp_path):
    own = tmp_path / "submissions" / "Li Wei_1_assignsubmission_file_"
    own.mkdir(parents=True)
    (own / "answers.json").write_bytes(answers("Mallory", {}))
    book = grade(tmp_path / "submissions", roster(tmp_path, [("a1", "Li Wei"), ("a2", "Li Wei")]), chapters=[3])
    assert [line for _, line in book.lines] == ["there are several students called 'Li Wei': not graded; ask for an id"]


def test_the_number_in_a_moodle_folder_is_nobodys_id(tmp_path):
    own = tmp_path / "submissions" / "Mallory_4711_assignsubmission_file_"
    own.mkdir(parents=True)
    (own / "answers.json").write_bytes(answers("4711", all_right("4711")))
    book = grade(tmp_path / "submissions", roster(tmp_path, [("4711", "Ada Alba")]))
    assert not book.places
    assert "'Mallory', who is not on the roster" in book.lines[0][1]


def test_another_edition_is_told(tmp_path):
    raw = json.loads(FILE)
    raw["answers"]["3.2"]["asked"] = "0123456789ab"
    got, book, _ = points(tmp_path, {f"{ID}.json": json.dumps(raw).encode()})
    assert got == POINTS
    assert "another edition" in book.lines[0][1]


def test_the_books_own_numbers_where_a_class_used_its_pages(tmp_path):
    got, book, _ = points(tmp_path, {f"{ID}.json": answers("", all_right(""))}, book_numbers=True)
    assert (got, book.lines) == (POINTS, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(tmp_path, encoding):
    assert points(tmp_path, {f"{ID}.json": FILE.decode().encode(encoding)})[0] == POINTS


def notebook(*cells):
    made = [
        {"cell_type": "code", "source": source.splitlines(keepends=True), "metadata": about, "outputs": outputs}
        for source, about, outputs in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(**data):
    return [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]


def test_a_notebook_alone_is_graded_and_never_run(tmp_path):
    mark = tmp_path / "was_run"
    answer = {"exercise": "3.5", "answer": find("3.5").for_student(ID).right}
    raw = notebook(
        (f'i_am("{ID}")', {}, []),
        (f"open({str(mark)!r}, 'w')", {}, []),
        (f"answer_3_2 = {find('3.2').for_student(ID).right!r}", {}, []),
        ("answer_3_3 = 'result'", {}, []),
        ("answer_3_1 = __import__('os')", {}, []),
        ("check('3.5', answer_3_5)", {}, shown(**{"application/vnd.inception-edu.answer+json": answer})),
        ("class Naive(nn.Module):\n    pass", {"exercise": "3.6"}, []),
    )
    got, book, person = points(tmp_path, {"any.ipynb": raw})
    assert got == sum(find(id).points for id in ("3.2", "3.3", "3.5"))
    assert book.result(person, find("3.1")).state == "missing"
    assert book.result(person, find("3.6")).state == "not run"
    assert not mark.exists()


@pytest.mark.parametrize(
    "cells",
    [
        ["answer_3_2 = 0.5\nanswer_3_2 += 0.1"],
        ["answer_3_2 = 0.5\nfor answer_3_2 in [0.6]: pass"],
        ["answer_3_2 = 0.5", "answer_3_2 = 0.3 + 0.3"],
        ["answer_3_2 = 0.5\nif True:\n    answer_3_2 = 0.7"],
        ['answer_3_2 = {"a": 0.5}\nanswer_3_2["a"] = 0.6'],
    ],
)
def test_a_computed_answer_is_not_its_starting_value(tmp_path, cells):
    output = shown(**{"application/vnd.inception-edu.answer+json": {"exercise": "3.2", "answer": 0.6}})
    raw = notebook((f'i_am("{ID}")', {}, []), *((source, {}, []) for source in cells), ("check()", {}, output))
    _, book, person = points(tmp_path, {"any.ipynb": raw})
    assert book.result(person, find("3.2")).given == 0.6
    raw = notebook((f'i_am("{ID}")', {}, []), *((source, {}, []) for source in cells))
    _, book, person = points(tmp_path / "b", {"any.ipynb": raw})
    assert book.result(person, find("3.2")).state == "missing"


def test_the_last_literal_of_a_cell_counts(tmp_path):
    raw = notebook((f'i_am("{ID}")', {}, []), ('answer_3_2 = ""\nanswer_3_2 = 0.5\nanswer_3_2 = 0.6', {}, []))
    _, book, person = points(tmp_path, {"any.ipynb": raw})
    assert book.result(person, find("3.2")).given == 0.6


def test_code_below_what_it_started_from_is_code(tmp_path):
    stub = find("3.6").kind.stub
    start = stub.rpartition("# your layers")[0] + "self.pool = None\n"
    for number, (source, state) in enumerate([(stub, "missing"), (f"{stub}\n\n{start}", "not run")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        raw = notebook((f'i_am("{ID}")', {}, []), (f"import torch\n\n{source}\n", {"exercise": "3.6"}, []))
        _, book, person = points(folder, {"any.ipynb": raw})
        assert book.result(person, find("3.6")).state == state


@pytest.mark.parametrize("name", ["any.ipynb", "any.json"])
def test_what_cannot_be_read_in_an_answer_has_its_line(tmp_path, name):
    source = f"i_am({ID!r})\nanswer_3_1 = [1, 2]\nanswer_3_2 = 'a lot'\nanswer_3_5 = '1*10^999'"
    _, book, person = points(tmp_path, {name: notebook((source, {}, []))})
    assert {place for place, _ in book.lines} == {name}
    lines = [line for _, line in book.lines]
    assert [line.partition(":")[0] for line in lines] == [
        "its answer to 3.1 is none that this book asks for",
        "its answer to 3.2 cannot be read",
        "its answer to 3.5 cannot be read",
    ]
    assert "“a lot” is not a number" in lines[1]
    assert [book.result(person, find(id)).state for id in ("3.1", "3.2", "3.5")] == ["missing", "unread", "unread"]


def test_a_notebook_that_is_saved_as_json_is_a_notebook(tmp_path):
    files = {f"{ID}/answers.json": FILE}
    files[f"{ID}/chapter.json"] = notebook((f'i_am("{ID}")', {}, []), ('answer_3_2 = "0.1"', {}, []))
    got, book, person = points(tmp_path, files)
    assert (got, book.twice, book.lines) == (POINTS, [], [])
    assert book.places[person] == list(files)


def test_a_setting_is_judged_by_its_own_figures(tmp_path):
    forged = {"n1x1": 64, "out_channels": 256, "macs": 1, "filters_1x1": 99, "filters_3x3": 99}
    honest = {"n1x1": 128, "n3x3_reduce": 40, "n3x3": 64}
    for number, (given, state) in enumerate([(forged, "wrong"), (honest, "right"), ({"n1x1": "many"}, "unread")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, book, person = points(folder, {f"{ID}.json": answers(ID, {"3.4": given})})
        assert book.result(person, find("3.4")).state == state


ROSTERS = {
    "id,name,email": "7,Ada Alba,a@b.c",
    "First name,Last name,ID number,Email address": "Ada,Alba,7,a@b.c",
    "Student,ID,SIS User ID,SIS Login ID,Section": '    Points Possible,,,,\n"Alba, Ada",7,u7,a@b.c,A',
    "Name;ID": "Ada Alba;7",
}


@pytest.mark.parametrize(("header", "rows"), ROSTERS.items())
def test_rosters_of_platforms(tmp_path, header, rows):
    path = tmp_path / "r.csv"
    path.write_text(f"\ufeff{header}\n{rows}\n\n", encoding="utf-8")
    found = load_roster(path)
    assert len(found.people) == 1
    assert found.named("ada  ALBA") == found.named("7") == found.people
    assert found.owner("albaada_7_8_answers.json").person == found.people[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [(b"", "no column"), (b"a,b\n1,2\n", "no column"), (b"id\n", "names no student"), (b"id\n\xff\n", "UTF-8")],
)
def test_a_roster_that_is_none_is_one_line(tmp_path, text, told):
    path = tmp_path / "r.csv"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=told) as error:
        load_roster(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "|calc"])
def test_a_cell_is_never_a_formula(cell):
    assert safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["Ada", 3, -3, 0.5, "3.1", ""])
def test_other_cells_stay(cell):
    assert safe(cell) == cell


def test_a_formula_for_a_name(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    people = roster(tmp_path, [("s1", "=HYPERLINK(1)"), ("s2", "A\ud800B".encode("utf-8", "replace").decode())])
    write_grades(grade(folder, people, chapters=[3]), tmp_path / "g.csv")
    with open(tmp_path / "g.csv", encoding="utf-8-sig", newline="") as file:
        assert [row[1] for row in csv.reader(file)] == ["name", "'=HYPERLINK(1)", "A?B"]


def test_text_from_strangers_is_printed_on_one_line():
    assert printable("a\nb\x1b[31m\ud800") == "a b?[31m?"
    assert len(printable("x" * 1000)) == 80
    with pytest.raises(ValueError, match="Infinity"):
        read_json(b"[-Infinity]")


STRANGE = r"[a](javascript:b) ![c](d) *e* __f__ `g` $h$ \(i\) <b>j</b> &lt; | ~~k~~"


def test_no_sign_of_a_stranger_means_anything_in_markdown(tmp_path):
    """Not to Markdown, nor to MathJax, which looks for formulas in the text that Markdown has made of it."""
    renderer = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = renderer.render(f"| a | b |\n|---|---|\n| {in_markdown(STRANGE)} | 1 |")
    text = page.partition("<tbody>")[2].partition("<td>")[2].partition("</td>")[0]
    assert html.unescape(re.sub("</?span>", "", text)) == STRANGE
    assert not re.search(r"[$].*[$]|\\[(]", text.replace("</span>", "\n"))
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "x.json").write_bytes(answers(STRANGE, {"3.2": "*m*"}))
    shown = renderer.render(grade(folder, roster(tmp_path, [("s1", STRANGE)]))._repr_markdown_())
    assert not re.search("<(a|img|em|strong|code|s|b)[ >]", shown)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_folder_that_holds_itself(tmp_path):
    folder = tmp_path / "submissions" / ID
    folder.mkdir(parents=True)
    os.symlink(tmp_path / "submissions", folder / "again")
    assert points(tmp_path, {f"{ID}/answers.json": FILE})[0] == POINTS
