"""Data sets whose pictures lie in files and are read when they are asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch

from .base import ImageDataset
from .images import UnreadableImage

REPLACED = "images that became unreadable after the check, each replaced by another"

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


class PictureFiles(ImageDataset):
    """A data set read from files; a subclass says in `_read` how one is, and calls `_keep` in its `prepare`.

    Until `prepare` has looked at all files, one that cannot be read is a ValueError. A file that fails after it, hours
    into a training run, stops nothing: the next picture of the same class stands in for it, with its own label; where
    the class has none left, the next of any class. `.report` counts the files to which that happened, whichever worker
    process met them. Only when no picture can be read any more is it an error.
    """

    def __init__(self, **about):
        super().__init__(**about)
        self._replaced: torch.Tensor | None = None  # N truth values, shared with the worker processes

    def _read(self, index: int) -> np.ndarray:
        """Picture number `index` as uint8 H×W×3. Raises UnreadableImage."""
        raise NotImplementedError

    def native(self, index: int) -> tuple[torch.Tensor, int]:
        """The picture as it is stored (uint8, 3×h×w, any h and w) and its label."""
        label = int(self.labels[index])  # raises IndexError where there is no such picture
        try:
            picture = self._read(index)
        except UnreadableImage as error:
            if self._replaced is None:
                raise ValueError(f"{error}; dataset.prepare() finds such pictures and leaves them out") from None
            self._replaced[index] = True
            picture, label = self._stand_in(index, label, error)
        return torch.from_numpy(picture.transpose(2, 0, 1).copy()), label

    def _stand_in(self, index: int, label: int, error: UnreadableImage) -> tuple[np.ndarray, int]:
        following = torch.arange(len(self)).roll(-(index % len(self)) - 1)
        same = self.labels[following] == label
        for other in torch.cat([following[same], following[~same]]).tolist():
            try:
                return self._read(other), int(self.labels[other])
            except UnreadableImage:
                continue
        raise ValueError(f"no picture of the {self.split} split can be read any more: {error}") from None

    def _keep(self, kept: np.ndarray) -> None:
        """After the check: go on with the samples that `kept` names by number or marks, ready for later failures."""
        lost = len(self) - len(self.labels[kept])
        self.labels = self.labels[kept]
        self.official = self.official and not lost
        self._replaced = torch.zeros(len(self), dtype=torch.bool).share_memory_()

    @property
    def report(self) -> dict[str, int]:
        """What had to be left out, or is not as it should be: reason -> count. Empty when all is well."""
        replaced = 0 if self._replaced is None else int(self._replaced.sum())
        return super().report | ({REPLACED: replaced} if replaced else {})


def in_threads(work: Callable[[_Item], _Found], items: Sequence[_Item], at_once: int = 256) -> Iterator[_Found]:
    """`work` of every item, in order, by several threads; no more than `at_once` results wait in memory."""
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        for first in range(0, len(items), at_once):
            yield from threads.map(work, items[first : first + at_once])
