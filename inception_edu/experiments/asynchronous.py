"""Stochastic gradient descent with a parameter server: one set of weights, several processes that compute gradients.

A worker pulls the weights, computes the gradient of one batch, and pushes it to the server. Two ways to go on:

    synchronous     the server waits for one gradient of every worker, averages them, and makes one step
    asynchronous    the server makes a step with each gradient as it comes (Dean et al. 2012, "Downpour SGD")

Nobody waits in the second way. The price: between a worker's pull and its push other workers have moved the weights.
By how many steps is the gradient's **staleness**. GoogLeNet was trained this way (Szegedy et al. 2014, section 6).

Every process calls `take_part`. The one of rank 0 is the server, the others are workers, on one machine or on several:

    run = take_part(Job(model, images, labels), 300, lr=0.05)   # in script.py
    torchrun --nproc-per-node 4 script.py

Which gradient comes next is chance. All else is not: `replay` repeats a run in one process from its schedule alone.
"""

from __future__ import annotations

import copy
import itertools
import math
import os
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from ..training.losses import total_loss
from ..training.recipe import LossSpec

PATIENCE = 120.0
"""Seconds without a word from any worker before the server gives up."""

FOREVER = 10 * 86_400.0


@dataclass(frozen=True)
class ServerRun:
    """What a run leaves behind. The lists have one entry a gradient, in the order in which the server used them.

    Attributes:
        model: The network with the weights at the end, on the CPU.
        losses: Mean loss of each gradient's batch, at the weights that the worker had pulled.
        workers: Who computed each gradient, from 0.
        staleness: Steps that the server made between the worker's pull and its push.
        seconds: From the first pull to the last push.
    """

    model: nn.Module
    losses: list[float]
    workers: list[int]
    staleness: list[int]
    seconds: float

    @property
    def schedule(self) -> list[tuple[int, int]]:
        """Worker and staleness of each gradient: what `replay` needs to give an asynchronous run's weights again."""
        return list(zip(self.workers, self.staleness))


class Job:
    """What all processes of a run know: the network, the data, and how batches are drawn.

    Args:
        model: Any network that takes images and gives logits (with auxiliary ones or without) and has no buffers:
            batch-norm statistics would stay with the workers. It is left as it is; gradients are computed on the CPU.
        images: N×C×H×W, ready for the network. Every worker draws its batches from all of them, with replacement,
            from a random stream of its own that depends on `seed`.
        labels: N class numbers.
        batch_size: Images of a gradient.
        seed: Of the workers' random streams.

    Raises:
        ValueError: For arguments that cannot be.
    """

    def __init__(self, model: nn.Module, images: Tensor, labels: Tensor, batch_size: int = 32, seed: int = 0) -> None:
        for name, _ in model.named_buffers():
            raise ValueError(
                f"the network has buffers ({name}), which no gradient moves: "
                "a parameter server needs a network without batch norm"
            )
        if len(images) != len(labels) or len(labels) == 0:
            raise ValueError(f"there must be one label an image, and at least one: {len(images)} images, {len(labels)}")
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, not {batch_size!r}")
        if seed < 0:
            raise ValueError(f"seed must be 0 or more, not {seed!r}")
        self.model, self.images, self.labels = copy.deepcopy(model).cpu().train(), images.cpu(), labels.cpu()
        self.batch_size, self.seed = batch_size, seed

    def start(self) -> Tensor:
        """All weights as one vector."""
        return parameters_to_vector(self.model.parameters()).detach()

    def gradient(self, weights: Tensor, worker: int, step: int) -> Tensor:
        """The gradient of a worker's batch at these weights as one vector, whose last entry is the batch's mean loss.

        The batch is a pure function of seed, worker and step, so that a run can be repeated.
        """
        draw = np.random.default_rng((self.seed, worker, step)).integers(len(self.images), size=self.batch_size)
        images, labels = self.images[torch.from_numpy(draw)], self.labels[torch.from_numpy(draw)]
        parameters = list(self.model.parameters())
        vector_to_parameters(weights, parameters)
        loss = total_loss(self.model(images), labels, LossSpec()).mean()
        gradients = torch.autograd.grad(loss, parameters, materialize_grads=True)
        return torch.cat([parameters_to_vector(gradients), loss.detach()[None]])

    def trained(self, weights: Tensor) -> nn.Module:
        """A copy of the network with these weights."""
        model = copy.deepcopy(self.model)
        vector_to_parameters(weights.clone(), model.parameters())
        return model


