"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009) in their standard folders, all of it in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torchvision.datasets import CIFAR10
from torchvision.transforms import v2

from .base import InMemoryDataset, check_memory, check_split, how_to_download
from .safe_pickle import load
from .subsets import subset_indices

ROW = 3 * 32 * 32


@dataclass(frozen=True)
class Cifar:
    """One of the two sets: the names of its files and what stands in them, as torchvision knows them.

    Attributes:
        name: as `open_dataset` knows it.
        title: as its author calls it.
        source: torchvision's class, which downloads it.
        labels: under which name the files hold the labels.
    """

    name: str
    title: str
    source: type[CIFAR10]
    labels: str

    @property
    def folder(self) -> str:
        """The name of the standard folder."""
        return str(self.source.base_folder)

    @property
    def files(self) -> dict[str, list[str]]:
        """The names of the files of each split."""
        lists = {"train": self.source.train_list, "test": self.source.test_list}
        return {split: [str(name) for name, _ in files] for split, files in lists.items()}

    @property
    def meta(self) -> str:
        """The name of the file that names the classes."""
        return str(self.source.meta["filename"])

    @property
    def official(self) -> dict[str, str]:
        """MD5 of every file that the published set has."""
        files = [*self.source.train_list, *self.source.test_list]
        return {str(name): str(md5) for name, md5 in files} | {self.meta: str(self.source.meta["md5"])}

    def open_split(
        self,
        *,
        root: Path,
        split: str = "train",
        image_size: int | None = None,
        subset: int | float | None = None,
        seed: int = 0,
        verify: bool = True,
        download: bool = False,
    ) -> InMemoryDataset:
        """Read a split; `open_dataset` describes the arguments and errors."""
        check_split(self.name, split, tuple(self.files))
        if download:
            self._download(root)
        folder = self._complete_folder(root)
        official = self._is_official(folder)
        classes = self._read_classes(folder / self.meta)
        batches = [self._read_batch(folder / name, len(classes)) for name in self.files[split]]
        if verify and not official:
            raise ValueError(
                f"{folder} is complete but not the official {self.title} (the checksums differ): accuracies on it do"
                " not compare with published ones; verify=False (--no-verify) opens it all the same"
            )
        labels = np.concatenate([labels for _, labels in batches])
        chosen = subset_indices(labels, subset, seed, classes)
        check_memory(self.name, len(chosen), image_size or 32)
        images = torch.from_numpy(np.concatenate([images for images, _ in batches])[chosen])
        if image_size not in (None, 32):
            resize = v2.Resize([image_size, image_size])
            images = torch.cat([resize(part) for part in images.split(1_000)])
        return InMemoryDataset(
            images,
            name=self.name,
            split=split,
            classes=classes,
            labels=labels[chosen],
            official=official,
            subset=subset,
            seed=seed,
        )

    def find_root(self, root: Path) -> Path | None:
        """The folder of batches that `root` is, or holds; None if there is none."""
        batches = [name for names in self.files.values() for name in names]
        for folder in (root / self.folder, root):
            if any((folder / name).is_file() for name in batches) and (folder / self.meta).is_file():
                return folder
        return None

    def _expected_folder(self, root: Path) -> Path:
        return self.find_root(root) or (root if root.name == self.folder else root / self.folder)

    def _complete_folder(self, root: Path) -> Path:
        folder = self._expected_folder(root)
        missing = [name for name in self.official if not (folder / name).is_file()]
        if missing:
            alone = len(missing) == len(self.official)
            what = "the folder is not there" if alone else f"missing: {', '.join(missing)}"
            raise FileNotFoundError(
                f"no complete {self.title} in {folder} ({what}); {how_to_download(self.name, folder.parent)}"
            )
        return folder

    def _download(self, root: Path) -> None:
        """Fetch the archive, verified by torchvision, unless every file is there; never replaces a complete folder."""
        folder = self._expected_folder(root)
        if all((folder / name).is_file() for name in self.official):
            return
        try:
            self.source(folder.parent, download=True)
        except (OSError, RuntimeError) as error:
            raise OSError(f"could not download {self.title} from {self.source.url}: {error}") from error

    def _is_official(self, folder: Path) -> bool:
        return all(
            hashlib.md5((folder / name).read_bytes(), usedforsecurity=False).hexdigest() == checksum
            for name, checksum in self.official.items()
        )

    def _read_classes(self, path: Path) -> tuple[str, ...]:
        meta, key = load(path), str(self.source.meta["key"])
        names = meta.get(key) if isinstance(meta, dict) else None
        if isinstance(names, list):
            names = [name.decode("latin1") if isinstance(name, bytes) else name for name in names]
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise ValueError(f"{path} does not name the classes ({key})")
        return tuple(names)

    def _read_batch(self, path: Path, classes: int) -> tuple[np.ndarray, np.ndarray]:
        """Images (uint8 N×3×32×32) and labels (int64 N) of one file."""
        batch = load(path)
        data, labels = (batch.get("data"), batch.get(self.labels)) if isinstance(batch, dict) else (None, None)
        if not isinstance(data, np.ndarray) or data.ndim != 2 or data.shape[1] != ROW or not len(data):
            raise ValueError(f"{path} is no batch of {self.title}: its data is not an array of rows of {ROW:,} bytes")
        if not isinstance(labels, list) or not all(type(label) is int for label in labels):
            raise ValueError(f"{path} is no batch of {self.title}: its {self.labels} are not a list of whole numbers")
        if len(labels) != len(data):
            raise ValueError(f"{path} has {len(data):,} images and {len(labels):,} labels")
        if not all(0 <= label < classes for label in labels):
            raise ValueError(f"{path} has labels outside 0 to {classes - 1}, the classes named in {self.meta}")
        return data.reshape(-1, 3, 32, 32), np.array(labels, np.int64)
