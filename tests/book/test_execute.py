"""Chapters run side by side, and Jupyter Book finds in its cache what they gave."""

import nbformat
import pytest
from execute import changed, execute_side_by_side, write_executed
from jupyter_cache import get_cache

pytestmark = pytest.mark.slow

# Each says that it is there and waits for the other: one after the other, neither would end well.
MEETS = """
import os, pathlib, time
pathlib.Path("{me}").write_text(os.environ["OMP_NUM_THREADS"] + os.environ["GREETING"])
end = time.monotonic() + 60
while not pathlib.Path("{other}").exists() and time.monotonic() < end:
    time.sleep(0.05)
print(pathlib.Path("{other}").read_text())
"""


def write(folder, name: str, code: str) -> None:
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), folder / f"{name}.ipynb")


def run(folder, **options) -> dict[str, float]:
    return dict(execute_side_by_side(folder, folder / "cache", {"GREETING": " hello"}, timeout=120, **options))


def test_two_at_a_time_with_one_thread_each_and_kept_for_the_build(tmp_path):
    write(tmp_path, "a", MEETS.format(me="a.txt", other="b.txt"))
    write(tmp_path, "b", MEETS.format(me="b.txt", other="a.txt"))
    assert set(run(tmp_path, workers=2)) == {"a", "b"}
    cache = get_cache(tmp_path / "cache")
    _, kept = cache.merge_match_into_notebook(nbformat.read(tmp_path / "a.ipynb", as_version=4))
    assert kept.cells[0].outputs[0]["text"] == "1 hello\n"
    assert changed(cache, tmp_path) == []
    write_executed(tmp_path, tmp_path / "cache", tmp_path / "executed")
    written = nbformat.read(tmp_path / "executed" / "b.ipynb", as_version=4)
    assert written.cells[0].outputs[0]["text"] == "1 hello\n"
    assert run(tmp_path, workers=2) == {}


def test_a_chapter_that_fails_is_left_to_the_build_which_reports_it(tmp_path):
    write(tmp_path, "bad", "1 / 0")
    write(tmp_path, "good", "1 + 1")
    assert set(run(tmp_path, workers=2)) == {"good"}
    assert [path.stem for path in changed(get_cache(tmp_path / "cache"), tmp_path)] == ["bad"]


def test_what_gains_nothing_side_by_side_is_left_to_the_build(tmp_path):
    write(tmp_path, "one", "1 + 1")
    write(tmp_path, "15_how_fast_can_it_go", "1 + 1")
    assert run(tmp_path, workers=2) == {}  # one chapter that may share the machine, and one that may not
    write(tmp_path, "two", "2 + 2")
    assert run(tmp_path, workers=1) == {}
    assert set(run(tmp_path, workers=2)) == {"one", "two"}  # the one that measures time is not among them
