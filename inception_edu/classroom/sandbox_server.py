"""The helper of `sandbox.py`: reads answers as lines of JSON, runs each in a copy of itself, writes verdicts."""

from __future__ import annotations

import io
import json
import os
import select
import signal
import sys
import time
from contextlib import redirect_stdout, suppress
from functools import cache
from typing import Any

from ..exercises import find
from ..exercises.code import Code
from ..exercises.isolation import guarded
from ..exercises.verdict import Verdict
from .limits import drop_rights, note_memory
from .sandbox import READY

LONGEST_ANSWER = 20_000


def main() -> int:
    """Serve until standard input ends."""
    import torch

    torch.set_num_threads(1)
    seconds = float(sys.argv[1])
    print(READY, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        found = serve(asked["id"], asked["source"], seconds)
        print(json.dumps(found), flush=True)
    return 0


def serve(id: str, source: str, seconds: float) -> dict[str, Any]:
    """Run one answer in a copy of this process; ``correct`` is None where that cannot be done."""
    try:
        kind, right = prepared(id)
        note_memory()
        here, there = os.pipe()
        child = os.fork()
    except Exception as error:  # whatever it is, it is no fault of the answer
        return {"held": None, "correct": None, "remark": f"The code could not be run: {type(error).__name__}."}
    if child == 0:
        _run(kind, right, source, seconds, there)
    os.close(there)
    said = _listen(here, 2 * seconds + 2)  # processor time is limited by itself; a busy machine takes longer
    os.close(here)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lines = said.decode("utf-8", "replace").splitlines()
    if not lines:  # the first is written before the answer has a say
        return {"held": None, "correct": None, "remark": "The code could not be run: its process did not start."}
    made = {"held": json.loads(lines[0])["held"], "correct": False}
    with suppress(ValueError, IndexError, TypeError, KeyError):
        verdict = json.loads(lines[1:][-1])
        return made | {"correct": verdict["correct"] is True, "remark": str(verdict["remark"])}
    return made | {"remark": "The code took too long, or ended its process."}


@cache
def prepared(id: str) -> tuple[Code, Any]:
    """An exercise's kind and right answer.

    It is judged once, so that all that judging needs is loaded: a copy of this process can open no file. What a
    solution prints must not get between the verdicts.
    """
    exercise = find(id)
    assert isinstance(exercise.kind, Code)
    with redirect_stdout(io.StringIO()):
        right = exercise.for_student().right
        assert exercise.kind.judge(right, right, ()).correct is True
    return exercise.kind, right


def _listen(pipe: int, seconds: float) -> bytes:
    """What comes through a pipe until it closes, time is over, or it is too much."""
    said, ends = b"", time.monotonic() + seconds
    while len(said) < LONGEST_ANSWER:
        left = ends - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            break
        more = os.read(pipe, 4096)
        if not more:
            break
        said += more
    return said


def _run(kind: Code, right: Any, source: str, seconds: float, pipe: int) -> None:  # pragma: no cover  in the child
    import torch

    scope: dict[str, Any] = {"__name__": "answer", "torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    try:
        os.setsid()
        held = drop_rights(seconds, os.getcwd(), pipe)
        os.write(pipe, json.dumps({"held": held}).encode() + b"\n")
        verdict = guarded(lambda: _judge(kind, right, source, scope))
        said = {"correct": verdict.correct, "remark": verdict.remark[:2000]}
        os.write(pipe, json.dumps(said).encode() + b"\n")
    finally:
        os._exit(0)


def _judge(kind: Code, right: Any, source: str, scope: dict[str, Any]) -> Verdict:  # pragma: no cover  in the child
    try:
        exec(compile(source, "<answer>", "exec"), scope)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        return Verdict(False, f"Your code raises {type(error).__name__}: {' '.join(str(error).split())[:300]}")
    if kind.object not in scope:
        return Verdict(False, f"Your code defines no {kind.object}.")
    theirs = scope[kind.object]
    return kind.judge(theirs, right, ()) if callable(theirs) else Verdict(False, f"{kind.object} cannot be called.")


if __name__ == "__main__":
    sys.exit(main())
