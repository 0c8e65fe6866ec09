"""`inception-edu classroom grade`: one line for bad input, JSON for programs, files whole or not at all."""

import errno
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inception_edu.cli import main
from inception_edu.exercises import find

from .simulated import PEOPLE, POINTS, all_right, answers, roster

ID = PEOPLE[0][0]


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / f"{ID}.json").write_bytes(answers(ID, all_right(ID)))
    roster(tmp_path)
    return tmp_path


def grade(*more):
    return main(["classroom", "grade", "submissions", "--roster", "roster.csv", *more])


def test_grades_are_written_and_the_report_printed(course, capsys):
    assert grade("-o", "grades.csv", "--moodle", "m.csv", "--canvas", "c.csv") == 0
    out, err = capsys.readouterr()
    assert "1 of 30 students" in out
    assert "wrote grades.csv" in err
    assert (course / "grades.csv").read_text("utf-8-sig").splitlines()[1].startswith(f"{ID},")
    assert not [path for path in course.iterdir() if path.name.startswith(".")]


def test_json(course, capsys):
    assert grade("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["students"][0]["points"] == POINTS
    assert len(found["missing"]) == 29


def test_a_solution_that_prints_stays_out_of_the_json(course, capsys, monkeypatch):
    found = find("3.2")

    def chatty(**parameters):
        print("found something")
        return found.solution(**parameters)

    monkeypatch.setitem(
        sys.modules["inception_edu.exercises.exercise"]._REGISTER, "3.2", replace(found, solution=chatty)
    )
    assert grade("--json") == 0
    assert json.loads(capsys.readouterr().out)["students"][0]["points"] == POINTS


def test_the_report_is_a_page_that_loads_nothing(course):
    assert grade("--report", "report.html") == 0
    page = (course / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert 'src="http' not in page
    assert "<script" not in page


def test_the_grade_books_notebook_runs(course, capsys):
    path = Path(__file__).resolve().parents[2] / "book" / "_tools" / "grade_book.ipynb"
    if not path.exists():
        pytest.skip("the installed package comes without the book")
    scope = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), scope)
    assert (course / "canvas.csv").exists()
    assert scope["book"].of > 0


@pytest.mark.parametrize(
    "more",
    [
        ("--due", "soon"),
        ("--due", "0001-01-01T00:00+01:00"),
        ("--due", "9999-12-31T23:59-01:00"),
        ("--chapters", "99"),
        ("--course", "nowhere.toml"),
        ("-o", "roster.csv"),
        ("-o", "submissions"),
        ("-o", "a.csv", "--moodle", "a.csv"),
        ("-o", "nowhere/grades.csv"),
    ],
)
def test_what_cannot_be_is_one_line(course, capsys, more):
    assert grade(*more) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert err.startswith("inception-edu classroom: ")


@pytest.mark.parametrize(
    "arguments", [("nowhere", "roster.csv"), ("submissions", "nowhere.csv"), ("roster.csv", "roster.csv")]
)
def test_what_is_not_there_is_one_line(course, capsys, arguments):
    assert main(["classroom", "grade", arguments[0], "--roster", arguments[1]]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_full_disk_leaves_no_half_file(course, capsys, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert grade("-o", "grades.csv") == 2
    assert "No space left" in capsys.readouterr().err
    assert not [path.name for path in course.iterdir() if "grades" in path.name]
