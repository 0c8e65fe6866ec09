"""What can stop a run, said in one line. All are ValueErrors or OSErrors: the command prints them and exits with 2."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

__all__ = ["NotFinite", "OutOfMemory", "explain_full_disk", "explain_memory"]


class NotFinite(ValueError):
    """The loss became infinite or not a number."""


class OutOfMemory(ValueError):
    """The device's memory does not hold a batch."""


@contextmanager
def explain_memory(device: torch.device, batch_size: int, accumulate: int, image_size: int) -> Iterator[None]:
    """Turn torch's out-of-memory error into one that says what to try."""
    try:
        yield
    except (torch.OutOfMemoryError, RuntimeError) as error:
        if not isinstance(error, torch.OutOfMemoryError) and "can't allocate memory" not in str(error):
            raise
        smaller = max(1, batch_size // 2)
        parts = next(
            n for n in range(2 * accumulate, batch_size + 2 * accumulate) if batch_size % n == 0 or n > batch_size
        )
        message = f"{_name(device)} has too little memory for a batch of {batch_size} images of {image_size} pixels: "
        message += f"try batch_size={smaller}" if batch_size > 1 else "try smaller images or a narrower network"
        if parts <= batch_size:
            message += f", or accumulate={parts}, which takes the same steps in {parts} smaller parts"
        raise OutOfMemory(message) from error


@contextmanager
def explain_full_disk(path: Path, checkpoint: Path) -> Iterator[None]:
    """Turn 'no space left' while writing `path` into a message that says what is kept of the run."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        kept = "no checkpoint has been written yet: free some space, then start again"
        if checkpoint.exists():
            kept = f"{checkpoint} still holds the last checkpoint: free some space, then continue with --resume"
        raise OSError(error.errno, f"no space left to write {path}; {kept}") from None


def _name(device: torch.device) -> str:
    if device.type != "cuda":
        return "this machine"
    properties = torch.cuda.get_device_properties(device)
    return f"{properties.name} ({properties.total_memory / 2**30:.0f} GiB)"
