"""Keep the chapters clean: no outputs, no counts, no trace of a machine, the same first cell, exercises as defined.

`make notebooks` runs this. With --check it changes nothing, names what is not clean, and exits with status 1.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from exercise_cells import place

ROOT = Path(__file__).resolve().parents[2]
FIRST_CELL = (Path(__file__).with_name("first_cell.py")).read_text(encoding="utf-8").rstrip("\n")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What a cell may say of itself; the rest (times, folds, identifiers of a front end) is of one machine or one reader.
CELL_METADATA = {"tags", "exercise", "jp-MarkdownHeadingCollapsed"}


def cleaned(text: str, chapter: int = 0) -> str:
    """A notebook's text as it is to be stored: cells as they are, but for the first code cell and the exercises."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(METADATA)
    # An empty cell at the end is left by every editor.
    while notebook.cells and not notebook.cells[-1].source.strip():
        notebook.cells.pop()
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in sorted(CELL_METADATA & set(cell.metadata))}
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if code:
        code[0].source = FIRST_CELL
        code[0].metadata = nbformat.from_dict({"tags": ["hide-input"]})  # folded on the page: a reader can skip it
    place(notebook, chapter)
    for number, cell in enumerate(notebook.cells):
        if "exercise" not in cell.metadata:  # plain numbers, so that saving from another front end changes nothing
            cell.id = f"cell-{number:02d}"
    return formatted(nbformat.writes(notebook, indent=1, ensure_ascii=False) + "\n")


def formatted(text: str) -> str:
    """The notebook with its code as ruff writes it, by the settings of the chapters' folder."""
    ruff = Path(sys.executable).with_name("ruff")
    name = ROOT / "chapters" / "chapter.ipynb"
    done = subprocess.run(
        [ruff, "format", "--quiet", "--stdin-filename", name, "-"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout if done.returncode == 0 else text  # a syntax error is told by the linter


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a chapter is not clean")
    check = parser.parse_args().check
    unclean = 0
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        number = re.match(r"\d+", path.name)
        clean = cleaned(text, int(number[0]) if number else 0)
        if text == clean:
            continue
        unclean += 1
        if not check:
            path.write_text(clean, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: " + ("not clean; run `make notebooks`" if check else "cleaned"))
    return 1 if check and unclean else 0


if __name__ == "__main__":
    sys.exit(main())
