"""A run's folder: what lies in it, and that one run at a time writes there.

checkpoint.pt    to continue from
history.csv      one row an epoch
model.pt         the weights, at the end, for `create_model(..., weights=...)`
result.json      the result, at the end
.lock            held by the operating system while a run goes on: a killed run does not lock for ever
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["RunFolder"]

IMPOSSIBLE = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EINVAL, errno.ELOOP)
"""What the system says of a path that no folder can have."""

PATIENCE = 6
"""Seconds that a resumed run waits for the lock: so long may the worker processes of a killed one live on."""


class RunFolder:
    """The folder of a run, with the paths of its files."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.checkpoint = self.path / "checkpoint.pt"
        self.weights = self.path / "model.pt"
        self.result = self.path / "result.json"

    @contextmanager
    def claimed(self, resume: bool) -> Iterator[None]:
        """Make the folder, and keep every other run out of it within the block.

        If the block fails before anything was written, the folder goes again.

        Raises:
            ValueError: the path is a file, another run is writing there, or (without `resume`) has written there.
        """
        try:
            if self.path.exists() and not self.path.is_dir():
                raise ValueError(f"{self.path} is a file, not a folder for a run")
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno not in IMPOSSIBLE:
                raise
            raise ValueError(f"{self.path} cannot be the folder of a run: {error.strerror}") from None
        lock = FileLock(self.path / ".lock", timeout=PATIENCE if resume else 0)
        try:
            lock.acquire()
        except Timeout:
            raise ValueError(
                f"another run is writing to {self.path} at this moment: wait for it, or choose another --out"
            ) from None
        try:
            if not resume and (self.checkpoint.exists() or self.result.exists()):
                raise ValueError(f"{self.path} already holds a run: continue it with --resume, or choose another --out")
            yield
        except BaseException:
            self._leave_no_trace()
            raise
        finally:
            lock.release()

    def _leave_no_trace(self) -> None:
        """Take the folder away if nothing but the lock was ever written there."""
        with suppress(OSError):  # the folder is gone, or the system does not remove what is open
            if [file.name for file in self.path.iterdir()] == [".lock"]:
                (self.path / ".lock").unlink()
                self.path.rmdir()

    def kept(self) -> str:
        """What is kept if the run ends now, and how to go on."""
        if self.checkpoint.exists():
            return f"{self.checkpoint} holds the last checkpoint: continue with --resume --out {self.path}"
        return "nothing was saved: start it again"
