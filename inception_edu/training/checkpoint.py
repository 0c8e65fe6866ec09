"""Checkpoints that survive anything: written aside, forced to disk, then renamed over the last one.

Whatever happens while a checkpoint is written, the file under its final name is a whole one, the old or the new.
Reading trusts nothing: only tensors and plain values are unpickled (`weights_only=True`), and a file that is cut
short, of another kind or made to do harm is refused with one line.
"""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch

from .errors import explain_full_disk

__all__ = ["load_checkpoint", "save_checkpoint", "write_atomically"]

FORMAT = "inception_edu training checkpoint"
VERSION = 1


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (tensors, numbers, text, lists and dicts) to `path`, atomically. Raises OSError if it cannot."""
    buffer = io.BytesIO()
    torch.save({"format": FORMAT, "version": VERSION, **state}, buffer)
    kept = f"{path} still holds the last checkpoint" if path.exists() else "no checkpoint has been written yet"
    with explain_full_disk(path, kept):
        write_atomically(path, buffer.getbuffer())


def load_checkpoint(path: Path) -> dict[str, Any]:
    """The state that `save_checkpoint` wrote, its tensors on the CPU.

    Raises FileNotFoundError if there is none, ValueError if the file is not a whole checkpoint of this program.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint {path}")
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("it is cut short or no checkpoint at all")
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise ValueError("it is damaged")
        state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise ValueError(
            f"cannot continue from {path}: it holds more than tensors and numbers, and may do harm"
        ) from None
    except (ValueError, RuntimeError, EOFError, KeyError, zipfile.BadZipFile) as error:
        reason = (
            str(error).splitlines()[0] if isinstance(error, ValueError) else "it is damaged or no checkpoint at all"
        )
        raise ValueError(f"cannot continue from {path}: {reason}") from None
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"cannot continue from {path}: it was not written by `inception-edu train`")
    if state.get("version") != VERSION:
        raise ValueError(
            f"cannot continue from {path}: it is of version {state.get('version')}, this program reads {VERSION}"
        )
    return state


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that at every moment `path` is either the old file or the new one, also after a power cut."""
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
        left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # so that the new name survives a power cut as well
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
