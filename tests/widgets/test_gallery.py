"""The gallery lists every widget, and its links lead to chapters that show them."""

from __future__ import annotations

import re
from pathlib import Path

from .examples import NAMES

PAGE = Path(__file__).resolve().parents[2] / "book" / "gallery.md"


def test_every_widget_has_its_row():
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == sorted(NAMES)


def test_every_row_leads_to_a_chapter():
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    for row in rows:
        chapters = re.findall(r"\]\((\.\./chapters/[^)]*)\)", row)
        assert chapters, row
        assert all((PAGE.parent / chapter).is_file() for chapter in chapters), row


def test_the_chapter_shows_the_widget():
    for name, chapter in re.findall(
        r"^\| `(\w+)` \|.*\]\((\.\./chapters/[^)]*)\)", PAGE.read_text("utf-8"), re.MULTILINE
    ):
        assert f"{name}(" in (PAGE.parent / chapter).read_text(encoding="utf-8"), f"{name} is not in {chapter}"
