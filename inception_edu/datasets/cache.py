"""Where things that are slow to make are kept, and how they get there: complete, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

VARIABLE = "INCEPTION_EDU_CACHE"
ABANDONED = 24 * 3600  # seconds after which an unfinished folder, left by a killed process, is swept away


def cache_dir() -> Path:
    """The folder of the cache: `$INCEPTION_EDU_CACHE`, or the platform's folder for a user's caches."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "inception_edu"


def cache_key(*parts) -> str:
    """A name for what depends on `parts` (whatever JSON can write)."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Make `folder` with what `write` puts into it, in one step that no reader can see the middle of.

    `write` fills a folder beside it, which is then renamed. If another process was faster, its folder stays and ours
    goes. Raises OSError where the cache cannot be written (no permission, disk full), leaving nothing behind.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder.parent))
    try:
        write(unfinished)
        for file in unfinished.iterdir():  # on the disk before the name is: a power cut must not leave empty files
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def discard(folder: Path) -> None:
    """Remove a cached folder that turned out to be damaged."""
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(".unfinished-*"):
        try:
            if time.time() - folder.stat().st_mtime > ABANDONED:
                discard(folder)
        except FileNotFoundError:  # its owner finished meanwhile
            pass
