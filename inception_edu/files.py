"""Files that are whole at every moment: written aside, forced to disk, then renamed over the last one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: str | Path, content: bytes | memoryview) -> None:
    """Write a file so that at every moment `path` is either the old file or the new one, also after a power cut.

    Raises:
        OSError: there is no such folder, the disk is full, or the file cannot be written for another reason.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into")
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(aside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    for left in path.parent.glob(f".{path.name}.*.tmp"):  # of a process that was killed while writing
        if not _is_being_written(left):
            with suppress(OSError):
                left.unlink()


def _is_being_written(aside: Path) -> bool:
    """Whether the process that its name says lives. Windows deletes nothing that is open, and needs no question."""
    process = aside.suffixes[-2].lstrip(".")
    if os.name != "posix" or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another's
        return True
    return True


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # so that the new name survives a power cut as well
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
