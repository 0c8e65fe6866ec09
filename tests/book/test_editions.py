"""The two editions of every chapter: students get stubs and no solution anywhere, teachers get it all, run."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from editions import CHAPTERS, link_rewriter, main
from exercise_cells import solution_source
from student_edition import student_edition
from teacher_edition import QUESTIONS, discussion, notes, teacher_edition, tomllib

from inception_edu.classroom import Course, load_course
from inception_edu.exercises import Choice, Instance, Setting, Text, chapters, find, list_exercises, solved
from inception_edu.exercises.code import Code

SET = [number for number in chapters() if number in CHAPTERS]
every_chapter = pytest.mark.parametrize("number", SET)


def student(number, course=None):
    chapter = nbformat.read(CHAPTERS[number], as_version=4)
    return student_edition(chapter, number, course or Course(chapters=(number,)), link_rewriter(set()))


def of(notebook, id):
    """The cells of an exercise, as one text."""
    return "\n".join(cell.source for cell in notebook.cells if cell.metadata.get("exercise") == id)


@every_chapter
def test_a_students_file_holds_no_solution(number):
    notebook = student(number)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert set(notebook.metadata) == {"inception_edu", "kernelspec", "language_info"}
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert not cell.get("attachments")
        assert set(cell.metadata) <= {"exercise", "classroom", "nbgrader", "jupyter", "cellView"}
        assert "solved(" not in cell.source
        assert not cell.source.startswith("#### Solution")
    for found in list_exercises(number):
        assert found.code.strip() not in text
        for case in range(len(found.cases)):
            instance = Instance(found, case)
            assert instance.words not in text
            for told in (*instance.hints, *(remark for _, remark in instance.known)):
                assert told not in of(notebook, found.id)
            shown = found.kind.show(instance.right)
            if len(shown) > 4 and found.kind.name in ("number", "numbers", "text"):
                assert shown not in of(notebook, found.id)


@every_chapter
def test_every_exercise_has_a_stub_and_a_check(number):
    notebook = student(number)
    for found in list_exercises(number):
        own = [cell for cell in notebook.cells if cell.metadata.get("exercise") == found.id]
        cells = {cell.id.rpartition("-")[2]: cell for cell in own}
        assert f"### Exercise {found.id}" in cells["question"].source
        assert "check" in cells
        assert "answer" in cells or "widget" in cells
        if isinstance(found.kind, Code):
            assert found.kind.stub in cells["answer"].source


@every_chapter
def test_numbers_are_drawn_when_the_notebook_runs(number):
    notebook = student(number)
    for found in list_exercises(number):
        asked = f'ask("{found.id}")' in of(notebook, found.id)
        assert asked == (len(found.cases) > 1)


@every_chapter
def test_stubs_run_and_are_worth_nothing(number, tmp_path, monkeypatch):
    """The cells of the exercises, run as they stand."""
    from inception_edu.exercises.progress import use_student

    monkeypatch.chdir(tmp_path)
    scope = {}
    exec("from inception_edu.classroom import ask, check, hand_in, i_am\ni_am('Ada Lovelace')", scope)
    try:
        for cell in student(number).cells:
            if cell.cell_type == "code" and "exercise" in cell.metadata:
                if cell.id.endswith("-check"):
                    assert repr(eval(cell.source, scope)) == "0.0"
                elif cell.id.endswith("-ask"):
                    assert eval(cell.source, scope).markdown
                else:
                    exec(cell.source, scope)
    finally:
        use_student("")


def test_what_is_said_of_a_field_is_said_of_a_cell():
    text = "\n".join(cell.source for cell in student(3).cells)
    assert "A field checks" not in text
    assert "The cell below an answer checks it" in text


@pytest.mark.parametrize("found", list_exercises(), ids=lambda found: found.id)
def test_the_teacher_is_told_of_every_exercise(found):
    text = notes(found)
    assert str(found.minutes) in text
    assert "Hints" in text
    kind, instance = found.kind, found.for_student()
    told = [remark for _, remark in instance.known]
    if isinstance(kind, Choice):
        told += [remark for key, (_, remark) in kind.options.items() if key != instance.right]
    elif isinstance(kind, Setting):
        told += [remark for _, _, remark in kind.conditions.values()]
    elif isinstance(kind, Code):  # what is told of wrong code holds numbers of random weights
        for number in range(1, len(kind.wrong) + 1):
            assert re.search(rf"a wrong `{kind.object}`, number {number} \| [^|]*\w[^|]* \|", text)
    if len(found.cases) > 1:
        told += [kind.show(Instance(found, case).right) for case in range(len(found.cases))]
    words = " ".join(text.replace("\\|", "|").split())
    for line in (*told, *instance.hints):
        assert line
        assert " ".join(line.split()) in words


def test_nbgraders_metadata_is_whole():
    ids = []
    for cell in student(3).cells:
        if "nbgrader" in cell.metadata:
            about = cell.metadata.nbgrader
            ids.append(about.grade_id)
            assert ("points" in about) == about.grade
            assert not (about.solution and about.locked)
    assert len(set(ids)) == len(ids)
    worth = sum(c.metadata.nbgrader.get("points", 0) for c in student(3).cells if "nbgrader" in c.metadata)
    assert worth == sum(found.points for found in list_exercises(3))


def test_title_and_due_date_stand_at_the_head(tmp_path):
    file = tmp_path / "course.toml"
    file.write_text('title = "Deep learning"\ndue = 2027-03-01T23:59:00+01:00\nchapters = [3]\n', encoding="utf-8")
    head = student(3, load_course(file)).cells[2].source
    assert "**Deep learning**" in head
    assert "2027-03-01 at 22:59 UTC" in head


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("titel = 'x'", "has no 'titel'"),
        ("chapters = [99]", "there are no exercises to chapter 99"),
        ("chapters = 3", "a list of numbers"),
        ("due = 3", "course.toml: due is a date"),
        ("due = 0001-01-01T00:00:00+01:00", "course.toml: .* is too far away"),
        ("title = 3", "title is one line"),
        ("not toml", "is no TOML"),
    ],
)
def test_a_course_that_is_none_is_one_line(tmp_path, text, told):
    file = tmp_path / "course.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=told) as error:
        load_course(file)
    assert "\n" not in str(error.value)


def test_links_lead_to_the_edition_or_to_the_published_book():
    links = link_rewriter({"03_inception_module.ipynb"})
    assert links("[a](03_inception_module.ipynb)") == "[a](03_inception_module.ipynb)"
    assert re.fullmatch(r"\[a\]\(https://.*/chapters/02_x\.html#b\)", links("[a](02_x.ipynb#b)"))
    assert re.fullmatch(r"\[a\]\(https://.*/book/glossary\.html\)", links("[a](../book/glossary.md)"))
    assert links("[a](https://b.c/d.md)") == "[a](https://b.c/d.md)"


CODE = [found for number in SET for found in list_exercises(number) if isinstance(found.kind, Code)]


@pytest.mark.parametrize("found", CODE, ids=lambda found: found.id)
def test_a_solutions_cell_is_a_whole(found, capsys):
    exec(solution_source(found), {"solved": solved})


@pytest.mark.slow
def test_a_teachers_file_has_it_all_and_its_solutions_ran():
    chapter = nbformat.read(CHAPTERS[3], as_version=4)
    notebook = teacher_edition(chapter, 3, Course(chapters=(3,)), link_rewriter(set()))
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "Questions to discuss" in text
    for found in list_exercises(3):
        solution = next(c for c in notebook.cells if c.id == f"exercise-{found.id.replace('.', '-')}-solution")
        assert solution.outputs
        assert not any(output.output_type == "error" for output in solution.outputs)
        assert str(found.minutes) in text
        for _, remark in found.for_student().known:
            assert " ".join(remark.replace("|", "\\|").split()) in text
    assert find("3.2").kind.show(find("3.2").for_student("Ada").right) in text


def test_questions_to_discuss_belong_to_chapters():
    names = {path.stem[3:] for path in CHAPTERS.values()}
    questions = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))
    assert set(questions) <= names
    assert all(set(q) == {"ask", "listen"} and all(q.values()) for some in questions.values() for q in some)
    assert discussion(3)


def test_writing_an_edition_again_leaves_what_a_teacher_put_beside_it(tmp_path, monkeypatch):
    monkeypatch.setattr("editions.write", lambda number, course, out: None)
    assert main(["3", "--out", str(tmp_path)]) == 0
    grade_book = tmp_path / "teacher" / "grade_book.ipynb"
    own = [tmp_path / "teacher" / "submissions" / "ada.json", tmp_path / "teacher" / "roster.csv", grade_book]
    earlier = [tmp_path / edition / "02_of_another_course.ipynb" for edition in ("student", "teacher")]
    own[0].parent.mkdir()
    for path in (*own, *earlier):
        path.write_text("kept", encoding="utf-8")
    assert main(["3", "--out", str(tmp_path)]) == 0
    assert [path.read_text(encoding="utf-8") for path in own] == ["kept"] * 3
    assert not any(path.exists() for path in earlier)


@pytest.mark.parametrize("arguments", [["x"], ["99"], ["--course", "nowhere.toml"], ["0"]])
def test_what_cannot_be_made_is_one_line(tmp_path, capsys, arguments):
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_nbgrader_releases_and_grades_the_student_edition(tmp_path):
    """The chapter goes through nbgrader: released as it is, handed in with answers, graded as they deserve."""
    pytest.importorskip("nbgrader")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.ExecutePreprocessor.timeout = 300\n")
    for folder in ("source/module", "submitted/ada/module"):
        (tmp_path / folder).mkdir(parents=True)
    notebook = student(3)
    nbformat.write(notebook, tmp_path / "source" / "module" / "module.ipynb")
    run_nbgrader(tmp_path, "generate_assignment", "module")
    released = nbformat.read(tmp_path / "release" / "module" / "module.ipynb", as_version=4)
    for cell in released.cells:
        if cell.id == "classroom-student":
            cell.source = cell.source.replace('i_am("")', 'i_am("Ada Lovelace")')
        if cell.id == "exercise-3-2-answer":
            cell.source = f"answer_3_2 = {find('3.2').for_student('Ada Lovelace').right!r}"
        if cell.id == "exercise-3-3-answer":
            cell.source = "answer_3_3 = 'both'"
    nbformat.write(released, tmp_path / "submitted" / "ada" / "module" / "module.ipynb")
    run_nbgrader(tmp_path, "autograde", "module")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        grades = {grade.name: grade for grade in book.find_submission_notebook("module", "module", "ada").grades}
        assert grades["exercise-3-2-check"].auto_score == 1
        assert grades["exercise-3-3-check"].auto_score == 0
        texts = [found for found in list_exercises(3) if isinstance(found.kind, Text)]
        assert all(grades[f"exercise-{found.id.replace('.', '-')}-answer"].max_score == found.points for found in texts)


def run_nbgrader(folder, *arguments):
    programs = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # nbgrader calls alembic
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", env=os.environ | {"PATH": programs}
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_grade_book_is_a_notebook():
    from editions import GRADE_BOOK

    nbformat.validate(nbformat.from_dict(json.loads(GRADE_BOOK.read_text(encoding="utf-8"))))
