"""Checkpoints that survive anything: written aside, forced to disk, then renamed over the last one.

Whatever happens while a checkpoint is written, the file under its final name is a whole one, the old or the new.
Reading trusts nothing. The file carries the SHA-256 of its own bytes, so that a single changed bit is noticed; only
tensors and plain values are unpickled (`weights_only=True`); and a file that is damaged, of another kind or made to do
harm is refused with one line.

The digest stands in the comment with which a zip file may end. So a checkpoint remains what `torch.save` writes:
`torch.load`, `create_model(weights=...)` and `unzip` read it, and there is no second file to lose.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import re
from pathlib import Path
from typing import Any

import torch

from ..files import write_atomically
from .errors import explain_full_disk

__all__ = ["load_checkpoint", "save_checkpoint", "seal"]

FORMAT = "inception_edu training checkpoint"
VERSION = 2
END_OF_DIRECTORY = b"PK\x05\x06"  # with it begins the last record of a zip file, 22 bytes and the comment
SEAL = re.compile(rb"sha256:([0-9a-f]{64})\Z")
SEAL_BYTES = 7 + 64


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (tensors, numbers, text, lists and dicts) to `path`, atomically. Raises OSError if it cannot."""
    buffer = io.BytesIO()
    torch.save({"format": FORMAT, "version": VERSION, **state}, buffer)
    with explain_full_disk(path, path):
        write_atomically(path, seal(buffer.getvalue()))


def seal(archive: bytes) -> bytes:
    """A zip file without a comment, now with the SHA-256 of all bytes before it as its comment."""
    if archive[-22:-18] != END_OF_DIRECTORY:
        raise ValueError("this is no zip file without a comment")
    body = archive[:-2] + SEAL_BYTES.to_bytes(2, "little")  # the last number says how long the comment is
    return body + b"sha256:" + hashlib.sha256(body).hexdigest().encode()


def load_checkpoint(path: Path) -> dict[str, Any]:
    """The state that `save_checkpoint` wrote, its tensors on the CPU.

    Raises:
        FileNotFoundError: there is none.
        ValueError: the file is not a whole checkpoint of this program.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint {path}")
    content = path.read_bytes()
    try:
        return _unsealed(content)
    except ValueError as error:
        raise ValueError(f"cannot continue from {path}: {error}") from None


def _unsealed(content: bytes) -> dict[str, Any]:
    """The state in the bytes of a file. Raises ValueError that says what is wrong with them."""
    found = SEAL.search(content)
    if found and hashlib.sha256(content[: found.start()]).hexdigest().encode() != found[1]:
        raise ValueError("it is damaged (its checksum does not fit)")
    if not content.startswith(b"PK\x03\x04") or END_OF_DIRECTORY not in content[-(1 << 16) :]:
        raise ValueError("it is cut short, damaged or no checkpoint at all")
    try:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise ValueError("it holds more than tensors and numbers, and may do harm") from None
    except Exception:  # bytes that nobody vouches for fail in any way they like
        raise ValueError("it is damaged or no checkpoint at all") from None
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError("it was not written by `inception-edu train`")
    version = state.get("version")
    if version != VERSION:
        old = ", from before checkpoints carried a checksum" if version == 1 else ""
        raise ValueError(f"it is of version {version!r}{old}; this program reads version {VERSION}: train anew")
    if not found:
        raise ValueError("it is damaged (its checksum is missing)")
    return state
