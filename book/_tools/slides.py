"""Write a deck of slides for every chapter of the built book: `make slides` puts them into dist/slides/.

nbconvert makes them, for reveal.js, of the chapters as the build executed them. A section's heading begins a column;
under it stand its first paragraph, its figures and widgets, and its visible code. What the chapter says beside that is
in the speaker's notes (press S). A cell with the tag `no-slide` is left out, and solutions are.
"""

import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from offline import to_mathml  # noqa: E402 - the book's extensions are no package

EXECUTED = ROOT / "_build" / "jupyter_execute" / "chapters"
INTO = ROOT / "dist" / "slides"
REVEAL = ROOT / "node_modules" / "reveal.js"
LEFT_OUT = {"solution", "remove-cell", "no-slide"}
HIDDEN = {"hide-input", "remove-input"}
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+?)\$", re.DOTALL)


def with_mathml(text: str) -> str:
    """Markdown with its formulas as MathML, code left alone."""
    parts = re.split(r"(```.*?```|`[^`\n]*`)", text, flags=re.DOTALL)
    return "".join(part if k % 2 else FORMULA.sub(formula, part) for k, part in enumerate(parts))


def formula(match: re.Match[str]) -> str:
    """One formula as MathML."""
    block, inline = match.groups()
    return f"<div>{to_mathml(block, 'block')}</div>" if block else to_mathml(inline)


def slide(text: str, kind: str) -> NotebookNode:
    """A cell of Markdown that begins a slide of that kind, or is its notes."""
    return new_markdown_cell(with_mathml(text), metadata={"slideshow": {"slide_type": kind}})


def told(text: str) -> list[NotebookNode]:
    """The slides of a cell of Markdown: each heading with its first paragraph or list; the rest are notes."""
    made = []
    for part in re.split(r"^(?=#{1,3} )", text, flags=re.MULTILINE):
        blocks = [block for block in re.split(r"\n\s*\n", part.strip()) if block.strip()]
        if not blocks:
            continue
        if blocks[0].startswith("#"):
            kind = "subslide" if blocks[0].startswith("###") else "slide"
            shown = 3 if blocks[0].startswith("# ") else 2
            while blocks[shown:] and blocks[shown].startswith("$$"):  # a sentence that goes on with a formula
                shown += 1
            made.append(slide("\n\n".join(blocks[:shown]), kind))
            blocks = blocks[shown:]
        if blocks:
            made.append(slide("\n\n".join(blocks), "notes"))
    return made


def deck(notebook: NotebookNode) -> NotebookNode:
    """The chapter as slides."""
    cells = []
    for cell in notebook.cells[:1] + notebook.cells[2:]:  # the set-up cell belongs to the notebook
        tags = set(cell.metadata.get("tags", []))
        if tags & LEFT_OUT:
            continue
        if cell.cell_type == "markdown":
            cells += told(cell.source)
            continue
        if tags & HIDDEN:
            if not cell.outputs:
                continue
            cell.metadata["transient"] = {"remove_source": True}
        cell.metadata["slideshow"] = {"slide_type": "subslide"}
        for output in cell.outputs:
            if "text/markdown" in output.get("data", {}):
                output.data["text/markdown"] = with_mathml(output.data["text/markdown"])
        cells.append(cell)
    notebook.cells = cells
    notebook.metadata.pop("widgets", None)  # a widget's own HTML holds its state
    return notebook


def main() -> int:
    if not REVEAL.is_dir():
        print("reveal.js is needed: npm ci (Node.js 18 or newer)", file=sys.stderr)
        return 1
    shutil.rmtree(INTO, ignore_errors=True)
    theme = ROOT / "book" / "_static" / "slides.css"
    copied = [(REVEAL / name, name) for name in ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js")]
    for source, name in [*copied, (theme, "dist/theme/book.css")]:
        (INTO / "reveal" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, INTO / "reveal" / name)
    exporter = SlidesExporter(
        extra_template_basedirs=[str(ROOT / "book" / "_templates")],
        template_name="slides",
        reveal_url_prefix="reveal",
        reveal_theme="book",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    for path in sorted(EXECUTED.glob("[0-9]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["title"] = notebook.cells[0].source.splitlines()[0].lstrip("# ")
        text, _ = exporter.from_notebook_node(deck(notebook))
        (INTO / f"{path.stem}.html").write_text(text, encoding="utf-8")
    print(f"The slides are in {INTO}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
