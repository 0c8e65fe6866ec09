"""One way to open every source of labelled images.

    from inception_edu import open_dataset
    train = open_dataset("shapes")                                   # made in memory, needs no file
    test = open_dataset("cifar10", root="data", split="test")        # the standard cifar-10-batches-py folder
    image, label = train[0]                                          # uint8 tensor C×H×W, int

Sources that fit in memory (`shapes`, `cifar10`) hold everything in `.images` (uint8, N×3×H×W) and `.labels`, so that a
trainer can keep them on its device and augment whole batches there (`augmentation.batches`). Sources of files
(`voc_objects`, `image_folder`) read one picture at a time, safely from worker processes, and are augmented sample by
sample (`augmentation.pictures`, `AugmentedDataset`).
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

from inception_edu.datasets.augmented import AugmentedDataset
from inception_edu.datasets.base import ImageDataset

__all__ = [
    "DATASETS",
    "AugmentedDataset",
    "ImageDataset",
    "detect_dataset",
    "open_dataset",
]

DATASETS = ("shapes", "cifar10", "voc_objects", "image_folder")
"""The names `open_dataset` takes. Each is a module of this package with an `open_split` function."""


def open_dataset(
    name: str,
    root: str | Path | None = None,
    split: str = "train",
    image_size: int | None = None,
    subset: int | float | None = None,
    seed: int = 0,
    verify: bool = True,
    download: bool = False,
    **options,
) -> ImageDataset:
    """Open one split of a source of labelled images.

    Args:
        name: `"shapes"` (synthetic, in memory), `"cifar10"`, `"voc_objects"` (crops of the objects of PASCAL VOC) or
            `"image_folder"` (an ImageNet-style tree of folders, one a class).
        root: the folder that holds the data, or its parent; `data` in the current folder by default.
            `shapes` needs none.
        split: `"train"` or `"test"`; the test split of `image_folder` is its `val` folder, and `"val"` says the same.
        image_size: side of the square images, in pixels. Default: 32 for `shapes`, 32 (as stored) for `cifar10`,
            224 for `voc_objects` and `image_folder`.
        subset: a whole number N takes N samples, the same number of every class (give or take one); a fraction
            0 < f <= 1 takes that part of every class. A smaller subset lies within a larger one of the same seed.
        seed: decides which samples a subset takes and, for `shapes`, what is drawn.
        verify: refuse a complete CIFAR-10 folder without the official checksums, and a VOC training split of which
            one of the two years is missing. With `verify=False` both open, and `.official` is False.
        download: fetch what is missing into `root` first (`cifar10`, `voc_objects`), checksums verified.
        **options: of one source alone. `shapes`: `size`, how many images (4,000 to train, 1,000 to test).
            `voc_objects`: `margin`, context around a box as a fraction of its sides (0).

    Returns:
        A torch `Dataset` of `(uint8 tensor 3×image_size×image_size, int label)`; `ImageDataset` says what it tells
        about itself. Samples that had to be left out are counted in `.report`.

    Raises:
        ValueError: an unknown name, split or option, an impossible size or subset, data that is not what it should be.
        FileNotFoundError: the data is not where it should be; the message says what belongs there and how to get it.
    """
    if name not in DATASETS:
        raise ValueError(f"unknown dataset {name!r}; there are: {', '.join(DATASETS)}")
    if image_size is not None and (isinstance(image_size, bool) or not isinstance(image_size, int) or image_size < 1):
        raise ValueError(f"image_size must be a positive whole number of pixels, not {image_size!r}")
    open_split = import_module(f"inception_edu.datasets.{name}").open_split
    common = {
        "root": root,
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
            raise ValueError(f"dataset {name!r} has no option {option!r}; it has: {', '.join(known) or 'none'}")
    return open_split(**common, **options)


def detect_dataset(root: str | Path) -> str:
    """The name of the source that the folder `root` (or a folder right in it) holds, for `open_dataset`.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it holds none of the known sources.
    """
    root = Path(root)
    if not root.is_dir():
        raise FileNotFoundError(f"no folder {root}")
    for name in ("cifar10", "voc_objects", "image_folder"):
        if import_module(f"inception_edu.datasets.{name}").find_root(root) is not None:
            return name
    raise ValueError(
        f"{root} holds no data set known here: expected cifar-10-batches-py, VOCdevkit, or train and val folders"
    )
