"""Ctrl-C while the heavy packages load."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["stopping_at_once"]


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """Around imports that take seconds, such as torch's: Ctrl-C ends the process there and then, status 130.

    Python would raise KeyboardInterrupt in the middle of an import, where torch's own code may swallow it or turn it
    into another error. Nothing has begun yet that would have to be put in order.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only there may handlers be changed
        return
    before = signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)


def _stop(signum: int, frame: object) -> None:
    os.write(2, b"inception-edu: stopped\n")
    os._exit(130)
