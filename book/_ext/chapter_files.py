"""The chapters as other pages speak of them: their files, numbers, titles and cells."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "chapters"


class Chapter(NamedTuple):
    """A chapter as it is stored, outputs left out."""

    path: Path
    number: int
    title: str
    cells: list[dict]


def chapters() -> Iterator[Chapter]:
    """All chapters in their order."""
    for path in sorted(FOLDER.glob("[0-9]*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        number, _, title = "".join(cells[0]["source"]).splitlines()[0].lstrip("# ").partition(" · ")
        yield Chapter(path, int(number), title, cells)
