"""Several processes that train as one: torch's DistributedDataParallel, or nothing special for a single process.

Under `torchrun --nproc-per-node N -m inception_edu train …` each process takes an equal share of every batch. The
gradients are averaged, so all processes hold the same weights after every step, and N processes walk the same path as
one, up to rounding. Two things stay with each process, as is usual: its dropout masks, and its batch-norm statistics
(over its own share of the batch) unless the recipe says `sync_batch_norm`, which torch offers on GPUs only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

__all__ = ["ProcessGroup", "choose_device", "join_process_group"]

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ProcessGroup:
    """The `torch.distributed` process group of a run, seen from one of its processes.

    Attributes:
        device: where this process computes.
        rank: this process's number, from 0 to size - 1.
        size: how many processes train together; 1 where `torch.distributed` is not in use.
        control: a gloo group of the same processes for decisions, which then do not wait for a GPU; None when alone.
    """

    device: torch.device
    rank: int = 0
    size: int = 1
    control: dist.ProcessGroup | None = field(default=None, repr=False)

    @property
    def is_main(self) -> bool:
        """True in the one process that writes files and shows progress."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This process's part of a batch: contiguous, as equal as can be; perhaps empty."""
        return batch if self.size == 1 else torch.tensor_split(batch, self.size)[self.rank]

    def wrap(self, model: nn.Module, sync_batch_norm: bool) -> nn.Module:
        """The network as the loop calls it: `model` itself, or wrapped so that gradients are averaged."""
        if self.size == 1:
            return model
        if sync_batch_norm and self.device.type != "cuda":
            raise ValueError("sync_batch_norm needs GPUs; on CPUs each process has its own batch-norm statistics")
        if sync_batch_norm:
            model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
        return DistributedDataParallel(model, device_ids=[self.device] if self.device.type == "cuda" else None)

    def sum(self, values: Tensor) -> Tensor:
        """The sum over all processes, in all of them."""
        if self.size > 1:
            values = values.clone()
            dist.all_reduce(values)
        return values

    def smallest(self, values: Tensor) -> Tensor:
        """The smallest over all processes, in all of them."""
        if self.size > 1:
            values = values.clone()
            dist.all_reduce(values, op=dist.ReduceOp.MIN)
        return values

    def same_statistics(self, model: nn.Module) -> None:
        """Give all processes the main one's batch-norm statistics, so that they test the network that is saved."""
        if self.size > 1:
            for buffer in model.buffers():
                dist.broadcast(buffer, src=0)

    def agree(self, decision: bool) -> bool:
        """The main process's decision, in all of them."""
        return self.on_main(lambda: decision)

    def largest(self, number: int) -> int:
        """The largest of the processes' numbers, in all of them."""
        if self.size == 1:
            return number
        told = torch.tensor([number])
        dist.all_reduce(told, op=dist.ReduceOp.MAX, group=self.control)
        return int(told.item())

    def on_main(self, act: Callable[[], Answer]) -> Answer:
        """Let the main process alone `act`: what it returns or raises, in all of them."""
        if self.size == 1:
            return act()
        told: list = [None, None]  # the answer, the error
        if self.is_main:
            try:
                told = [act(), None]
            except (ValueError, OSError) as error:
                told = [None, error]
        dist.broadcast_object_list(told, src=0, group=self.control)
        answer, error = told
        if error is not None:
            raise error
        return answer

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.size > 1:
            dist.barrier(group=self.control)

    @contextmanager
    def main_first(self) -> Iterator[None]:
        """Let the main process run the block before the others do (it may write a cache that they read)."""
        if not self.is_main:
            self.wait()
        try:
            yield
        finally:
            if self.is_main:
                self.wait()


@contextmanager
def join_process_group(device: str | torch.device | None = None) -> Iterator[ProcessGroup]:
    """This process's group: as torchrun or the caller has set it up, else alone on `device` (a GPU where there is one).

    Raises:
        ValueError: this machine does not have the device.
    """
    size = _world_size()
    ours = size > 1 and not dist.is_initialized()  # torchrun has started us, and nobody has joined yet
    if not ours and not dist.is_initialized():
        yield ProcessGroup(choose_device(device))
        return
    chosen = choose_device(device)
    if ours:
        if chosen.type == "cuda":
            chosen = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
            torch.cuda.set_device(chosen)
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=timedelta(minutes=30))
    try:
        several = dist.get_world_size() > 1
        control: Any = dist.new_group(backend="gloo", timeout=timedelta(minutes=30)) if several else None
        yield ProcessGroup(chosen, dist.get_rank(), dist.get_world_size(), control)
    finally:
        if ours:
            dist.destroy_process_group()


def _world_size() -> int:
    """How many processes torchrun has started, by the environment; 1 without torchrun."""
    text = os.environ.get("WORLD_SIZE", "1")
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"the environment says WORLD_SIZE={text!r}: it must be the number of processes, at least 1")
    return int(text)


def choose_device(device: str | torch.device | None) -> torch.device:
    """The torch device of a name; the first GPU, or the CPU, for None.

    Raises:
        ValueError: this machine does not have the device.
    """
    if device is None:
        return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)
        if chosen.type == "meta":
            raise RuntimeError("it holds no numbers")
    except (RuntimeError, AssertionError, NotImplementedError, TypeError, ValueError, ImportError) as error:
        reason = (str(error).splitlines() or ["not known"])[0]
        raise ValueError(f"device {str(device)!r} cannot be used here ({reason}); try cpu") from None
    return torch.device("cuda", 0) if chosen == torch.device("cuda") else chosen
