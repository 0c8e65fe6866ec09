"""A small book in an empty folder, built with the project's own configuration, extension and build program."""

import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
import yaml

from tests.book.conftest import ROOT

pytestmark = pytest.mark.slow

WRITES = "import pathlib\nlog = pathlib.Path('../runs.txt')\nlog.write_text(log.read_text() + 'x')"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A book of one page and one chapter that counts how often it is executed."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("*.md", "__pycache__"))
    (folder / "inception_edu").mkdir()
    (folder / "inception_edu" / "code.py").write_text("x = 1\n")
    (folder / "requirements.txt").write_text("")
    (folder / "runs.txt").write_text("")
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "_toc.yml").write_text(
        yaml.safe_dump({"format": "jb-book", "root": "book/index", "chapters": [{"file": "chapters/01_first"}]})
    )
    (folder / "book" / "index.md").write_text("# A book\n\nWhy $n \\times n$?\n")
    (folder / "chapters").mkdir()
    cells = [nbformat.v4.new_markdown_cell("# 1 · First"), nbformat.v4.new_code_cell(WRITES)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "chapters" / "01_first.ipynb")
    return folder


def build(folder) -> subprocess.CompletedProcess:
    program = folder / "book" / "_tools" / "build.py"
    return subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=300)


def unbuild(folder) -> None:
    """As before the first build: the tests share the folder, and run in any order and in any process."""
    shutil.rmtree(folder / "_build", ignore_errors=True)
    (folder / "runs.txt").write_text("")


def test_only_what_changed_is_executed_again(small):
    unbuild(small)

    def runs_after_build() -> int:
        result = build(small)
        assert result.returncode == 0, result.stdout + result.stderr
        assert result.stdout.splitlines()[-1].endswith(str(small / "_build" / "html" / "index.html"))
        return len((small / "runs.txt").read_text())

    assert runs_after_build() == 1
    assert build(small).stdout.startswith("Nothing has changed")
    (small / "_build" / "html" / "index.html").unlink()
    assert runs_after_build() == 1, "the page was lost, the chapter's outputs were not"
    assert (small / "_build" / "html" / "index.html").exists()
    (small / "book" / "index.md").write_text("# A book\n\nMore words.\n")
    assert runs_after_build() == 1, "a page of text changed"
    (small / "inception_edu" / "code.py").write_text("x = 2\n")
    assert runs_after_build() == 2, "the package changed"


def test_a_warning_fails_the_build_until_it_is_gone(small):
    page = small / "book" / "index.md"
    page.write_text("# A book\n\nA [dead link](nowhere.md), $\\nosuchcommand$.\n")
    for _ in range(2):
        result = build(small)
        assert result.returncode != 0
        assert "nowhere.md" in result.stderr
        assert "nosuchcommand" in result.stderr
    page.write_text("# A book\n")
    assert build(small).returncode == 0


def test_an_error_in_a_chapter_fails_the_build_and_names_it(small):
    path = small / "chapters" / "01_first.ipynb"
    notebook = json.loads(path.read_text())
    whole = json.dumps(notebook)
    notebook["cells"][1]["source"] = "1 / 0"
    path.write_text(json.dumps(notebook))
    unbuild(small)
    result = build(small)
    path.write_text(whole)
    assert result.returncode != 0
    assert re.search(r"01_first", result.stderr)
    assert "ZeroDivisionError" in result.stderr
    assert build(small).returncode == 0, "a failed build stands in the way of the next"
