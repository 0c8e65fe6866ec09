"""`image_folder`: pictures in folders, one folder a class.

Either a tree like ImageNet's, `train/<class>/*.jpg` and `val/<class>/*.jpg` (or `test`), or the folders of the classes
alone, which are then split into a training and a test part by a seed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from tqdm.auto import tqdm

from ..arguments import optional, real
from ..augmentation.pictures import CenterCrop
from .base import check_split, warn
from .cache import KeptArrays, cache_key
from .files import FoundFile, PictureSearch, is_hidden
from .images import UNREADABLE, UnreadableImage, check_image, read_image
from .picture_files import PictureFiles, in_threads
from .subsets import subset_indices

FOLDERS = {"train": ("train",), "test": ("val", "test"), "val": ("val", "test")}
"""Where a split may lie. ImageNet's own test images have no labels: its `val` is what everybody tests on."""
SPLIT_NAMES = ("train", "val", "test")
IMAGENET_COUNTS = {"train": 1_281_167, "test": 50_000}  # ILSVRC 2012 to 2017, 1,000 classes
TEST_FRACTION = 0.2
CHECK_VERSION = 1  # of `check_image`; a change makes every kept result a new one

PART = optional(real("a part of every class, above 0 and below 1", lambda part: 0 < part < 1))
EXPECTED = "expected train/<class>/ and val/<class>/ with pictures inside, or <class>/ folders alone"


def open_split(
    *,
    root: Path,
    split: str = "train",
    image_size: int | None = None,
    subset: int | float | None = None,
    seed: int = 0,
    verify: bool = True,
    download: bool = False,
    test_fraction: Annotated[float | None, PART] = None,
) -> PictureFolder:
    """Open a split; `open_dataset` describes the arguments and the errors.

    Which pictures are the `test_fraction` of a folder of classes alone follows from the seed and their names, so that a
    picture which is added moves at most one other, and a larger part holds a smaller one.
    """
    check_split("image_folder", split, tuple(FOLDERS))
    if download:
        raise ValueError(f"image_folder has nothing to download: bring a folder; {EXPECTED}")
    test = split != "train"
    if has_splits(root):
        if test_fraction is not None:
            raise ValueError(f"{root} is split into folders already: test_fraction is for folders of classes alone")
        classes, found, labels, report = _search_split(root, split)
    else:
        classes, found, labels, report = _search(root, beside=())
        chosen = np.flatnonzero(in_test(found, labels, root, seed, test_fraction or TEST_FRACTION) == test)
        if not len(chosen):
            raise ValueError(f"no class in {root} has two pictures, one to train on and one to test on")
        found, labels = [found[row] for row in chosen], labels[chosen]
        test_fraction = test_fraction or TEST_FRACTION
    rows = subset_indices(labels, subset, seed, classes)
    split = "test" if test else "train"
    return PictureFolder(
        [found[row] for row in rows],
        test_fraction,
        labels=labels[rows],
        name="image_folder",
        split=split,
        classes=classes,
        image_size=image_size or 224,
        official=len(classes) == 1_000 and len(labels) == IMAGENET_COUNTS[split],
        subset=subset,
        seed=seed,
        report=report,
    )


def has_splits(root: Path) -> bool:
    """Whether a folder holds folders of splits, rather than of classes (one of which may be called `train`)."""
    folders = _visible_folders(root)
    inner = any(_visible_folders(root / name) for name in SPLIT_NAMES if name in folders)
    return set(folders) <= set(SPLIT_NAMES) or ("train" in folders and (inner or len({*folders} & {*SPLIT_NAMES}) > 1))


def find_root(root: Path) -> Path | None:
    """`root`, if it has a folder for training and one for testing, or two folders at least with pictures inside."""
    if has_splits(root):
        found = all(any((root / name).is_dir() for name in FOLDERS[split]) for split in ("train", "test"))
        return root if found else None
    search = PictureSearch(root)
    return root if sum(bool(search.pictures(name)) for name in search.classes) > 1 else None