def take_part(
    job: Job, gradients: int, *, lr: float, momentum: float = 0.0, synchronous: bool = False, pause: float = 0.0
) -> ServerRun | None:
    """Play this process's part in one run. Every process calls this with the same arguments, but for `pause`.

    Args:
        job: The network and the data.
        gradients: How many the server uses; the synchronous way makes a step with every `workers` of them.
        lr: Learning rate of `torch.optim.SGD`, per step of the server.
        momentum: Momentum of `torch.optim.SGD`.
        synchronous: Whether the server waits for all workers before each step.
        pause: Seconds that this worker rests before every push: a slow machine or network.

    Returns:
        The run in the process of rank 0, None in the others.

    Raises:
        ValueError: For arguments that cannot be, or a process that is alone.
        RuntimeError: When another process has ended, or no worker answers for a while.
    """
    with _process_group(), _one_thread():
        workers = dist.get_world_size() - 1
        check_run(workers, gradients, lr, momentum, synchronous)
        if dist.get_rank() > 0:
            return _work(job, pause)
        weights = job.start()
        optimizer = torch.optim.SGD([weights], lr=lr, momentum=momentum)
        return _serve(job, weights, optimizer, gradients, workers, synchronous)


def check_run(workers: int, gradients: int, lr: float, momentum: float = 0.0, synchronous: bool = False) -> None:
    """Refuse what a run cannot be, by ValueError."""
    if gradients < 1 or (synchronous and gradients % workers):
        raise ValueError(f"gradients must be a positive multiple of {workers if synchronous else 1}")
    if not 0 < lr < math.inf or not 0 <= momentum < 1:
        raise ValueError(f"lr must be above 0 and momentum in [0, 1), not {lr!r} and {momentum!r}")


def _serve(
    job: Job, weights: Tensor, optimizer: torch.optim.Optimizer, gradients: int, workers: int, synchronous: bool
) -> ServerRun:
    losses, order, staleness = [], [], []
    version, pulled = 0, {}  # how many steps were made, and which version of the weights each rank computes with
    idle = list(range(1, workers + 1))
    start = time.perf_counter()
    while len(losses) < gradients:
        for rank in idle:
            _send(weights, GO_ON, rank)
            pulled[rank] = version
        arrived = dict(_receive(weights, pulled) for _ in range(workers if synchronous else 1))
        idle = sorted(arrived)
        for rank in idle:
            losses.append(arrived[rank][-1].item())
            order.append(rank - 1)
            staleness.append(version - pulled.pop(rank))
        weights.grad = torch.stack([arrived[rank][:-1] for rank in idle]).mean(0)
        optimizer.step()
        version += 1
    seconds = time.perf_counter() - start
    for _ in range(len(pulled)):  # what is still on its way comes too late
        pulled.pop(_receive(weights, pulled)[0])
    for rank in range(1, workers + 1):
        _send(weights, ENOUGH, rank)
    return ServerRun(job.trained(weights), losses, order, staleness, seconds)


def _work(job: Job, pause: float) -> None:
    message = torch.cat([job.start(), torch.zeros(1)])
    for step in itertools.count():
        with _told("the server has ended"):
            dist.recv(message, 0)
        if message[-1] == ENOUGH:
            return
        answer = job.gradient(message[:-1], dist.get_rank() - 1, step)
        time.sleep(pause)
        with _told("the server has ended"):
            dist.send(answer, 0)


