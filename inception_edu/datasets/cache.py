"""Where things that are slow to make are kept, and how they get there: complete, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from .base import warn

VARIABLE = "INCEPTION_EDU_CACHE"
UNFINISHED = ".unfinished-"  # how the name begins of a folder that is being filled, or taken away
CHECKSUMS, ARRAYS = "checksums.json", "arrays.npz"
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


def publish(folder: Path, write: Callable[[Path], object]) -> None:
    """Make `folder` with what `write` puts into it, in one step that no reader can see the middle of.

    `write` fills a folder beside it, which gets the checksums of its files and is then renamed. If another process was
    faster, its folder stays and ours goes.

    Raises:
        OSError: the cache cannot be written (no permission, disk full); nothing is left behind.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        write(unfinished)
        checksums = {file.name: _checksum(file) for file in unfinished.iterdir()}
        (unfinished / CHECKSUMS).write_text(json.dumps(checksums))
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


def is_whole(folder: Path) -> bool:
    """Whether `folder` is in the cache, every byte as it was written; a damaged one is told of and taken away."""
    if not folder.is_dir():
        return False
    inode = folder.stat().st_ino
    try:
        checksums = json.loads((folder / CHECKSUMS).read_text())
        if checksums == {file.name: _checksum(file) for file in folder.iterdir() if file.name != CHECKSUMS}:
            return True
    except (OSError, ValueError):  # a file is missing or cannot be read, or the checksums themselves are damaged
        pass
    warn(f"{folder} in the cache was damaged and is made again")
    _discard(folder, inode)
    return False


class KeptArrays:
    """A few arrays under a key.

    Args:
        kind: what they are: the folder in the cache that holds all of them.
        key: as `cache_key` makes it.
    """

    def __init__(self, kind: str, key: str):
        self.folder = cache_dir() / kind / key

    def load(self) -> dict[str, np.ndarray] | None:
        """The arrays by name; None where they are not in the cache, or were damaged."""
        if not is_whole(self.folder):
            return None
        with suppress(OSError):  # the cache may only be read
            os.utime(self.folder)  # it is the one used last
        try:
            with np.load(self.folder / ARRAYS, allow_pickle=False) as arrays:
                return dict(arrays)
        except OSError:  # taken away this moment
            return None

    def save(self, **arrays: np.ndarray) -> None:
        """Keep the arrays. Raises OSError where the cache cannot be written."""
        savez: Callable[..., None] = np.savez  # whose own types take any name for that of an option
        publish(self.folder, lambda unfinished: savez(unfinished / ARRAYS, **arrays))


def kept_or_made(kind: str, key: str, make: Callable[[], dict[str, np.ndarray]], most: int) -> Mapping[str, np.ndarray]:
    """What `make` returns, which takes seconds and no more: kept where that can be, without a word where it cannot.

    Args:
        kind: what it is: the folder in the cache that holds all of them.
        key: as `cache_key` makes it.
        make: makes the arrays, always the same ones for a key.
        most: so many of a kind are kept; the one that was not used for the longest time goes first.
    """
    try:
        kept = KeptArrays(kind, key)
    except RuntimeError:  # nobody's home: `Path.home` knows no folder
        return make()
    arrays = kept.load()
    if arrays is None:
        arrays = make()
        with suppress(OSError):
            kept.save(**arrays)
            _forget_all_but(most, kept.folder.parent)
    return arrays


def _forget_all_but(most: int, parent: Path) -> None:
    """Take away the folders that were not used for the longest time."""
    found = [(folder.stat(), folder) for folder in parent.iterdir() if not folder.name.startswith(UNFINISHED)]
    found.sort(key=lambda each: each[0].st_mtime_ns, reverse=True)
    for status, folder in found[most:]:
        _discard(folder, status.st_ino)


def _checksum(file: Path) -> list[int]:
    """Size and CRC-32: against damage, not against malice, and nothing is faster."""
    size, checksum = 0, 0
    with file.open("rb") as opened:
        while part := opened.read(1 << 22):
            size, checksum = size + len(part), zlib.crc32(part, checksum)
    return [size, checksum]


def _discard(folder: Path, inode: int) -> None:
    """Take a damaged folder away, unless another process has put a whole one in its place meanwhile."""
    try:
        away = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    except OSError:  # the cache may only be read
        return
    try:
        if folder.stat().st_ino == inode:
            folder.rename(away / folder.name)
    except OSError:  # another process was faster
        pass
    finally:
        shutil.rmtree(away, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(UNFINISHED + "*"):
        try:
            if time.time() - folder.stat().st_mtime > ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:  # its owner finished meanwhile
            pass
