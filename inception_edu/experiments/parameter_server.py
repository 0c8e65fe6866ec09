"""A parameter server inside one machine: the processes that `asynchronous` needs, started from a notebook or a script.

For example::

    with ParameterServer(model, images, labels, workers=3) as server:
        run = server.run(300, lr=0.05)
    run.staleness, run.losses, run.model

The server and its workers are processes of their own, which share nothing and talk through `torch.distributed`. They
are started by `spawn`, the one way that every system has; a script needs `if __name__ == "__main__":` around it.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.context import SpawnProcess
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed import TCPStore  # pyright: ignore[reportPrivateImportUsage]  documented at this place

from .asynchronous import (
    FOREVER,
    PATIENCE,
    Disconnected,
    Job,
    ServerRun,
    check_run,
    replay,
    round_robin,
    take_part,
)

__all__ = ["Job", "ParameterServer", "ServerRun", "replay", "round_robin", "take_part"]


class ParameterServer:
    """The server and its workers, while the `with` block lasts. Each `run` starts from the weights of `model`.

    Args:
        model: A network of importable classes; this and the next two as `Job` says.
        images: N×C×H×W.
        labels: N class numbers.
        workers: How many processes compute gradients.
        batch_size: Images of a gradient.
        seed: Of the workers' random streams.
        pauses: Seconds that each worker rests before every push, one number or one a worker: a slow machine or network.
        patience: Seconds without a word from any worker before the server gives up.

    Raises:
        ValueError: For arguments that cannot be.
        RuntimeError: When a process fails. All others are ended then.
    """

    def __init__(
        self,
        model: nn.Module,
        images: Tensor,
        labels: Tensor,
        *,
        workers: int = 3,
        batch_size: int = 32,
        seed: int = 0,
        pauses: float | Sequence[float] = 0.0,
        patience: float = PATIENCE,
    ) -> None:
        if workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers!r}")
        self.pauses = [float(pauses)] * workers if isinstance(pauses, (int, float)) else [float(p) for p in pauses]
        if len(self.pauses) != workers or min(self.pauses) < 0:
            raise ValueError(f"pauses must be one number of seconds, or one for each of {workers} workers: {pauses!r}")
        self.job, self.workers, self.patience = Job(model, images, labels, batch_size, seed), workers, patience
        self._processes: list[SpawnProcess] = []

    def __enter__(self) -> ParameterServer:
        context = multiprocessing.get_context("spawn")
        self._store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
        self._folder, self._runs = tempfile.TemporaryDirectory(), itertools.count()
        folder = Path(self._folder.name)
        try:
            (folder / "job").write_bytes(self._pickled())
            for rank, pause in enumerate([0.0, *self.pauses]):
                arguments = (rank, self.workers + 1, self._store.port, folder, pause, self.patience)
                process = context.Process(target=_member, args=arguments, daemon=True)
                process.start()
                self._processes.append(process)
            for rank in range(self.workers + 1):
                self._wait_for(f"ready {rank}")  # nobody gets a head start
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.kill()  # they hold nothing that is worth keeping
        for process in self._processes:
            process.join()
        self._processes = []
        self._folder.cleanup()

    def run(self, gradients: int, *, lr: float, momentum: float = 0.0, synchronous: bool = False) -> ServerRun:
        """Train with this many gradients; the synchronous way makes a step with every `workers` of them.

        See `take_part` for the arguments.
        """
        if not self._processes:
            raise ValueError("the workers are not there: use ParameterServer in a with block")
        check_run(self.workers, gradients, lr, momentum, synchronous)
        settings = {"gradients": gradients, "lr": float(lr), "momentum": float(momentum), "synchronous": synchronous}
        number = next(self._runs)
        try:
            self._store.set(f"run {number}", json.dumps(settings))
            self._wait_for(f"done {number}")
        except BaseException:
            self.close()
            raise
        found = torch.load(Path(self._folder.name) / str(number))
        return ServerRun(**{**found, "model": self.job.trained(found["model"])})

    def _pickled(self) -> bytes:
        try:
            return pickle.dumps(self.job)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ValueError(f"other processes cannot import this network's classes: {error}") from None

    def _wait_for(self, key: str) -> None:
        """Wait until a process has set the key. Nothing blocks here, so that an interrupt is heard at once."""
        while not self._store.check([key]):
            if any(process.exitcode is not None for process in self._processes):
                time.sleep(0.5)  # until those have ended that go down with the first
                raise RuntimeError(self._reason())
            time.sleep(0.005)

    def _reason(self) -> str:
        """Why processes have ended: an error of their own before an end from outside, and that before a lost line."""
        names = ["the server", *(f"worker {worker}" for worker in range(self.workers))]
        for rank, name in enumerate(names):
            if self._store.check([f"failed {rank}"]):
                return f"{name} failed: {self._store.get(f'failed {rank}').decode()}"
        for name, process in zip(names, self._processes):
            if process.exitcode:
                hint = (
                    '; a script must start its server under: if __name__ == "__main__":'
                    if process.exitcode == 1
                    else ""
                )
                return f"{name} has ended with exit code {process.exitcode}{hint}"
        return self._store.get("lost").decode()


def _member(
    rank: int, size: int, port: int, folder: Path, pause: float, patience: float
) -> None:  # pragma: no cover  runs in a process of its own
    """The life of the server (rank 0) or of a worker: run after run, until the parent ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted notebook stops the parent, and that ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    store = TCPStore("127.0.0.1", port, timeout=timedelta(seconds=FOREVER))
    try:
        job = pickle.loads((folder / "job").read_bytes())
        store.set(f"ready {rank}", "1")
        for other in range(size):
            store.get(f"ready {other}")
        timeout = timedelta(seconds=FOREVER if rank else patience)
        dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=timeout)
        for number in itertools.count():
            run = take_part(job, **json.loads(store.get(f"run {number}")), pause=pause)
            if run:
                weights = nn.utils.parameters_to_vector(run.model.parameters()).detach()
                torch.save({**vars(run), "model": weights}, folder / str(number))
                store.set(f"done {number}", "1")
    except Disconnected as error:
        if rank == 0:  # a worker that loses the server is never the first to fall
            store.set("lost", str(error))
    except Exception as error:
        store.set(f"failed {rank}", f"{type(error).__name__}: {error}".splitlines()[0])


def _end_with_parent() -> None:  # pragma: no cover  runs in a process of its own
    """End this process as soon as the parent has ended, however that came."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
