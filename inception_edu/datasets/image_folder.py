"""`image_folder`: a tree of pictures like ImageNet's, `train/<class>/*.jpg` and `val/<class>/*.jpg`."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torchvision.datasets import ImageFolder
from tqdm.auto import tqdm

from inception_edu.augmentation.pictures import CenterCrop
from inception_edu.datasets.base import ImageDataset, check_split
from inception_edu.datasets.images import UNREADABLE, UnreadableImage, check_image, read_image
from inception_edu.datasets.subsets import subset_indices

FOLDERS = {"train": ("train",), "test": ("val", "test"), "val": ("val", "test")}
"""Where a split may lie. ImageNet's own test images have no labels: its `val` is what everybody tests on."""
IMAGENET_COUNTS = {"train": 1_281_167, "test": 50_000}  # ILSVRC 2012 to 2017, 1,000 classes


def open_split(
    *, root=None, split="train", image_size=None, subset=None, seed=0, verify=True, download=False
) -> PictureFolder:
    """Open a split; `open_dataset` describes the arguments and errors. Classes are the folders of `train`."""
    check_split("image_folder", split, tuple(FOLDERS))
    if download:
        raise ValueError("image_folder has nothing to download: bring a folder with train/<class>/ and val/<class>/")
    root = Path("data" if root is None else root)
    train = _split_folder(root, "train")
    classes = _class_names(train)
    folder = _split_folder(root, split)
    unknown = [name for name in _class_names(folder) if name not in classes]
    if unknown:
        raise ValueError(f"{folder} has classes that {train} has not: {_some(unknown)}")
    tree = ImageFolder(folder, allow_empty=True)
    if not tree.samples:
        raise ValueError(f"{folder} holds no picture")
    labels = np.array([classes.index(name) for name in tree.classes])[tree.targets]
    rows = subset_indices(labels, subset, seed, classes)
    split = "train" if split == "train" else "test"
    return PictureFolder(
        [tree.samples[row][0] for row in rows],
        labels=labels[rows],
        name="image_folder",
        split=split,
        classes=classes,
        image_size=image_size or 224,
        official=len(classes) == 1_000 and len(labels) == IMAGENET_COUNTS[split],
        subset=subset,
        seed=seed,
    )


def find_root(root: Path) -> Path | None:
    """`root`, if it has a folder for training and one for testing; otherwise None."""
    found = all(any((root / name).is_dir() for name in FOLDERS[split]) for split in ("train", "test"))
    return root if found else None


def _split_folder(root: Path, split: str) -> Path:
    for name in FOLDERS[split]:
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(
        f"no folder {root / FOLDERS[split][0]}: expected train/<class>/ and val/<class>/ with pictures inside in {root}"
    )


def _class_names(folder: Path) -> tuple[str, ...]:
    names = tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))
    if not names:
        raise ValueError(f"{folder} has no folders: expected one for each class, with its pictures inside")
    return names


def _some(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


class PictureFolder(ImageDataset):
    """Pictures of a tree of folders; `native(i)` is the whole picture, `dataset[i]` its centre (`CenterCrop`)."""

    def __init__(self, paths: list[str], **about):
        super().__init__(**about)
        self.paths = np.array(paths)
        self._crop = CenterCrop(self.image_size)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image, label = self.native(index)
        return self._crop(image), label

    def native(self, index: int) -> tuple[torch.Tensor, int]:
        label = int(self.labels[index])
        try:
            picture = read_image(Path(self.paths[index]))
        except UnreadableImage as error:
            raise ValueError(f"{error}; dataset.prepare() finds such pictures and leaves them out") from None
        return torch.from_numpy(picture.transpose(2, 0, 1).copy()), label

    def prepare(self) -> PictureFolder:
        """Look at the beginning and end of every file; leave out, and count, those that cannot be read."""
        progress = tqdm(self.paths, desc="checking pictures", unit="image", disable=None)
        with progress, ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
            readable = np.fromiter(threads.map(_is_readable, progress), bool, len(self.paths))
        lost = int((~readable).sum())
        if lost == len(readable):
            raise ValueError(f"none of the {lost:,} pictures of the {self.split} split can be read")
        if lost:
            self.paths = self.paths[readable]
            self.labels = self.labels[torch.from_numpy(readable)]
            self.official = False
            self._leave_out({UNREADABLE: lost})
        return self


def _is_readable(path: str) -> bool:
    try:
        check_image(Path(path))
    except UnreadableImage:
        return False
    return True
