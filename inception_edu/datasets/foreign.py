"""Any map-style torch data set of (picture, class) as an `ImageDataset`, so that `train` takes it.

torchvision's data sets, `ImageFolder`, `TensorDataset`, `Subset`, `ConcatDataset`, a list of pairs or a class of your
own. Pictures may be PIL images, uint8 arrays H×W or H×W×3, or tensors C×H×W with one or three channels, uint8 or
floating point. A floating-point 1.0 is the 255 of a byte, as torchvision has it; values beyond that are kept.

Pictures that have the size of the run and are the same every time are read once and kept in memory, where that takes no
more than `MEMORY`; all others are read one by one, by worker processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import ConcatDataset, DataLoader, IterableDataset, Subset, TensorDataset

from ..arguments import quoted
from .base import ImageDataset
from .images import rgb_pixels

__all__ = ["ForeignDataset", "adapt"]

MEMORY = 2**31
"""Bytes of pictures that are kept in memory, at most, for each data set."""

PROBES = 16
"""Pictures that are looked at, spread over a data set, before it is taken."""

LABELS = ("targets", "labels", "_labels", "y")
"""Where torchvision's data sets keep the labels of all pictures."""


class ForeignDataset(ImageDataset):
    """A data set of somebody else.

    Args:
        source: the data set.
        split: `"train"` or `"test"`.
        classes: names of the classes.
        labels: the class of every picture.
        image_size: side of the images of the run, in pixels.
    """

    def __init__(self, source: Any, split: str, classes: Sequence[str], labels: Tensor, image_size: int) -> None:
        super().__init__(
            name=type(source).__name__,
            split=split,
            classes=classes,
            labels=labels.numpy(),
            image_size=image_size,
            official=False,
        )
        self.source = source
        self.images = _in_memory(source, len(labels), image_size)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        if self.images is not None:
            return self.images[index], int(self.labels[index])
        image, label = _sample(self.source, index)
        if label != self.labels[index]:
            raise ValueError(
                f"sample {index} of {self.name} had the class {int(self.labels[index])}, now it is {label}"
            )
        return image, label


def adapt(train: Any, test: Any, image_size: int) -> tuple[ImageDataset, ImageDataset]:
    """A pair of data sets as `ImageDataset`s; those that are one stay as they are.

    Args:
        train: to train on.
        test: to test on.
        image_size: side of the images of the run, in pixels.

    Raises:
        ValueError: one cannot be used; the message says why and what would be right.
    """
    given = {"train": train, "test": test}
    labels = {
        split: dataset.labels if isinstance(dataset, ImageDataset) else _labels(dataset, split)
        for split, dataset in given.items()
    }
    count = 1 + max(int(found.max()) for found in labels.values() if len(found))
    names = {split: _class_names(dataset, count) for split, dataset in given.items()}
    some = names["train"] or names["test"] or tuple(map(str, range(count)))
    train_set, test_set = (
        dataset
        if isinstance(dataset, ImageDataset)
        else ForeignDataset(dataset, split, names[split] or some, labels[split], image_size)
        for split, dataset in given.items()
    )
    return train_set, test_set


# ------------------------------------------------------------------------------------------------------- one sample


def _sample(source: Any, index: int) -> tuple[Tensor, int]:
    """Picture and class number `index`: a tensor 3×h×w with values 0 to 255 (uint8 or float32), and an int."""
    what = f"sample {index} of {type(source).__name__}"
    sample = source[index]
    if not isinstance(sample, (tuple, list)) or len(sample) != 2:
        raise ValueError(f"{what} must be a pair (picture, class), not {_kind(sample)}")
    return _picture(sample[0], what), _label(sample[1], what)


def _picture(picture: Any, what: str) -> Tensor:
    if isinstance(picture, Image.Image):
        try:
            picture = rgb_pixels(picture)
        except ValueError as error:
            raise ValueError(f"the picture of {what} cannot be shown: {error}") from None
    if isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim in (2, 3):
        picture = torch.from_numpy(picture.copy())
        picture = picture[None] if picture.ndim == 2 else picture.permute(2, 0, 1)
    if not isinstance(picture, Tensor):
        raise ValueError(
            f"the picture of {what} is {_kind(picture)}: it must be a PIL image, a uint8 array H×W×3, or a tensor 3×H×W"
        )
    if picture.ndim != 3 or picture.shape[0] not in (1, 3) or 0 in picture.shape:
        shape = "×".join(map(str, picture.shape)) or "one number"
        raise ValueError(f"the picture of {what} is {shape}: it must be 3×H×W, or 1×H×W for grey")
    if picture.dtype != torch.uint8:
        if not picture.is_floating_point():
            raise ValueError(f"the picture of {what} is {picture.dtype}: it must be uint8 or floating point")
        picture = picture.float() * 255
    return picture.detach().cpu().expand(3, -1, -1)


