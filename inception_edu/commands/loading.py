"""What has to be settled before the heavy packages load: Ctrl-C, and how threads wait."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

__all__ = ["spinning_briefly", "stopping_at_once"]

SPINS = "10000"
"""Looks at a flag, some tenths of a millisecond: longer than between two small layers, shorter than a time slice."""


def spinning_briefly(environment: MutableMapping[str, str] = os.environ) -> MutableMapping[str, str]:
    """Let torch's threads spin for a moment while they wait for work, and then sleep; call it before torch loads.

    To sleep between the many small pieces of a narrow network takes three times as long. To spin thirty times longer,
    as GNU's OpenMP does by itself (300,000), holds up everybody on a busy machine, oneself included. Who has said how
    threads are to wait is not overruled; other OpenMP libraries (of Windows, of macOS) do not read this.

    Args:
        environment: what is changed; this process's own, which OpenMP reads once, when it is loaded.

    Returns:
        The same environment.
    """
    if "OMP_WAIT_POLICY" not in environment:
        environment.setdefault("GOMP_SPINCOUNT", SPINS)
    return environment


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
