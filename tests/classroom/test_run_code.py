"""Written code, run with --run-code: what a process without rights can still do, and what it cannot."""

import os
from dataclasses import replace

import pytest

from inception_edu.classroom import grade, sandbox_server
from inception_edu.classroom.limits import not_prevented
from inception_edu.classroom.sandbox import CodeRunner
from inception_edu.exercises import find

from .simulated import answers, roster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork: --run-code is refused here"),
]
RIGHT = f"import torch\nfrom torch import nn\n\n{find('3.6').code.rpartition(chr(10))[0]}"


@pytest.fixture(scope="module")
def runner():
    with CodeRunner(seconds=3) as made:
        yield made


def test_right_code_is_right(runner):
    assert runner.run("3.6", RIGHT).correct is True


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("class Naive:\n    def __init__(self, *a):\n        while True: pass\n", "too long"),
        ("x = bytearray(2**40)\n", "memory"),
        ("import os\nos._exit(3)\n", "ended its process"),
        ("raise SystemExit\n#\n", "exit"),
        ("open('/etc/passwd')\n#\n", "OSError"),
        ("import socket\nsocket.socket()\n", "OSError"),
        ("import subprocess\nsubprocess.run(['ls'])\n", "OSError"),
        ("class Naive(\n", "SyntaxError"),
        ("Naive = 7\n#\n", "cannot be called"),
        ("x = 1\n#\n", "defines no Naive"),
        ("print('x' * 10**6)\n#\n", "defines no Naive"),
    ],
)
def test_what_code_may_not_do_is_told(runner, source, told):
    verdict = runner.run("3.6", source)
    assert verdict.correct is False
    assert told in verdict.remark


def test_files_of_the_teacher_stay(runner, tmp_path):
    victim = tmp_path / "grades.csv"
    victim.write_text("1")
    runner.run("3.6", f"import os\nos.unlink({str(victim)!r})\n")
    if not any("delete" in line for line in runner.not_prevented()):
        assert victim.exists()


def test_the_next_answer_is_judged_after_one_that_killed_its_judge(runner):
    runner.run("3.6", "import os\nos.kill(os.getppid(), 9)\n")
    assert runner.run("3.6", RIGHT).correct is True


def test_what_could_not_be_prevented_is_said(runner):
    runner.run("3.6", "x = 1\n#\n")
    assert any("deception" in line for line in runner.not_prevented())
    assert len(not_prevented([])) == 6


def test_code_that_could_not_be_run_is_neither_right_nor_wrong(tmp_path, monkeypatch):
    folder = tmp_path / "submissions"
    folder.mkdir()
    for id in ("s001", "s002"):
        (folder / f"{id}.json").write_bytes(answers(id, {"3.6": RIGHT}))
    monkeypatch.setattr("sys.executable", "/bin/false")
    book = grade(folder, roster(tmp_path), run_code=True)
    person = book.roster.named("s001")[0]
    assert book.result(person, find("3.6")).state == "not run"
    assert book.to_read(person) == find("3.6").points
    assert ["could not be started" in line for _, line in book.lines] == [True, True]


def test_a_copy_that_cannot_be_made_is_no_fault_of_the_answer(monkeypatch):
    def no_fork():
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr("os.fork", no_fork)
    assert sandbox_server.serve("3.6", RIGHT, 3)["correct"] is None


def test_a_solution_is_built_once_and_prints_nothing_between_the_verdicts(monkeypatch, capsys):
    found, times = find("3.6"), []

    def chatty():
        print("found something")
        times.append(1)
        return found.solution()

    monkeypatch.setattr(sandbox_server, "find", lambda id: replace(found, solution=chatty))
    sandbox_server.prepared.cache_clear()
    try:
        assert [sandbox_server.prepared("3.6")[0] for _ in range(2)] == [found.kind] * 2
    finally:
        sandbox_server.prepared.cache_clear()
    assert (times, capsys.readouterr().out) == ([1], "")


def test_code_is_run_only_when_asked(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    mark = tmp_path / "was_run"
    source = f"open({str(mark)!r}, 'w')\n{RIGHT}"
    (folder / "s001.json").write_bytes(answers("s001", {"3.6": RIGHT}))
    (folder / "s002.json").write_bytes(answers("s002", {"3.6": source}))
    people = roster(tmp_path)
    found = find("3.6")
    for run_code, state in ((False, "not run"), (True, "right")):
        book = grade(folder, people, run_code=run_code)
        person = book.roster.named("s001")[0]
        assert book.result(person, found).state == state
        assert bool(book.not_prevented) == run_code
        assert run_code or not mark.exists()