def _label(label: Any, what: str) -> int:
    if isinstance(label, (Tensor, np.ndarray, np.generic)):
        label = label.item() if label.ndim == 0 else label
    if isinstance(label, bool) or not isinstance(label, int):
        shown = _kind(label) if isinstance(label, (Tensor, np.ndarray, tuple, list, dict)) else quoted(label)
        raise ValueError(f"the class of {what} is {shown}: it must be one whole number, from 0 up")
    if not 0 <= label < 2**31:
        raise ValueError(f"the class of {what} is {label}: classes are numbered from 0 up")
    return label


def _kind(value: Any) -> str:
    return f"{type(value).__name__}" + (f" of {len(value)}" if isinstance(value, (tuple, list, dict)) else "")


# ---------------------------------------------------------------------------------------------------- a whole data set


def _labels(source: Any, split: str) -> Tensor:
    """The class of every picture; found without reading the pictures where the data set has a list of them."""
    count = _length(source, split)
    known = _known_labels(source)
    if known is not None and len(known) == count:
        probes = {index: _sample(source, index)[1] for index in _spread(count)}
        if all(known[index] == label for index, label in probes.items()):
            return torch.tensor([_label(label, f"sample {k} of {split}") for k, label in enumerate(known)])
    return torch.tensor([_sample(source, index)[1] for index in range(count)])


def _length(source: Any, split: str) -> int:
    what = f"the data to {split} on ({type(source).__name__})"
    if isinstance(source, DataLoader):
        raise ValueError(f"{what} serves batches: give the data set in it, its .dataset")
    if isinstance(source, IterableDataset):
        raise ValueError(f"{what} can only be read in order: give a map-style one, with a length and samples by number")
    try:
        count = len(source)
    except (TypeError, NotImplementedError, OverflowError):
        count = None
    if count is None or not hasattr(source, "__getitem__") or isinstance(source, (str, bytes, dict)):
        raise ValueError(f"{what} must be a map-style data set: len(it) samples, and it[i] is a pair (picture, class)")
    if count == 0:
        raise ValueError(f"{what} is empty")
    return count


def _known_labels(source: Any) -> list | None:
    """The list of classes that a data set keeps, perhaps of the data sets within it; None where there is none."""
    if isinstance(source, Subset):
        inner = _known_labels(source.dataset)
        return None if inner is None else [inner[index] for index in source.indices]
    if isinstance(source, ConcatDataset):
        inner = [_known_labels(part) for part in source.datasets]
        return None if None in inner else [label for part in inner for label in part or ()]
    if isinstance(source, TensorDataset):
        return list(source.tensors[-1].tolist())
    if getattr(source, "target_transform", None) is not None:
        return None
    for name in LABELS:
        found = getattr(source, name, None)
        if isinstance(found, (Tensor, np.ndarray)):
            found = found.tolist()
        if isinstance(found, list):
            return found
    return None


def _class_names(source: Any, count: int) -> tuple[str, ...]:
    """The names of at least `count` classes that a data set knows, else none."""
    if isinstance(source, Subset):
        return _class_names(source.dataset, count)
    if isinstance(source, ConcatDataset):
        return _class_names(source.datasets[0], count)
    names = getattr(source, "classes", None)
    if isinstance(names, Iterable) and not isinstance(names, str):
        names = tuple(map(str, names))
        if len(names) >= count:
            return names
    number = getattr(source, "num_classes", None)
    return tuple(map(str, range(number))) if isinstance(number, int) and number >= count else ()


def _in_memory(source: Any, count: int, image_size: int) -> Tensor | None:
    """All pictures as one tensor N×3×S×S, or None where they are too large, of several sizes, or drawn anew."""
    size = (3, image_size, image_size)
    for index in _spread(count):
        once, again = _sample(source, index)[0], _sample(source, index)[0]
        if once.shape != size or not torch.equal(once, again):
            return None
    first = _sample(source, 0)[0]
    if count * first.nbytes > MEMORY:
        return None
    images = first.new_empty(count, *size)
    for index in range(count):
        image = _sample(source, index)[0]
        if image.shape != size or image.dtype != images.dtype:
            return None
        images[index] = image
    return images


def _spread(count: int) -> list[int]:
    """Some numbers of samples, the first and the last among them."""
    return sorted({round(k * (count - 1) / (PROBES - 1)) for k in range(PROBES)})
