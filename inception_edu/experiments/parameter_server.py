"""Stochastic gradient descent with a parameter server: one set of weights, several processes that compute gradients.

A worker pulls the weights, computes the gradient of one batch, and pushes it to the server. Two ways to go on:

    synchronous     the server waits for one gradient of every worker, averages them, and makes one step
    asynchronous    the server makes a step with each gradient as it comes (Dean et al. 2012, "Downpour SGD")

Nobody waits in the second way. The price: between a worker's pull and its push other workers have moved the weights.
By how many steps is the gradient's **staleness**. GoogLeNet was trained this way (Szegedy et al. 2014, section 6).

    with ParameterServer(model, images, labels, workers=3) as server:
        run = server.run(300, lr=0.05)
    run.staleness, run.losses, run.model

The server lives in the calling process, the workers are processes of their own, and what travels between them are
plain arrays through pipes: a small cluster inside one machine. Works in notebooks, and with `spawn`, the one way to
start processes that every system has; a script needs `if __name__ == "__main__":` around it.

Which gradient comes next is chance. All else is not: `replay` repeats a run in one process from its schedule alone.
"""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import signal
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from ..training.losses import total_loss
from ..training.recipe import LossSpec

__all__ = ["ParameterServer", "ServerRun", "replay", "round_robin"]

PATIENCE = 120.0  # seconds without a word from any worker before the server gives up

Schedule = Sequence[tuple[int, int]]
"""Who computed each gradient, and its staleness, in the order in which the server used them."""


@dataclass(frozen=True)
class ServerRun:
    """What a run leaves behind. The lists have one entry a gradient, in the order in which the server used them."""

    model: nn.Module
    losses: list[float]  # of the gradient's batch, at the weights that the worker had pulled
    workers: list[int]
    staleness: list[int]  # steps that the server made between the worker's pull and its push
    seconds: float

    @property
    def schedule(self) -> list[tuple[int, int]]:
        return list(zip(self.workers, self.staleness))


