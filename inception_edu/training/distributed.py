"""Several processes that train as one: torch's DistributedDataParallel, or nothing special for a single process.

Under `torchrun --nproc-per-node N -m inception_edu train …` each process takes an equal share of every batch. The
gradients are averaged, so all processes hold the same weights after every step, and N processes walk the same path as
one, up to rounding. Two things stay with each process, as is usual: its dropout masks, and its batch-norm statistics
(over its own share of the batch) unless the recipe says `sync_batch_norm`, which torch offers on GPUs only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

__all__ = ["Team", "join_team"]


@dataclass(frozen=True)
class Team:
    """The processes of this run, seen from one of them."""

    device: torch.device
    rank: int = 0
    size: int = 1

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
        if self.size == 1:
            return decision
        told = torch.tensor([float(decision)], device=self.device)
        dist.broadcast(told, src=0)
        return bool(told.item())

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.size > 1:
            dist.barrier()

    @contextmanager
    def main_first(self) -> Iterator[None]:
        """Let the main process run the block before the others do (it may write a cache that they read)."""
        if not self.is_main:
            self.wait()
        yield
        if self.is_main:
            self.wait()


@contextmanager
def join_team(device: str | torch.device | None = None) -> Iterator[Team]:
    """This process's team: as torchrun has set it up, else alone on `device` (a GPU where there is one)."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or dist.is_initialized():
        rank, size = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        yield Team(choose_device(device), rank, size)
        return
    chosen = choose_device(device)
    if chosen.type == "cuda":
        chosen = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(chosen)
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=timedelta(minutes=30))
    try:
        yield Team(chosen, dist.get_rank(), size)
    finally:
        dist.destroy_process_group()


def choose_device(device: str | torch.device | None) -> torch.device:
    """`device`, or the first GPU, or the CPU. Raises ValueError for a device that this machine does not have."""
    if device is None:
        return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device {str(device)!r} cannot be used here ({reason}); try cpu") from None
    return torch.device("cuda", 0) if chosen == torch.device("cuda") else chosen
