"""Orderly stops: Ctrl-C and SIGTERM are noted, and obeyed where a run can stop without losing anything.

    with StopSignals(kept) as signals:
        …                           # a signal in here ends the run at once
        with signals.deferred():
            …                       # a signal in here sets `signals.number`; a second one ends the run at once

A stopped run ends with `Stopped`, which is a KeyboardInterrupt: it passes `except Exception`, and notebooks know it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["StopSignals", "Stopped", "outlive_signals"]

ECHO = 1.0
"""Seconds in which a group's signal may come twice: from the terminal, and once more from torchrun."""

GRACE = 20
"""Seconds that a worker process outlives SIGTERM."""


class Stopped(KeyboardInterrupt):
    """A run was asked to stop; the message says what is kept of it.

    Attributes:
        exit_status: what a program that is stopped so ends with: 130 for Ctrl-C, 143 for SIGTERM.
    """

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.exit_status = 128 + int(number)


class StopSignals:
    """Takes SIGINT (Ctrl-C) and SIGTERM while it is entered; afterwards they do what they did before.

    Handlers that are not Python's own are the caller's choice and stay; threads other than the main one cannot have
    any, so that there the signals go where they would without a run.

    Args:
        kept: tells what is kept of the run if it ends now, and how to go on; the end of the message.
    """

    def __init__(self, kept: Callable[[], str] = lambda: "nothing was saved") -> None:
        self.kept = kept
        self.number = 0  # the signal that came, 0 for none
        self.echo = 0.0
        self._came = 0.0
        self._deferred = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
                if signal.getsignal(number) == usual:
                    self._before[number] = usual
                    signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._on_signal:  # nobody has put another in its place
                signal.signal(number, handler)  # pyright: ignore[reportArgumentType]  (it came from getsignal)

    @contextmanager
    def deferred(self, echo: bool = False) -> Iterator[None]:
        """Note a first signal within the block rather than obey it.

        Args:
            echo: take a second signal that follows at once for the same one: torchrun passes on a Ctrl-C that the
                terminal has given to every process already.
        """
        self._deferred, self.echo = True, ECHO if echo else 0.0
        try:
            yield
        finally:
            self._deferred = False
        if self.number:  # it came when nothing was left that could be stopped
            raise Stopped(f"stopped at the end; {self.kept()}", self.number)

    def _on_signal(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if self.number and now - self._came < self.echo:
            return
        if self._deferred and not self.number:
            self.number, self._came = number, now
            return
        raise Stopped(f"stopped at once; {self.kept()}", number)


def outlive_signals(worker: int = 0) -> None:
    """Let a worker process live on when a signal goes to all processes of a run, for the loop still needs it to save.

    Ctrl-C means nothing to it: it ends when the loop does. SIGTERM ends it at once if the loop sends it, else a little
    later; who sent a signal is known on Linux only, so that elsewhere SIGTERM does what it always does.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "sigwaitinfo"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    info = signal.sigwaitinfo({signal.SIGTERM})
    end = time.monotonic() + GRACE
    while info is not None and info.si_pid != os.getppid():
        info = signal.sigtimedwait({signal.SIGTERM}, max(0.0, end - time.monotonic()))
    os._exit(0)
