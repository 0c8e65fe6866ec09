"""Everything that was handed in, file by file: folders and archives as learning platforms give them.

Archives are read in memory and never unpacked, so that no name in them leads anywhere. What is a link, a pipe, too
large, too deep or broken gives a line and is left out.
"""

from __future__ import annotations

import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .strict_json import printable

__all__ = ["HandedIn", "collect"]

LARGEST = {".json": 5_000_000, ".ipynb": 20_000_000, ".zip": 100_000_000}
"""Bytes of a file that is read, by its ending. Other files are passed over."""

UNREAD = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
UNPACKED, RATIO = 100_000_000, 30
"""An archive may unpack to so many bytes, and to so many times its own size more."""

MOST_FILES = 20_000
DEEPEST_FOLDER = 12
DEEPEST_ARCHIVE = 3

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError, MemoryError),
)
"""What reading a damaged or locked entry of an archive may raise."""

Tell = Callable[[str, str], None]
"""Takes a place and a line about it."""


@dataclass(frozen=True)
class HandedIn:
    """A file that was handed in.

    Attributes:
        place: its way from the folder of submissions, archives on it named like folders.
        raw: its content.
    """

    place: str
    raw: bytes


def collect(root: Path, tell: Tell) -> Iterator[HandedIn]:
    """The files of answers and notebooks below a folder, in an archive, or the one file that `root` is.

    Args:
        root: a folder, an archive or a file.
        tell: is told of everything that was left out, with its place.

    Raises:
        OSError: there is no such folder or file, or it cannot be opened.
        ValueError: it is a file that is none of these.
    """
    if root.is_dir():
        os.scandir(root).close()
        yield from _folder(root, "", 0, tell)
    elif not root.exists():
        raise FileNotFoundError(f"there is no {root}")
    elif root.suffix.lower() not in LARGEST:
        raise ValueError(f"{root} is neither a folder nor a .zip, .json or .ipynb file")
    else:
        yield from _file(root, "" if root.suffix.lower() == ".zip" else root.name, tell)


def _folder(folder: Path, place: str, depth: int, tell: Tell) -> Iterator[HandedIn]:
    if depth > DEEPEST_FOLDER:
        return tell(place, "folders in folders too deep: not read")
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return tell(place, "the folder cannot be opened")
    for entry in found:
        inside = f"{place}/{entry.name}".lstrip("/")
        if _is_hidden(entry.name):
            continue
        if entry.is_symlink():
            tell(inside, "a link: not followed")
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(Path(entry.path), inside, depth + 1, tell)
        else:
            yield from _file(Path(entry.path), inside, tell)


def _file(path: Path, place: str, tell: Tell) -> Iterator[HandedIn]:
    ending = path.suffix.lower()
    if ending not in LARGEST:
        if ending in UNREAD:
            tell(place, f"an archive that is not read ({ending}): ask for a .zip")
        return
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return tell(place, "no regular file: not read")
            if ending == ".zip":  # the platform's own archive may be large, for it holds a whole class
                yield from _archive(file, place, tell)
                return
            raw = file.read(LARGEST[ending] + 1)
    except OSError:
        return tell(place, "the file cannot be read")
    if len(raw) > LARGEST[ending]:
        tell(place, _too_large(ending))
    else:
        yield HandedIn(place, raw)


class _Budget:
    """How much an archive may still unpack to; what lies in an archive takes from that one's, too.

    Args:
        size: the archive's own size.
        outer: that of the archive that it lies in.
    """

    def __init__(self, size: int, outer: _Budget | None = None):
        self.left = UNPACKED + RATIO * size
        self._outer = outer
        if outer is not None:
            self.left = min(self.left, outer.left)

    def take(self, size: int) -> None:
        self.left -= size
        if self._outer is not None:
            self._outer.take(size)


def _archive(
    file: IO[bytes], place: str, tell: Tell, depth: int = 0, outer: _Budget | None = None
) -> Iterator[HandedIn]:
    if depth > DEEPEST_ARCHIVE:
        return tell(place, "archives in archives too deep: not read")
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return tell(place, "the archive is broken")
    if len(entries) > MOST_FILES:
        return tell(place, f"more than {MOST_FILES:,} files in an archive: not read")
    budget = _Budget(file.seek(0, io.SEEK_END), outer)
    for entry in sorted(entries, key=lambda entry: entry.filename):
        inside = f"{place}/{entry.filename}".lstrip("/")
        parts = entry.filename.replace("\\", "/").split("/")
        ending = os.path.splitext(entry.filename)[1].lower()
        if entry.is_dir() or (any(map(_is_hidden, filter(None, parts))) and ".." not in parts):
            continue
        wrong = _what_is_wrong(entry, parts, ending)
        if wrong:
            tell(inside, wrong)
        if wrong or ending not in LARGEST:
            continue
        if budget.left <= 0:
            return tell(place, "the archive unpacks to far more than its size: not read to its end")
        try:
            with archive.open(entry) as member:
                raw = member.read(LARGEST[ending] + 1)
        except DAMAGED:
            tell(inside, "broken or locked inside its archive")
            continue
        budget.take(len(raw))
        if len(raw) > LARGEST[ending]:
            tell(inside, _too_large(ending))
        elif ending == ".zip":
            yield from _archive(io.BytesIO(raw), inside, tell, depth + 1, budget)
        else:
            yield HandedIn(inside, raw)


def _what_is_wrong(entry: zipfile.ZipInfo, parts: list[str], ending: str) -> str:
    """Why an entry of an archive is not read; empty where it is, or is none of ours."""
    if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
        return "a name that leads out of its archive: not read"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link: not followed"
    if entry.flag_bits & 1 and ending in LARGEST:
        return "broken or locked inside its archive"
    if ending in UNREAD:
        return f"an archive that is not read ({ending}): ask for a .zip"
    return ""


def _too_large(ending: str) -> str:
    return f"larger than {LARGEST[ending] // 1_000_000} MB: not read"


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.casefold() in ("__macosx", "__pycache__", "thumbs.db", "desktop.ini")


def shown(place: str) -> str:
    """A place as it is printed."""
    return printable(place, 160)
