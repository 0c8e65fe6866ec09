"""Which entries of a folder are pictures, and how a file is opened that may be something else.

A folder that people keep holds more than they put there: previews of a desktop, copies of a notebook, pipes, links to
nowhere or back to where one came from. Opening a pipe waits for ever, and a link back gives every picture many times.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from torchvision.datasets.folder import has_file_allowed_extension

SUFFIXES = (".jpg", ".jpeg", ".png", ".ppm", ".pgm", ".pbm", ".pnm", ".bmp", ".tif", ".tiff", ".webp")
"""What a picture's name ends in, in small or capital letters."""

NO_FILE = "pictures that are no files (folders, pipes, sockets, devices)"
EMPTY_FILE = "pictures that are empty files"
BROKEN_LINK = "links to nowhere or in a circle"
KNOWN_FOLDER = "links to folders that are read already, or hold this one"
CLOSED_FOLDER = "folders that cannot be opened"
LOOSE = "pictures outside the folders of the classes"

KEPT_BY_SYSTEMS = frozenset(
    {
        "__macosx",  # a Mac's archive
        "@eadir", "@tmp", "#recycle", "#snapshot",  # Synology
        "$recycle.bin", "system volume information", "thumbs.db", "desktop.ini", "recycler",  # Windows
        "lost+found",
        "__pycache__",
    }
)  # fmt: skip
"""Names, in small letters, of what systems and programs put into folders."""


def is_hidden(name: str) -> bool:
    """Whether people did not put this file or folder there: `.git`, `._x.jpg`, `__MACOSX`, `Thumbs.db` and the like."""
    return name.startswith(".") or name.lower() in KEPT_BY_SYSTEMS


def is_picture_name(name: str) -> bool:
    """Whether a file of this name is taken for a picture."""
    return has_file_allowed_extension(name, SUFFIXES)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file to read; a link to one will do.

    Raises:
        OSError: it is not there, may not be read, or is a pipe, a socket, a device or a folder.
    """
    # A pipe without a writer is opened at once with O_NONBLOCK; to a regular file the flag means nothing.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    number = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(f"{path} is no regular file")
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


@dataclass(frozen=True)
class FoundFile:
    """A picture file: its path, and the size in bytes and time of change by which a later look knows it again."""

    path: str
    size: int
    time: int


class PictureSearch:
    """Finds the pictures of class folders, each folder once.

    Args:
        root: the folder that holds the class folders.
        beside: other folders whose pictures are not to be found through a link, such as the test split's.

    Attributes:
        classes: names of the class folders, sorted.
        report: what was passed over: reason -> count. What `is_hidden` is passed over in silence.
    """

    def __init__(self, root: Path, beside: Sequence[Path] = ()):
        self.report: Counter[str] = Counter()
        self._root = str(root)
        # Through a link into one of these, or to a folder above, pictures would get a second label or a second split.
        self._trees = [os.path.realpath(folder) for folder in (root, *beside)]
        self._met = {str(parent) for parent in Path(self._trees[0]).parents}
        folders, loose = self._look(self._root)
        self.report[LOOSE] += len(loose)
        self.classes = sorted(os.path.basename(folder) for folder in folders)

    def pictures(self, name: str) -> list[FoundFile]:
        """All pictures of a class folder and of the folders inside it, in the order of their paths."""
        return list(self._walk(os.path.join(self._root, name)))

    def _walk(self, folder: str) -> Iterator[FoundFile]:
        folders, pictures = self._look(folder)
        yield from pictures
        for inside in folders:
            yield from self._walk(inside)

    def _look(self, folder: str) -> tuple[list[str], list[FoundFile]]:
        """The folders and the pictures right in a folder, each sorted; what is neither is counted."""
        folders, pictures = [], []
        try:
            with os.scandir(folder) as entries:
                seen = sorted((entry for entry in entries if not is_hidden(entry.name)), key=_links_last)
        except OSError:
            self.report[CLOSED_FOLDER] += 1
            return [], []
        for entry in seen:
            try:
                status = entry.stat()
            except OSError:  # a link to nowhere or in a circle; or a file that has gone this moment
                self.report[BROKEN_LINK] += entry.is_symlink()
                continue
            named = is_picture_name(entry.name)
            if stat.S_ISDIR(status.st_mode) and not (named and folder != self._root):
                if self._is_new(entry):
                    folders.append(entry.path)
                else:
                    self.report[KNOWN_FOLDER] += 1
            elif named and not stat.S_ISREG(status.st_mode):
                self.report[NO_FILE] += 1
            elif named and not status.st_size:
                self.report[EMPTY_FILE] += 1
            elif named:
                pictures.append(FoundFile(entry.path, status.st_size, status.st_mtime_ns))
        return sorted(folders), sorted(pictures, key=lambda picture: picture.path)

    def _is_new(self, entry: os.DirEntry[str]) -> bool:
        """Whether the pictures of this folder are not found in another way; notes that they are now."""
        place = os.path.realpath(entry.path)
        if place in self._met:
            return False
        if entry.is_symlink() and any(place == tree or place.startswith(tree + os.sep) for tree in self._trees):
            return False
        self._met.add(place)
        return True


def _links_last(entry: os.DirEntry[str]) -> bool:
    """Of a folder and a link to it, the folder counts."""
    return entry.is_symlink()