def in_test(found: Sequence[FoundFile], labels: np.ndarray, root: Path, seed: int, part: float) -> np.ndarray:
    """Which pictures are in the test split: of every class that has two, `part` of them, but not none and not all.

    The pictures of a class are put in the order of a hash of (seed, name below the root); the first are the test split.
    """
    test = np.zeros(len(found), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        order = sorted(members.tolist(), key=lambda row: _draw(Path(found[row].path).relative_to(root), seed))
        wanted = int(np.floor(part * len(members) + 0.5))
        test[order[: min(max(wanted, 1), len(members) - 1)]] = True
    return test


def _draw(name: Path, seed: int) -> bytes:
    """A hash that is the same on every system: names in one form of Unicode, with slashes."""
    text = unicodedata.normalize("NFC", name.as_posix())
    return hashlib.sha256(f"{seed}/{text}".encode(errors="surrogatepass")).digest()


def _visible_folders(root: Path) -> list[str]:
    if not root.is_dir():
        return []
    return sorted(path.name for path in root.iterdir() if not is_hidden(path.name) and path.is_dir())


def _search_split(root: Path, split: str):
    train, folder = _split_folder(root, "train"), _split_folder(root, split)
    others = [root / name for name in SPLIT_NAMES if (root / name).is_dir() and root / name != folder]
    classes, found, labels, report = _search(folder, others, None if folder == train else PictureSearch(train).classes)
    return classes, found, labels, report


def _search(folder: Path, beside: Sequence[Path], known: list[str] | None = None):
    """(names of the classes, pictures, their labels, what was passed over) of a folder of classes.

    known: the classes, where another folder (the training split) decides them.
    """
    search = PictureSearch(folder, beside)
    if not search.classes:
        raise ValueError(f"{folder} has no folders: expected one for each class, with its pictures inside")
    classes = search.classes if known is None else known
    unknown = [name for name in search.classes if name not in classes]
    if unknown:
        raise ValueError(f"{folder} has classes that the training split has not: {_some(unknown)}")
    pictures = {name: search.pictures(name) for name in search.classes}
    found = [picture for name in search.classes for picture in pictures[name]]
    if not found:
        raise ValueError(f"{folder} holds no picture{_told(search.report)}")
    labels = np.repeat([classes.index(name) for name in search.classes], [len(each) for each in pictures.values()])
    return tuple(classes), found, labels, search.report


def _split_folder(root: Path, split: str) -> Path:
    for name in FOLDERS[split]:
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"no folder {root / FOLDERS[split][0]}: {EXPECTED}, in {root}")


def _told(report) -> str:
    told = "; ".join(f"{reason}: {count:,}" for reason, count in report.items() if count)
    return f" ({told})" if told else ""


def _some(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


class PictureFolder(PictureFiles):
    """Pictures of a tree of folders; `native(i)` is the whole picture, `dataset[i]` its centre (`CenterCrop`)."""

    def __init__(self, found: Sequence[FoundFile], test_fraction: float | None, **about):
        super().__init__(**about)
        self.paths = np.array([picture.path for picture in found])
        self._test_fraction = test_fraction
        self._key = cache_key("pictures", CHECK_VERSION, [(each.path, each.size, each.time) for each in found])
        self._crop = CenterCrop(self.image_size)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image, label = self.native(index)
        return self._crop(image), label

    def _read(self, index: int) -> np.ndarray:
        return read_image(Path(self.paths[index]))

    def describe(self) -> dict:
        """Identity of the data for a record of results, ready for JSON."""
        return super().describe() | ({} if self._test_fraction is None else {"test_fraction": self._test_fraction})

    def prepare(self) -> PictureFolder:
        """Decode every file once; leave out, and count, those that cannot be read.

        The cache keeps the outcome, so that the same files are not decoded before every run.

        Raises:
            ValueError: none can be read.
        """
        if self._replaced is not None:
            return self
        kept = KeptArrays("pictures", self._key)
        arrays = kept.load()
        readable = self._check() if arrays is None else arrays["readable"]
        if arrays is None:
            try:
                kept.save(readable=readable)
            except OSError as error:
                warn(f"what was found about the pictures cannot be kept: {error}; the next run looks again")
        lost = int((~readable).sum())
        if lost == len(readable):
            raise ValueError(f"none of the {lost:,} pictures of the {self.split} split can be read")
        self.paths = self.paths[readable]
        self._keep(readable)
        if lost:
            self._leave_out({UNREADABLE: lost})
        return self

    def _check(self) -> np.ndarray:
        progress = tqdm(total=len(self.paths), desc="checking pictures", unit="image", disable=None)
        readable = np.empty(len(self.paths), bool)
        with progress:
            for row, whole in enumerate(in_threads(_is_readable, self.paths.tolist())):
                readable[row] = whole
                progress.update()
        return readable


def _is_readable(path: str) -> bool:
    try:
        check_image(Path(path))
    except UnreadableImage:
        return False
    return True
