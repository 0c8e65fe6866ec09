"""`cifar10`: the standard `cifar-10-batches-py` folder (Krizhevsky 2009), all of it in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from torchvision.datasets import CIFAR10
from torchvision.transforms.v2 import functional as F

from inception_edu.datasets.base import InMemoryDataset, check_split, how_to_download
from inception_edu.datasets.safe_pickle import load
from inception_edu.datasets.subsets import subset_indices

FOLDER = CIFAR10.base_folder
OFFICIAL = dict([*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])])
FILES = {
    split: [name for name, _ in files] for split, files in (("train", CIFAR10.train_list), ("test", CIFAR10.test_list))
}
META = CIFAR10.meta["filename"]
ROW = 3 * 32 * 32


def open_split(
    *, root=None, split="train", image_size=None, subset=None, seed=0, verify=True, download=False
) -> InMemoryDataset:
    """Read a split; `open_dataset` describes the arguments and errors."""
    check_split("cifar10", split, tuple(FILES))
    root = Path("data" if root is None else root)
    if download:
        _download(root)
    folder = _complete_folder(root)
    official = _is_official(folder)
    classes = _read_classes(folder / META)
    batches = [_read_batch(folder / name, len(classes)) for name in FILES[split]]
    if verify and not official:
        raise ValueError(
            f"{folder} is complete but not the official CIFAR-10 (the checksums differ): accuracies on it do not"
            " compare with published ones; verify=False (--no-verify) opens it all the same"
        )
    labels = np.concatenate([labels for _, labels in batches])
    chosen = subset_indices(labels, subset, seed, classes)
    images = torch.from_numpy(np.concatenate([images for images, _ in batches])[chosen])
    if image_size not in (None, 32):
        images = torch.cat([F.resize(part, [image_size, image_size], antialias=True) for part in images.split(1_000)])
    return InMemoryDataset(
        images,
        name="cifar10",
        split=split,
        classes=classes,
        labels=labels[chosen],
        official=official,
        subset=subset,
        seed=seed,
    )


def find_root(root: Path) -> Path | None:
    """The folder of batches that `root` is, or holds; None if there is none."""
    for folder in (root, root / FOLDER):
        if any((folder / name).is_file() for name in OFFICIAL):
            return folder
    return None


def _expected_folder(root: Path) -> Path:
    return find_root(root) or (root if root.name == FOLDER else root / FOLDER)


def _complete_folder(root: Path) -> Path:
    folder = _expected_folder(root)
    missing = [name for name in OFFICIAL if not (folder / name).is_file()]
    if missing:
        what = "the folder is not there" if len(missing) == len(OFFICIAL) else f"missing: {', '.join(missing)}"
        raise FileNotFoundError(
            f"no complete CIFAR-10 in {folder} ({what}); {how_to_download('cifar10', folder.parent)}"
        )
    return folder


def _download(root: Path) -> None:
    """Fetch the archive, verified by torchvision, unless every file is there; never replaces a complete folder."""
    folder = _expected_folder(root)
    if all((folder / name).is_file() for name in OFFICIAL):
        return
    try:
        CIFAR10(folder.parent, download=True)
    except (OSError, RuntimeError) as error:
        raise OSError(f"could not download CIFAR-10 from {CIFAR10.url}: {error}") from error


def _is_official(folder: Path) -> bool:
    return all(
        hashlib.md5((folder / name).read_bytes(), usedforsecurity=False).hexdigest() == checksum
        for name, checksum in OFFICIAL.items()
    )


def _read_classes(path: Path) -> tuple[str, ...]:
    meta = load(path)
    names = meta.get("label_names") if isinstance(meta, dict) else None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{path} does not name the classes (label_names)")
    return tuple(names)


def _read_batch(path: Path, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (uint8 N×3×32×32) and labels (int64 N) of one file."""
    batch = load(path)
    data, labels = (batch.get("data"), batch.get("labels")) if isinstance(batch, dict) else (None, None)
    if not isinstance(data, np.ndarray) or data.ndim != 2 or data.shape[1] != ROW or not len(data):
        raise ValueError(f"{path} is no batch of CIFAR-10: its data is not an array of rows of {ROW:,} bytes")
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise ValueError(f"{path} is no batch of CIFAR-10: its labels are not a list of whole numbers")
    if len(labels) != len(data):
        raise ValueError(f"{path} has {len(data):,} images and {len(labels):,} labels")
    if not all(0 <= label < classes for label in labels):
        raise ValueError(f"{path} has labels outside 0 to {classes - 1}, the classes named in {META}")
    return data.reshape(-1, 3, 32, 32), np.array(labels, np.int64)
