"""One way to open every source of labelled images.

    from inception_edu import open_dataset
    train = open_dataset("shapes")                                   # made in memory, needs no file
    test = open_dataset("cifar10", root="data", split="test")        # the standard cifar-10-batches-py folder
    mine = open_dataset("image_folder", root="pictures")             # pictures/<class>/*.jpg, split by a seed
    image, label = train[0]                                          # uint8 tensor C×H×W, int

Sources that fit in memory (`shapes`, `cifar10`, `cifar100`) hold everything in `.images` (uint8, N×3×H×W) and
`.labels`, so that a trainer can keep them on its device and augment whole batches there (`augmentation.batches`).
Sources of files (`voc_objects`, `image_folder`) read one picture at a time, safely from worker processes, and are
augmented sample by sample (`augmentation.pictures`, `AugmentedDataset`).
"""

from __future__ import annotations

import inspect
import os
import stat
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..arguments import Kind, check_arguments, checked, optional, quoted, whole
from .augmented import AugmentedDataset
from .base import ImageDataset
from .streams import SEED

__all__ = ["DATASETS", "AugmentedDataset", "ImageDataset", "detect_dataset", "open_dataset"]

DATASETS = ("shapes", "cifar10", "cifar100", "voc_objects", "image_folder")
"""The names `open_dataset` takes. Each is a module of this package with an `open_split` function."""

LARGEST_SIDE = 8_192  # pixels; no network here could be trained on more


def _take_folder(value: object) -> Path:
    """A path that some system could have; that it is a folder is `_folder`'s to find out."""
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError
    text = os.fspath(value)
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise ValueError
    return Path(text)


def _take_side(value: object) -> int:
    side = whole(1).take(value)
    if side > LARGEST_SIDE:
        raise ValueError
    return side


def _take_part(value: object) -> int | float:
    """A number of samples or a fraction; which of them are possible is `subset_indices`' to say."""
    if isinstance(value, (float, np.floating)):
        return float(value)
    return whole().take(value)


FOLDER = Kind("the path of a folder", _take_folder)
SIDE = Kind(f"a whole number of pixels from 1 to {LARGEST_SIDE:,}", _take_side)
PART = Kind("a whole number of samples or a fraction such as 0.1", _take_part)


@checked
def open_dataset(
    name: str,
    root: Annotated[str | os.PathLike[str] | None, optional(FOLDER)] = None,
    split: str = "train",
    image_size: Annotated[int | None, optional(SIDE)] = None,
    subset: Annotated[int | float | None, optional(PART)] = None,
    seed: Annotated[int, SEED] = 0,
    verify: bool = True,
    download: bool = False,
    **options: Any,
) -> ImageDataset:
    """Open one split of a source of labelled images.

    Args:
        name: `"shapes"` (synthetic, in memory), `"cifar10"`, `"cifar100"` (its hundred fine labels), `"voc_objects"`
            (crops of the objects of PASCAL VOC) or `"image_folder"` (folders of pictures, one a class).
        root: the folder that holds the data, or its parent; `data` in the current folder by default.
            `shapes` needs none. For `image_folder`, a folder with `train` and `val` (or `test`) in it, each with a
            folder for every class; or the classes' folders alone, which are then split by the seed.
        split: `"train"` or `"test"`; the test split of `image_folder` is its `val` folder, and `"val"` says the same.
        image_size: side of the square images, in pixels. Default: 32 for `shapes`, 32 (as stored) for CIFAR,
            224 for `voc_objects` and `image_folder`.
        subset: a whole number N takes N samples, the same number of every class (give or take one); a fraction
            0 < f <= 1 takes that part of every class. A smaller subset lies within a larger one of the same seed.
        seed: decides which samples a subset takes, which pictures of a folder of classes alone are its test split
            (open both splits with the same seed), and, for `shapes`, what is drawn.
        verify: refuse a complete CIFAR folder without the official checksums, and a VOC training split of which
            one of the two years is missing. With `verify=False` both open, and `.official` is False.
        download: fetch what is missing into `root` first (CIFAR, `voc_objects`), checksums verified.
        **options: of one source alone. `shapes`: `size`, how many images (4,000 to train, 1,000 to test).
            `voc_objects`: `margin`, context around a box as a fraction of its sides (0). `image_folder`:
            `test_fraction`, the part of every class that becomes the test split of a folder of classes alone (0.2).

    Returns:
        A torch `Dataset` of `(uint8 tensor 3×image_size×image_size, int label)`; `ImageDataset` says what it tells
        about itself. Samples that had to be left out are counted in `.report`.

    Raises:
        ValueError: an unknown name, split or option, an impossible size or subset, data that is not what it should be.
        FileNotFoundError: the data is not where it should be; the message says what belongs there and how to get it.
    """
    if name not in DATASETS:
        raise ValueError(f"unknown dataset {quoted(name)}; there are: {', '.join(DATASETS)}")
    open_split = import_module(f".{name}", __name__).open_split
    common = {
        "root": _folder(root),
        "split": split,
        "image_size": image_size,
        "subset": subset,
        "seed": seed,
        "verify": verify,
        "download": download,
    }
    known = [parameter for parameter in inspect.signature(open_split).parameters if parameter not in common]
    for option in options:
        if option not in known:
            raise ValueError(f"dataset {name!r} has no option {quoted(option)}; it has: {', '.join(known) or 'none'}")
    return open_split(**common, **check_arguments(open_split, options))


@checked
def detect_dataset(root: Annotated[str | os.PathLike[str], FOLDER]) -> str:
    """The name of the source that the folder `root` (or a folder right in it) holds, for `open_dataset`.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it holds none of the known sources.
    """
    folder = _folder(root)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    for name in ("cifar10", "cifar100", "voc_objects", "image_folder"):
        if import_module(f".{name}", __name__).find_root(folder) is not None:
            return name
    raise ValueError(
        f"{folder} holds no data set known here: expected cifar-10-batches-py, cifar-100-python, VOCdevkit, train and"
        " val folders, or a folder of pictures for every class"
    )


def _folder(root: str | os.PathLike[str] | None) -> Path:
    """`root` as a path, `data` by default; it need not be there yet."""
    folder = Path("data" if root is None else root)
    try:
        there = folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return folder
    except (OSError, ValueError) as error:  # too long, in a circle, of no encoding, not to be looked into
        raise ValueError(
            f"root is the path of a folder, not {quoted(str(root))} ({error.__class__.__name__})"
        ) from None
    if not stat.S_ISDIR(there.st_mode):
        raise ValueError(f"root is the path of a folder, and {folder} is none")
    return folder