class ParameterServer:
    """The server, and its workers while the `with` block lasts. Each `run` starts from the weights of `model`.

    model: any network of importable classes that takes images and gives logits (with auxiliary ones or without) and
        has no buffers: batch-norm statistics would stay with the workers.
    images, labels: N×C×H×W ready for the network, and N labels. Every worker holds them all, and draws its batches
        with replacement, from a random stream of its own that depends on `seed`.
    pauses: seconds that each worker rests before every push, one number or one a worker: a slow machine or network.

    Raises ValueError for arguments that cannot be, RuntimeError when a worker fails.
    """

    def __init__(
        self, model: nn.Module, images: Tensor, labels: Tensor, *,
        workers: int = 3, batch_size: int = 32, seed: int = 0, pauses: float | Sequence[float] = 0.0,
    ) -> None:  # fmt: skip
        _check(model, images, labels, batch_size)
        if workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers!r}")
        self.pauses = [float(pauses)] * workers if isinstance(pauses, (int, float)) else [float(p) for p in pauses]
        if len(self.pauses) != workers or min(self.pauses) < 0:
            raise ValueError(f"pauses must be one number of seconds, or one for each of {workers} workers: {pauses!r}")
        self.model, self.images, self.labels = model, images, labels
        self.batch_size, self.seed, self.workers = batch_size, seed, workers
        self._pipes: list[Connection] = []
        self._processes: list[multiprocessing.Process] = []

    def __enter__(self) -> ParameterServer:
        context = multiprocessing.get_context("spawn")
        # As bytes: torch would put tensors into shared memory, of which containers have little.
        job = pickle.dumps((copy.deepcopy(self.model).cpu(), self.images.cpu(), self.labels.cpu()))
        try:
            for worker, pause in enumerate(self.pauses):
                here, there = context.Pipe()
                process = context.Process(
                    target=_work, args=(there, job, worker, self.batch_size, self.seed, pause), daemon=True
                )
                process.start()
                there.close()  # so that the end of the worker is the end of the pipe
                self._pipes.append(here)
                self._processes.append(process)
            for worker in range(self.workers):
                self._receive(worker)  # all are ready: nobody gets a head start
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(5)
            if process.is_alive():
                process.terminate()
                process.join()
        self._pipes, self._processes = [], []

    def run(self, gradients: int, *, lr: float, momentum: float = 0.0, synchronous: bool = False) -> ServerRun:
        """Train with this many gradients; the synchronous way makes a step with every `workers` of them."""
        if not self._processes:
            raise ValueError("the workers are not there: use ParameterServer in a with block")
        if gradients < 1 or (synchronous and gradients % self.workers):
            raise ValueError(f"gradients must be a positive multiple of {self.workers if synchronous else 1}")
        weights = _Weights(self.model, lr, momentum)
        start = time.perf_counter()
        losses, workers, staleness = (self._synchronous if synchronous else self._asynchronous)(weights, gradients)
        seconds = time.perf_counter() - start
        return ServerRun(weights.network(self.model), losses, workers, staleness, seconds)

    def _asynchronous(self, weights: _Weights, gradients: int):
        losses, workers, staleness = [], [], []
        pulled = {}  # which version of the weights each worker has
        steps = [0] * self.workers
        for worker in range(self.workers):
            self._send(worker, 0, weights, pulled)
        while len(losses) < gradients:
            for worker in self._ready()[: gradients - len(losses)]:
                loss, gradient = self._receive(worker)
                losses.append(loss)
                workers.append(worker)
                staleness.append(weights.version - pulled.pop(worker))
                weights.push(gradient)
                steps[worker] += 1
                if len(losses) < gradients:
                    self._send(worker, steps[worker], weights, pulled)
        for worker in pulled:  # what is still on its way comes too late
            self._receive(worker)
        return losses, workers, staleness

    def _synchronous(self, weights: _Weights, gradients: int):
        losses = []
        for step in range(gradients // self.workers):
            for worker in range(self.workers):
                self._send(worker, step, weights, {})
            replies = [self._receive(worker) for worker in range(self.workers)]
            losses += [loss for loss, _ in replies]
            weights.push(sum(gradient for _, gradient in replies) / np.float32(self.workers))
        return losses, [*range(self.workers)] * (gradients // self.workers), [0] * gradients

    def _send(self, worker: int, step: int, weights: _Weights, pulled: dict[int, int]) -> None:
        try:
            self._pipes[worker].send((step, weights.values))
        except OSError:
            raise _ended(worker) from None
        pulled[worker] = weights.version

    def _ready(self) -> list[int]:
        """The workers whose gradients have arrived, at least one."""
        found = wait(self._pipes, PATIENCE)
        if not found:
            raise RuntimeError(f"no worker has answered for {PATIENCE:.0f} seconds")
        return [worker for worker, pipe in enumerate(self._pipes) if pipe in found]

    def _receive(self, worker: int):
        pipe = self._pipes[worker]
        if not pipe.poll(PATIENCE):
            raise RuntimeError(f"worker {worker} has not answered for {PATIENCE:.0f} seconds")
        try:
            kind, message = pipe.recv()
        except (EOFError, OSError):
            raise _ended(worker) from None
        if kind == "error":
            raise RuntimeError(f"worker {worker} failed: {message}")
        return message


def replay(
    model: nn.Module, images: Tensor, labels: Tensor, schedule: Schedule, *,
    lr: float, momentum: float = 0.0, batch_size: int = 32, seed: int = 0,
) -> ServerRun:  # fmt: skip
    """An asynchronous run in this one process: gradient after gradient as the schedule says, the same every time.

    schedule: (worker, staleness) of each gradient: `round_robin(…)`, one of your own, or a run's `schedule`, which
        gives that run's weights again.

    Raises ValueError for a staleness that reaches back before the start.
    """
    _check(model, images, labels, batch_size)
    for step, (_, staleness) in enumerate(schedule):
        if not 0 <= staleness <= step:
            raise ValueError(f"gradient {step} can have a staleness of 0 to {step}, not {staleness!r}")
    weights = _Weights(model, lr, momentum)
    network = copy.deepcopy(model).train()
    versions = deque([weights.values], maxlen=1 + max((staleness for _, staleness in schedule), default=0))
    steps: dict[int, int] = {}
    losses = []
    start = time.perf_counter()
    for worker, staleness in schedule:
        steps[worker] = steps.get(worker, -1) + 1
        batch = _batch(len(images), batch_size, seed, worker, steps[worker])
        loss, gradient = _gradient(network, versions[-1 - staleness], images[batch], labels[batch])
        weights.push(gradient)
        versions.append(weights.values)
        losses.append(loss)
    workers, stale = [worker for worker, _ in schedule], [staleness for _, staleness in schedule]
    return ServerRun(weights.network(model), losses, workers, stale, time.perf_counter() - start)


def round_robin(gradients: int, workers: int) -> list[tuple[int, int]]:
    """The schedule of equally fast workers that take turns: every staleness is workers − 1, once all have begun."""
    return [(step % workers, min(step, workers - 1)) for step in range(gradients)]


class _Weights:
    """What the server holds: all weights as one array, their version, and the momentum of SGD as torch defines it."""

    def __init__(self, model: nn.Module, lr: float, momentum: float) -> None:
        if lr <= 0 or not 0 <= momentum < 1:
            raise ValueError(f"lr must be above 0 and momentum in [0, 1), not {lr!r} and {momentum!r}")
        self.lr, self.momentum = np.float32(lr), np.float32(momentum)
        self.values = parameters_to_vector(model.parameters()).detach().cpu().numpy().copy()
        self.velocity = np.zeros_like(self.values)
        self.version = 0

    def push(self, gradient: np.ndarray) -> None:
        """One step. The values are a new array every time, so that older versions stay as they were."""
        self.velocity = self.momentum * self.velocity + gradient
        self.values = self.values - self.lr * self.velocity
        self.version += 1

    def network(self, model: nn.Module) -> nn.Module:
        """A copy of `model` with these weights."""
        network = copy.deepcopy(model)
        device = next(network.parameters()).device
        vector_to_parameters(torch.from_numpy(self.values.copy()).to(device), network.parameters())
        return network


def _work(
    pipe: Connection, job: bytes, worker: int, batch_size: int, seed: int, pause: float
) -> None:  # pragma: no cover  runs in the worker's process
    """A worker's life: pull, compute, push; until the server closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted notebook stops the server, and that ends the workers
    torch.set_num_threads(1)
    try:
        model, images, labels = pickle.loads(job)
        model.train()
        pipe.send(("ready", None))
        while True:
            step, weights = pipe.recv()
            batch = _batch(len(images), batch_size, seed, worker, step)
            found = _gradient(model, weights, images[batch], labels[batch])
            if pause:
                time.sleep(pause)
            pipe.send(("gradient", found))
    except (EOFError, OSError):
        return
    except Exception as error:
        pipe.send(("error", f"{type(error).__name__}: {error}"))


def _batch(images: int, batch_size: int, seed: int, worker: int, step: int) -> Tensor:
    """The images of a worker's batch: a pure function of seed, worker and step, so that a run can be repeated."""
    return torch.from_numpy(np.random.default_rng((seed, worker, step)).integers(images, size=batch_size))


def _gradient(model: nn.Module, weights: np.ndarray, images: Tensor, labels: Tensor) -> tuple[float, np.ndarray]:
    """Mean loss of a batch and its gradient at these weights, all parameters in one array."""
    vector_to_parameters(torch.from_numpy(weights).to(images.device), model.parameters())
    loss = total_loss(model(images), labels, LossSpec()).mean()
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    return loss.item(), parameters_to_vector(gradients).cpu().numpy()


def _check(model: nn.Module, images: Tensor, labels: Tensor, batch_size: int) -> None:
    if next(model.buffers(), None) is not None:
        name = next(name for name, _ in model.named_buffers())
        raise ValueError(
            f"the network has buffers ({name}), which no gradient moves: "
            "a parameter server needs a network without batch norm"
        )
    if len(images) != len(labels) or len(labels) == 0:
        raise ValueError(f"there must be one label an image, and at least one: {len(images)} images, {len(labels)}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be 1 or more, not {batch_size!r}")


def _ended(worker: int) -> RuntimeError:
    return RuntimeError(f'worker {worker} has ended; a script must start its server under: if __name__ == "__main__":')
