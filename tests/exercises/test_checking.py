"""`check` in a live notebook: whatever a student writes, the notebook lives on."""

import json
import sys
import time

import pytest

from inception_edu.exercises import Verdict, check, find
from inception_edu.exercises.isolation import run_apart
from inception_edu.exercises.progress import use_student
from inception_edu.exercises.source import source_of

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="no fork: student's code runs in this process")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    use_student("")


def test_right_wrong_known_and_not_an_answer():
    assert check("3.2", "39.7 %").correct is True
    assert check("3.2", 0.397).correct is True
    wrong = check("3.2", "14.3 %")
    assert wrong.correct is False
    assert "share of the *filters*" in wrong.remark
    assert "is not a number" in check("3.2", "many").remark


def test_each_wrong_attempt_gets_the_next_hint():
    first, second, third = (check("3.2", answer).hint for answer in (0.1, 0.2, 0.3))
    assert first == find("3.2").hints[0]
    assert second == third == find("3.2").hints[1]


def test_answers_are_kept_in_a_file_of_ones_own(own_folder):
    check("3.2", "39.7 %")
    check("3.2", "1/2")
    kept = json.loads((own_folder / "answers.json").read_text(encoding="utf-8"))
    assert kept["answers"]["3.2"] | {"at": ""} == {
        "case": 0,
        "answer": "1/2",
        "correct": False,
        "attempts": 2,
        "at": "",
        "asked": find("3.2").digest,
    }


def test_of_a_class_in_a_notebook_its_whole_cell_is_kept():
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    cell = "import math\n\n\nclass Mine:\n    def area(self):\n        return math.pi\n"
    assert shell.run_cell(cell).success
    assert source_of(shell.user_ns["Mine"]) == cell


def test_of_a_function_in_a_file_its_own_source_is_kept():
    assert source_of(raises) == 'def raises(*arguments):\n    raise KeyError("mine")\n'
    assert source_of(len) == "len"


def test_a_name_changes_the_numbers(own_folder):
    use_student("Ada Lovelace")
    instance = find("3.2").for_student("Ada Lovelace")
    assert check("3.2", instance.right).correct
    kept = json.loads((own_folder / "answers.json").read_text(encoding="utf-8"))
    assert kept["student"] == "Ada Lovelace"
    assert kept["answers"]["3.2"]["case"] == instance.case != 0


def test_a_widget_is_an_answer():
    from inception_edu.widgets import ModuleDesigner

    assert check("3.4", ModuleDesigner()).correct is False
    assert check("3.4", ModuleDesigner(n1x1=128, n3x3_reduce=40, n3x3=64)).correct is True


def raises(*arguments):
    raise KeyError("mine")


def leaves(*arguments):
    sys.exit(3)


def takes_everything(*arguments):
    return bytearray(2**40)


def without_end(*arguments):
    return without_end(*arguments)


@needs_fork
@pytest.mark.parametrize(
    ("code", "told"),
    [
        (raises, "raises KeyError"),
        (leaves, "calls exit"),
        (takes_everything, "memory"),
        (without_end, "calls itself without end"),
        (lambda: None, "raises TypeError"),
    ],
)
def test_code_that_ends_badly_is_told(code, told):
    checked = check("3.6", code)
    assert checked.correct is False
    assert told in checked.remark


@needs_fork
def test_an_endless_loop_is_ended():
    def loop():
        while True:
            pass

    began = time.monotonic()
    verdict = run_apart(loop, seconds=1)
    assert verdict.correct is False
    assert "endless loop" in verdict.remark
    assert time.monotonic() - began < 30


@needs_fork
def test_a_process_that_is_killed_is_told():
    import os

    verdict = run_apart(lambda: os._exit(7))
    assert verdict == Verdict(False, "Your code ended the process (exit status 7); nothing was returned.")


@needs_fork
def test_what_code_does_to_the_process_is_not_done_to_the_notebook():
    state = []
    run_apart(lambda: state.append(1) or Verdict(True))
    assert state == []
