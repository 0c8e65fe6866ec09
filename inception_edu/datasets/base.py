"""What every data set of this package tells about itself."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from ..arguments import quoted

EMPTY_CLASS = "classes without a sample"
"""The reason under which `.report` counts them."""

LARGEST_SET = 16 * 2**30  # bytes of images in memory


class ImageDataset(Dataset):
    """Labelled images: `len(dataset)`, and `dataset[i]` is `(uint8 tensor 3×image_size×image_size, int label)`.

    Attributes:
        name: the name `open_dataset` knows it by.
        split: `"train"` or `"test"`.
        classes: names of the classes; a label is an index into them.
        labels: int64 tensor of N labels.
        images: uint8 tensor N×3×H×W of all images, or None where they are read from files one by one.
        image_size: side of the images, in pixels.
        official: True where the source (before `subset`) is known to be the complete, published one.
        subset, seed: as `open_dataset` got them.
    """

    images: torch.Tensor | None = None

    def __init__(
        self,
        *,
        name: str,
        split: str,
        classes: Sequence[str],
        labels,
        image_size: int,
        official: bool,
        subset: int | float | None = None,
        seed: int = 0,
        report: Mapping[str, int] | None = None,
    ):
        self.name = name
        self.split = split
        self.classes = tuple(classes)
        self.labels = torch.as_tensor(np.asarray(labels, dtype=np.int64))
        self.image_size = image_size
        self.official = official
        self.subset = subset
        self.seed = seed
        self._left_out: dict[str, int] = {}
        self._leave_out(report or {})

    @property
    def report(self) -> dict[str, int]:
        """What had to be left out, or is not as it should be: reason -> count. Empty when all is well."""
        return dict(self._left_out)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        raise NotImplementedError

    def native(self, index: int) -> tuple[torch.Tensor, int]:
        """The image as it is stored (uint8, 3×h×w, any h and w) and its label; what `AugmentedDataset` crops from."""
        return self[index]

    def prepare(self) -> ImageDataset:
        """Do now, once, whatever slow work makes reading fast, and find unreadable files; returns the data set itself.

        Call it before the first epoch and before worker processes start. Nothing to do for data in memory.
        """
        return self

    def describe(self) -> dict:
        """Identity of the data for a record of results, ready for JSON."""
        return {
            "name": self.name,
            "split": self.split,
            "official": self.official,
            "samples": len(self),
            "classes": len(self.classes),
            "image_size": self.image_size,
            "subset": self.subset,
            "seed": self.seed,
            "report": self.report,
        }

    def __repr__(self) -> str:
        official = "" if self.official else ", not official"
        return f"<{self.name} {self.split}: {len(self):,} images of {len(self.classes)} classes{official}>"

    def _leave_out(self, counts: Mapping[str, int]) -> None:
        """Add what was left out to the report, count the classes that have no sample, and warn of all of it."""
        report = Counter(self._left_out)
        report.update(counts)
        report[EMPTY_CLASS] = len(self.classes) - len(self.labels.unique())
        self._left_out = {reason: count for reason, count in report.items() if count}
        if self._left_out:
            told = "; ".join(f"{reason}: {count:,}" for reason, count in self._left_out.items())
            warn(f"{self.name} {self.split}: {told}")


class InMemoryDataset(ImageDataset):
    """A data set whose images are one uint8 tensor, `.images` (N×3×H×W)."""

    def __init__(self, images: torch.Tensor, **about):
        super().__init__(image_size=images.shape[-1], **about)
        self.images = self._pixels = images

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self._pixels[index], int(self.labels[index])


def check_memory(name: str, images: int, image_size: int) -> None:
    """Raise a ValueError if so many square images of this size are more than a machine should hold in memory."""
    wanted = images * 3 * image_size**2
    if wanted > LARGEST_SET:
        raise ValueError(
            f"{images:,} images of {name} at {image_size:,}×{image_size:,} pixels take {wanted // 2**30:,} GiB of"
            f" memory, {LARGEST_SET // 2**30} are allowed: ask for fewer or smaller ones"
        )


def warn(message: str) -> None:
    """Warn, in the name of the first line outside this package that led here."""
    frame, level = sys._getframe(1), 2
    while (
        frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == __name__.partition(".")[0]
    ):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)


def check_split(name: str, split: str, splits: Sequence[str] = ("train", "test")) -> None:
    """Raise a ValueError that lists the splits unless `split` is one of them."""
    if split not in splits:
        raise ValueError(f"{name} has no split {quoted(split)}; there are: {', '.join(splits)}")


def how_to_download(name: str, root, split: str = "train") -> str:
    """The end of a message about missing data: the command that gets it."""
    return (
        'get it with: python -c "from inception_edu import open_dataset;'
        f" open_dataset('{name}', root='{root}', split='{split}', download=True)\""
    )
