"""Run a student's code so that the notebook lives on: an endless loop, a huge allocation, an exit end a process apart.

On systems that fork, the code runs in a copy of this process, which is ended when its time is over and may take no more
than a bounded amount of memory. What it does to files and networks is done. Where there is no fork (Windows), it runs
in this process, and an endless loop has to be stopped by hand.
"""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable
from typing import Any

from .verdict import Verdict

__all__ = ["SECONDS", "guarded", "run_apart"]

SECONDS = 20.0
"""How long a student's code may run."""

MEMORY = 4 * 2**30
"""Bytes that it may take beyond what the process already has."""


def run_apart(judge: Callable[[], Verdict], seconds: float = SECONDS) -> Verdict:
    """The verdict of `judge`, or one that says how the student's code ended.

    Args:
        judge: calls the student's code.
        seconds: how long it may take.
    """
    if not hasattr(os, "fork"):
        return guarded(judge)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(there, judge), daemon=True)
    with warnings.catch_warnings():
        # The child does nothing but compute on one thread and answer.
        warnings.simplefilter("ignore", DeprecationWarning)
        child.start()
    there.close()
    try:
        if not here.poll(seconds):
            return Verdict(False, f"Your code did not end within {seconds:.0f} seconds: is there an endless loop?")
        return here.recv()
    except EOFError:
        child.join()
        return Verdict(False, f"Your code ended the process (exit status {child.exitcode}); nothing was returned.")
    finally:
        here.close()
        child.kill()
        child.join()


def _answer(pipe: Any, judge: Callable[[], Verdict]) -> None:  # pragma: no cover  runs in the child
    import torch

    torch.set_num_threads(1)  # the threads of a parallel region did not come along
    _limit_memory()
    try:
        pipe.send(guarded(judge))
    finally:
        pipe.close()
        os._exit(0)


def guarded(judge: Callable[[], Verdict]) -> Verdict:
    """The verdict of `judge`; where its code ends what should go on, a verdict that says so."""
    try:
        return judge()
    except MemoryError:
        return Verdict(False, "Your code asked for more memory than there is.")
    except SystemExit:
        return Verdict(False, "Your code calls exit(): return a value instead.")
    except RecursionError:
        return Verdict(False, "Your code calls itself without end.")


def _limit_memory() -> None:  # pragma: no cover  runs in the child
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    except (ImportError, OSError, ValueError):
        pass  # this system cannot: the time limit is what is left
