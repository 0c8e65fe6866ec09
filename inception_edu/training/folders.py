"""The folders of runs: what they are called, a new one, and those that a recipe has already.

A run without a folder of its own goes to `runs/NAME-DATE-TIME`; NAME is the recipe's.
"""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count
from pathlib import Path

__all__ = ["new_folder", "runs_of", "wrong_in_name"]

LONGEST = 180
"""Bytes of a name, so that date and time fit into the 255 that file systems allow."""
FORBIDDEN = '/\\:*?"<>|'
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.DOTALL)


def wrong_in_name(name: str) -> str | None:
    """What keeps `name` from naming a folder, on any system and nowhere but where it is put; None if nothing does."""
    if not name:
        return "must not be empty: it names folders"
    if not name.isprintable() or any(character in FORBIDDEN for character in name):
        return f"must be without {' '.join(FORBIDDEN)} and line breaks: it names folders"
    if name[0] in ". " or name[-1] in ". ":
        return "must not begin or end with a dot or a space: it names folders"
    if RESERVED.fullmatch(name):
        return "must not be a name that Windows keeps for devices: it names folders"
    if len(name.encode()) > LONGEST:
        return f"must be of at most {LONGEST} bytes: it names folders"
    return None


def new_folder(runs: Path, name: str, *, make: bool = True) -> Path:
    """A folder in `runs` for a new run of the recipe `name`, which was not there yet.

    With `make` it is there when the call returns, so that two runs that begin at once get one each.
    """
    stem = f"{name}-{datetime.now():%Y%m%d-%H%M%S}"
    for k in count(1):
        folder = runs / (stem if k == 1 else f"{stem}-{k}")
        if not folder.exists():
            try:
                if make:
                    folder.mkdir(parents=True)
            except FileExistsError:
                if not folder.is_dir():  # it is `runs` that is no folder
                    raise
            else:
                return folder
    raise AssertionError("count has no end")


def runs_of(runs: Path, name: str) -> list[Path]:
    """The folders in `runs` that hold a checkpoint of a run of the recipe `name`, the latest first.

    They are known by the whole name that `new_folder` gives: a run of `tiny-wide` is none of `tiny`.
    """
    own = re.compile(re.escape(name) + r"-\d{8}-\d{6}(-\d+)?")
    folders = runs.iterdir() if runs.is_dir() else ()
    found = [folder for folder in folders if own.fullmatch(folder.name) and (folder / "checkpoint.pt").is_file()]
    return sorted(found, key=lambda folder: (folder / "checkpoint.pt").stat().st_mtime, reverse=True)
