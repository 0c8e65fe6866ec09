"""Run written code with --run-code: each answer in a process of its own, out of the grade book's reach.

A helper process imports torch and knows the exercises, and neither the roster nor other submissions. It runs each
answer in a copy of itself that has no rights left (`limits.py`) and little time, and says what became of it.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from ..exercises.verdict import Verdict
from .limits import not_prevented

__all__ = ["SECONDS", "CodeRunner"]

SECONDS = 20
"""How long the code of one answer may run."""

STARTS_IN = 300
"""How long the helper may take to import torch, and to run a worked solution for the first time, on a busy machine."""

READY = "ready"
"""What the helper says when it waits for answers."""


class CodeRunner:
    """Runs answers; use it in a ``with`` block.

    Args:
        seconds: how long one answer may run.

    Raises:
        ValueError: this system has no fork.
    """

    def __init__(self, seconds: int = SECONDS):
        if not hasattr(os, "fork"):
            raise ValueError("--run-code needs a system that forks: Linux, macOS, or Windows with WSL")
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._held: set[str] | None = None
        self._failed = False

    def __enter__(self) -> CodeRunner:
        self._folder = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()
        self._folder.cleanup()

    def run(self, id: str, source: str) -> Verdict:
        """The verdict on the code that answers an exercise; neither right nor wrong where it could not be run."""
        process = self._process or self._start()
        if process is None:
            return Verdict(None, "The process that runs code could not be started.")
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"id": id, "source": source}) + "\n")
            process.stdin.flush()
            found = json.loads(self._line(process, STARTS_IN + 3 * self._seconds))
        except (OSError, ValueError):
            self._stop()
            return Verdict(False, "The code ended the process that was to judge it.")
        held = found["held"]
        if held is not None:
            self._held = set(held) if self._held is None else self._held & set(held)
        return Verdict(found["correct"], str(found["remark"]))

    def not_prevented(self) -> list[str]:
        """What the code could have done nevertheless; nothing where none ran."""
        return not_prevented(sorted(self._held)) if self._held is not None else []

    def _start(self) -> subprocess.Popen[str] | None:
        """The helper, once it is ready; None where it cannot start, which is tried once."""
        if not self._failed:
            try:
                self._process = self._helper()
            except OSError:
                self._failed = True
            else:
                self._failed = self._line(self._process, STARTS_IN).rstrip() != READY
        if self._failed:
            self._stop()
        return self._process

    @staticmethod
    def _line(process: subprocess.Popen[str], seconds: float) -> str:
        """The helper's next line; empty where it ended, or where time is over."""
        assert process.stdout is not None
        return process.stdout.readline() if select.select([process.stdout], [], [], seconds)[0] else ""

    def _helper(self) -> subprocess.Popen[str]:
        package = Path(__file__).resolve().parents[2]
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
        environment |= {"PYTHONPATH": os.pathsep.join([str(package), *filter(None, sys.path)])}
        environment |= {"HOME": self._folder.name, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        return subprocess.Popen(
            [sys.executable, "-m", "inception_edu.classroom.sandbox_server", str(self._seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            cwd=self._folder.name,
            env=environment,
        )

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
