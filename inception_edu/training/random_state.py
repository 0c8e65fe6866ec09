"""The random state: every random choice of a run follows from the recipe's seed and from where the run is.

The order of the images follows from (seed, epoch); a batch's augmentation from (seed, epoch, step) or a picture's own
number; dropout from (seed, epoch, step, process). Nothing depends on what was drawn before, so a run that was stopped
anywhere goes on exactly as if it had not been, and any number of processes sees the same images in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

__all__ = ["derive_seed", "epoch_order", "keep_random_state", "set_seed"]


def derive_seed(*parts: object) -> int:
    """A 63-bit seed that follows from `parts`, e.g. `derive_seed(seed, "order", epoch)`; the same on every machine."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def epoch_order(samples: int, seed: int, epoch: int) -> Tensor:
    """The order in which an epoch visits the images: a permutation of 0 … samples - 1 (int64)."""
    return torch.randperm(samples, generator=torch.Generator().manual_seed(derive_seed(seed, "order", epoch)))


def set_seed(device: torch.device, *parts: object) -> None:
    """Let torch's own random numbers on `device` (dropout draws them) follow from `parts`."""
    seed = derive_seed(*parts)
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
    elif device.type == "cpu":
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would ask for every device each time
    else:
        torch.manual_seed(seed)


@contextmanager
def keep_random_state(device: torch.device) -> Iterator[None]:
    """Draw at will within the block; afterwards torch's random numbers go on as if nothing had happened."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield
