"""A data set seen through a transform, repeatably."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.data import Dataset

from .base import ImageDataset
from .streams import SEED, raw_stream


class AugmentedDataset(Dataset):
    """A data set seen through a transform, every sample with a random state of its own.

    The state follows from (seed, epoch, index) and nothing else: the same pictures come out for any number of worker
    processes, any batch size and any number of devices, and after a resumed run.

    Args:
        dataset: the source; the transform gets its images as stored, before they are resized.
        transform: from a uint8 tensor 3×h×w to one of a fixed size, drawing from torch's global random state.
        seed: the seed of the run.
    """

    def __init__(self, dataset: ImageDataset, transform: Callable[[Tensor], Tensor], seed: int = 0):
        self.dataset = dataset
        self.transform = transform
        self.seed = SEED.check("seed", seed)
        # Shared, so that workers kept alive between epochs see the change too.
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch comes next; call it before iterating over the loader."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = self.dataset.native(index)
        state = torch.get_rng_state()
        try:
            # The CPU's generator alone: torch.manual_seed would reach for every GPU from every worker.
            seed = int(raw_stream(1, self.seed, int(self._epoch), int(index))[0] >> 1)
            torch.default_generator.manual_seed(seed)
            return self.transform(image), label
        finally:
            torch.set_rng_state(state)