def replay(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    schedule: Sequence[tuple[int, int]],
    *,
    lr: float,
    momentum: float = 0.0,
    batch_size: int = 32,
    seed: int = 0,
) -> ServerRun:
    """An asynchronous run in this one process: gradient after gradient as the schedule says, the same every time.

    Args:
        model: The network, as for `Job`, like `images`, `labels`, `batch_size` and `seed`.
        images: N×C×H×W.
        labels: N class numbers.
        schedule: (worker, staleness) of each gradient: `round_robin(…)`, one of your own, or a run's `schedule`,
            which gives that run's weights again, bit for bit.
        lr: Learning rate of `torch.optim.SGD`.
        momentum: Momentum of `torch.optim.SGD`.
        batch_size: Images of a gradient.
        seed: Of the workers' random streams.

    Raises:
        ValueError: For arguments that cannot be, such as a staleness that reaches back before the start.
    """
    for step, (_, staleness) in enumerate(schedule):
        if not 0 <= staleness <= step:
            raise ValueError(f"gradient {step} can have a staleness of 0 to {step}, not {staleness!r}")
    check_run(1, max(1, len(schedule)), lr, momentum)
    job = Job(model, images, labels, batch_size, seed)
    weights = job.start()
    optimizer = torch.optim.SGD([weights], lr=lr, momentum=momentum)
    versions = deque([weights.clone()], maxlen=1 + max((staleness for _, staleness in schedule), default=0))
    steps: Counter[int] = Counter()
    losses = []
    start = time.perf_counter()
    with _one_thread():
        for worker, staleness in schedule:
            answer = job.gradient(versions[-1 - staleness], worker, steps[worker])
            steps[worker] += 1
            losses.append(answer[-1].item())
            weights.grad = answer[:-1]
            optimizer.step()
            versions.append(weights.clone())
    workers, stale = [worker for worker, _ in schedule], [staleness for _, staleness in schedule]
    return ServerRun(job.trained(weights), losses, workers, stale, time.perf_counter() - start)


def round_robin(gradients: int, workers: int) -> list[tuple[int, int]]:
    """The schedule of equally fast workers that take turns: every staleness is workers − 1, once all have begun."""
    return [(step % workers, min(step, workers - 1)) for step in range(gradients)]


GO_ON, ENOUGH = 1.0, 0.0
"""The last entry of the server's messages; the others are the weights."""


def _send(weights: Tensor, word: float, rank: int) -> None:
    with _told(f"worker {rank - 1} has ended"):
        dist.send(torch.cat([weights, weights.new_tensor([word])]), rank)


def _receive(weights: Tensor, pulled: Iterable[int]) -> tuple[int, Tensor]:
    """The next answer, whosever it is, and the rank that sent it. `pulled`: the ranks that still owe one."""
    late = ", ".join(str(rank - 1) for rank in sorted(pulled))
    message = weights.new_empty(len(weights) + 1)
    with _told(f"no answer from worker {late}: it has ended, or is silent for too long"):
        return dist.recv(message), message


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say in one line what a broken connection means."""
    try:
        yield
    except RuntimeError:
        raise Disconnected(what) from None


class Disconnected(RuntimeError):
    """Another process has ended, or does not answer."""


@contextmanager
def _process_group() -> Iterator[None]:
    """The processes that this one belongs to, perhaps since before, else as torchrun has set them up."""
    began = not dist.is_initialized()
    if began and "RANK" in os.environ:
        patience = (
            PATIENCE if os.environ["RANK"] == "0" else FOREVER
        )  # who waits for the server waits as long as it does
        dist.init_process_group("gloo", timeout=timedelta(seconds=patience))
    if not dist.is_initialized() or dist.get_world_size() < 2:
        raise ValueError("a server needs a worker: start two processes or more, torchrun --nproc-per-node 2 script.py")
    try:
        yield
    finally:
        if began:
            dist.destroy_process_group()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute in one thread: sums in the same order everywhere, and processes that do not take each other's cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
