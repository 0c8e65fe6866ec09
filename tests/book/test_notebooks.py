"""The chapters as they are stored: clean, alike at the start, plain Markdown, with exercises."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from notebooks import FIRST_CELL, cleaned
from sphinx_external_toc.parsing import parse_toc_yaml

from tests.book.conftest import CHAPTERS, ROOT

# What MyST understands and Colab, JupyterLab and VS Code print as it stands.
MYST = {
    "a directive": re.compile(r"^\s*(`{3,}|:{3,}|~{3,})\s*\{", re.MULTILINE),
    "a role": re.compile(r"\{[a-z][\w:+-]*\}`"),
    "a label": re.compile(r"^\([\w:. -]+\)=\s*$", re.MULTILINE),
    "a comment": re.compile(r"^%", re.MULTILINE),
    "a substitution": re.compile(r"\{\{"),
    "an attribute": re.compile(r"^\{[.#][^}]*\}\s*$|[\])`]\{[.#][\w-]+", re.MULTILINE),
    "a definition list": re.compile(r"^\S.*\n: +\S", re.MULTILINE),
    "a link without words": re.compile(r"(?<!!)\[\]\("),
}
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def markdown(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]


def code(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_are_chapters():
    assert CHAPTERS


def test_stored_clean(chapter):
    text = chapter.read_text(encoding="utf-8")
    assert text == cleaned(text, int(chapter.name[:2])), "run `make notebooks`"


def test_first_cell_is_the_same_everywhere(chapter):
    assert code(chapter)[0] == FIRST_CELL


def test_cleaning_removes_what_a_machine_left():
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "mine", "display_name": "Mine"}, "colab": {}})
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=3, metadata={"tags": ["keep"], "executionInfo": {"t": 1}})
    cell.outputs = [nbformat.v4.new_output("stream", text="2")]
    notebook.cells = [nbformat.v4.new_code_cell("anything"), cell, nbformat.v4.new_code_cell("")]
    clean = nbformat.reads(cleaned(nbformat.writes(notebook)), as_version=4)
    assert [cell.source for cell in clean.cells] == [FIRST_CELL, "1 + 1"]
    assert clean.cells[1].outputs == []
    assert clean.cells[1].execution_count is None
    assert clean.cells[1].metadata == {"tags": ["keep"]}
    assert set(clean.metadata) == {"kernelspec", "language_info"}
    assert clean.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("what", MYST)
def test_plain_markdown(chapter, what):
    for source in markdown(chapter):
        # A directive is a fence itself; everything else may stand in a fence, as text about it.
        text = source if what == "a directive" else FENCED.sub("", source)
        found = MYST[what].search(text)
        assert not found, f"{what}, which only the book understands: {found[0]!r}"


def test_title_has_the_number_of_the_file(chapter):
    number = int(chapter.name[:2])
    assert re.match(rf"# {number}\b", markdown(chapter)[0]), f"the first line must start with `# {number}`"


def test_exercises_with_folded_solutions(chapter):
    text = "\n\n".join(markdown(chapter))
    assert re.search(r"^## Exercises\s*$", text, re.MULTILINE), "a section `## Exercises`"
    folded = re.findall(r"<details>\s*<summary>[^<]*solution[^<]*</summary>", text, re.IGNORECASE)
    headings = [source for source in markdown(chapter) if source.startswith("#### Solution")]
    assert len(folded) >= 4 or len(headings) >= 6
    assert text.count("<details>") == text.count("</details>")


def test_no_lesson_takes_the_names_that_the_exercises_need(chapter):
    lessons = [cell.source for cell in nbformat.read(chapter, as_version=4).cells if "exercise" not in cell.metadata]
    own = [
        line
        for source in lessons
        for line in re.findall(r"^(?:(?:check|solved) *=(?!=)|def (?:check|solved)\b).*", source, re.M)
    ]
    assert not own


def test_figures_are_shown_with_words(chapter):
    """`show(fig, alt=...)` is how a figure is shown; plt.show() leaves a picture without words."""
    for source in code(chapter)[1:]:
        assert not re.search(r"\bplt\.show\(|\bfig\w*\.show\(", source), source


def test_table_of_contents_lists_every_page_once():
    site_map = parse_toc_yaml(ROOT / "_toc.yml")
    listed = [str(name) for name in site_map if not any(mark in str(name) for mark in "*[")]
    for pattern in site_map.globs():
        listed += [path.relative_to(ROOT).with_suffix("").as_posix() for path in sorted(ROOT.glob(pattern + ".ipynb"))]
    exist = [path.relative_to(ROOT).with_suffix("").as_posix() for path in [*CHAPTERS, *(ROOT / "book").glob("*.md")]]
    assert sorted(listed) == sorted(exist)


def test_config_is_not_asked_to_skip_a_chapter():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert config["execute"]["execute_notebooks"] == "cache"
    assert not config["execute"].get("exclude_patterns")
