"""The tools behind the make targets, each on its own."""

import os
import re
import subprocess
import sys
import zipfile

import address
import build
import pytest
from offline import to_mathml

from tests.book.conftest import ROOT

URL = "https://github.com/someone/their-book"


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"n \times n", "<mi>n</mi><mo>×</mo><mi>n</mi>"),
        (r"a < b", "<mo>&lt;</mo>"),
        (r"50{,}688", "<mn>50</mn><mtext>,</mtext><mn>688</mn>"),
        (r"\operatorname{softmax}(z)", "<mi>softmax</mi>"),
        (r"5\,\mathrm{M}", "<mtext>M</mtext>"),
        (r"|a| = 1", '<mo stretchy="false" lspace="0" rspace="0">|</mo><mo>=</mo>'),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtr>"),
    ],
)
def test_mathematics(latex, part):
    assert part in to_mathml(latex)


def test_mathematics_keeps_its_source_for_who_listens():
    assert 'alttext="a &lt; \\frac{1}{2}"' in to_mathml(r"a < \frac{1}{2}")


@pytest.mark.parametrize(
    "latex", [r"\frac{a", r"\nosuchcommand x", "a & b", r"a \\ b", r"\begin{nosuch} a \end{nosuch}"]
)
def test_unreadable_mathematics_is_refused(latex):
    with pytest.raises(ValueError, match=re.escape(latex)):
        to_mathml(latex)


def test_what_was_built_is_forgotten_when_its_source_changes(tmp_path):
    source, made = tmp_path / "package", tmp_path / "_build" / "made"
    source.mkdir()

    def forgotten_after(name: str, text: str) -> bool:
        made.mkdir(parents=True, exist_ok=True)
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(text)
        build.forget_if_changed("it", ["package"], [made], root=tmp_path)
        return not made.exists()

    assert forgotten_after("a.py", "one")
    assert not forgotten_after("a.py", "one")
    assert forgotten_after("a.py", "two")
    assert forgotten_after("b.js", "")
    assert not forgotten_after("__pycache__/a.pyc", "byte code")


def test_address_is_the_same_everywhere():
    url = address.address()
    for name in address.FILES:
        text = (ROOT / name).read_text(encoding="utf-8")
        told = any(form in text for form in address.forms(url))
        assert told, f"{name} repeats the address, or has no place in the list"
        others = set(re.findall(r"github\.com/([\w.-]+/[\w.-]+?)(?:\.git|[/#\"'`>)\s]|$)", text))
        if name in ("_config.yml", "book/_tools/first_cell.py", "CITATION.cff", "pyproject.toml"):
            assert others == {address.forms(url)[2]}


def test_address_moves_in_all_its_forms():
    old = "https://github.com/inception-edu/inception-edu"
    text = f"git+{old} {old}/issues https://inception-edu.github.io/inception-edu/ pip install inception-edu"
    moved = address.replaced(text, old, URL)
    assert moved == f"git+{URL} {URL}/issues https://someone.github.io/their-book/ pip install inception-edu"
    assert address.replaced(moved, URL, old) == text


@pytest.mark.parametrize(
    "url", ["", "github.com/a/b", "https://example.org/a/b", "https://github.com/a", "https://github.com/a/b c"]
)
def test_wrong_address_is_refused(url):
    program = ROOT / "book" / "_tools" / "address.py"
    result = subprocess.run([sys.executable, program, url], capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    shown = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert shown == phony


def test_the_lock_satisfies_the_bounds():
    """requirements.txt installs what pyproject.toml asks for, extras of the book included."""
    from importlib import metadata

    from packaging.requirements import Requirement

    locked = {}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate():
                locked[requirement.name] = next(iter(requirement.specifier)).version
    for text in metadata.requires("inception-edu"):
        requirement = Requirement(text)
        environments = [{"extra": extra} for extra in ("", "notebook", "export")]
        if requirement.marker is None or any(requirement.marker.evaluate(where) for where in environments):
            assert locked[requirement.name] in requirement.specifier, text


def test_the_readme_prints_what_was_recorded(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import readme

    text = readme.README.read_text(encoding="utf-8")
    assert readme.updated(text) == text, "run `python benchmarks/readme.py`"
    for path in readme.BLOCKS:
        assert f"<!-- {path.stem} -->" in text
        assert f"<!-- /{path.stem} -->" in text


def test_the_archive_holds_the_book_and_does_not_offer_itself(tmp_path):
    folder, archive = tmp_path / "html", tmp_path / "html" / "it.zip"
    (folder / "book").mkdir(parents=True)
    (folder / "book" / "index.html").write_text('<h1>A</h1><p class="take-along">Take\nit.</p><p>B</p>')
    (folder / "chapter.html").write_text("one")
    build.pack(folder, archive)
    with zipfile.ZipFile(archive) as packed:
        assert sorted(packed.namelist()) == ["it/book/index.html", "it/chapter.html"]
        assert packed.read("it/book/index.html") == b"<h1>A</h1><p>B</p>"
    before = archive.stat().st_mtime_ns
    build.pack(folder, archive)
    assert archive.stat().st_mtime_ns == before, "nothing is newer"
    later = archive.stat().st_mtime + 10
    (folder / "chapter.html").write_text("two")
    os.utime(folder / "chapter.html", (later, later))
    build.pack(folder, archive)
    with zipfile.ZipFile(archive) as packed:
        assert packed.read("it/chapter.html") == b"two"
