"""`voc_objects`: every object of PASCAL VOC 2007 and 2012 cut out of its picture, for classification.

Trains on 2007 + 2012 trainval, tests on 2007 test, objects marked difficult left out: 40,058 and 12,032 crops.
Opening reads the annotations alone. A crop is cut from its picture when it is asked for, or comes from a file that
`prepare` writes once: all crops as they are, one after the other, which worker processes map into memory.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torchvision.datasets.utils import download_and_extract_archive
from torchvision.datasets.voc import DATASET_YEAR_DICT
from tqdm.auto import tqdm

from inception_edu.augmentation.pictures import Resize
from inception_edu.datasets.base import ImageDataset, check_split
from inception_edu.datasets.cache import VARIABLE, cache_dir, cache_key, publish
from inception_edu.datasets.crop_file import CropFile
from inception_edu.datasets.images import UNREADABLE, UnreadableImage, read_image
from inception_edu.datasets.subsets import subset_indices
from inception_edu.datasets.voc_index import BAD_BOX, CLASSES, PARTS, VocIndex, box_fits, open_index

OFFICIAL_COUNTS = {"train": 40_058, "test": 12_032}
ARCHIVES = {
    ("VOC2007", "trainval"): DATASET_YEAR_DICT["2007"],
    ("VOC2007", "test"): DATASET_YEAR_DICT["2007-test"],
    ("VOC2012", "trainval"): DATASET_YEAR_DICT["2012"],
}
CROPS_VERSION = 1  # of the file of crops; a change makes every kept one a new one
IMAGES_AT_ONCE = 256  # pictures decoded before their crops are written: bounds the memory

HOW_TO_MOVE = f"set the environment variable {VARIABLE} to a folder with room"


def open_split(
    *, root=None, split="train", image_size=None, subset=None, seed=0, verify=True, download=False, margin=0.0
) -> VocObjects:
    """Open a split; `margin` adds that fraction of a box's sides around it. `open_dataset` describes the rest."""
    check_split("voc_objects", split, tuple(PARTS))
    if isinstance(margin, bool) or not isinstance(margin, (int, float)) or not 0 <= margin < float("inf"):
        raise ValueError(f"margin must be a fraction of the box from 0 up, not {margin!r}")
    root = Path("data" if root is None else root)
    if download:
        _download(root, split)
    devkit = find_root(root) or (root if root.name == "VOCdevkit" else root / "VOCdevkit")
    index = open_index(devkit, split, verify)
    rows = subset_indices(index.label, subset, seed, CLASSES)
    return VocObjects(devkit, index, rows, margin, split=split, image_size=image_size or 224, subset=subset, seed=seed)


def find_root(root: Path) -> Path | None:
    """The devkit that `root` is, or holds; None if there is none."""
    for folder in (root, root / "VOCdevkit"):
        if any((folder / year / "ImageSets" / "Main").is_dir() for parts in PARTS.values() for year, _ in parts):
            return folder
    return None


def _download(root: Path, split: str) -> None:
    """Fetch the archives of the parts that are not there, verified by torchvision."""
    parent = root.parent if root.name == "VOCdevkit" else root
    for year, image_set in PARTS[split]:
        if (parent / "VOCdevkit" / year / "ImageSets" / "Main" / f"{image_set}.txt").is_file():
            continue
        archive = ARCHIVES[year, image_set]
        try:
            download_and_extract_archive(archive["url"], str(parent), filename=archive["filename"], md5=archive["md5"])
        except (OSError, RuntimeError) as error:
            raise OSError(f"could not download {year} {image_set} from {archive['url']}: {error}") from error


class VocObjects(ImageDataset):
    """Crops of objects, uint8 3×image_size×image_size; `native(i)` is the crop in the size it has in its picture."""

    def __init__(self, devkit: Path, index: VocIndex, rows: np.ndarray, margin: float, *, split: str, **about):
        self._devkit = devkit
        self._index = index
        self._rows = rows
        self._margin = float(margin)
        self._resize = Resize(about["image_size"])
        self._crops: CropFile | None = None
        super().__init__(
            name="voc_objects",
            split=split,
            classes=CLASSES,
            labels=index.label[rows],
            official=len(index.label) == OFFICIAL_COUNTS[split],
            report=index.report,
            **about,
        )

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        crop, label = self.native(index)
        return self._resize(crop), label

    def native(self, index: int) -> tuple[torch.Tensor, int]:
        label = int(self.labels[index])
        if self._crops is not None:
            crop = self._crops[index]
        else:
            path, box = self.source(index)
            try:
                crop = self._cut(read_image(path), box)
            except UnreadableImage as error:
                raise ValueError(f"{error}; dataset.prepare() finds such pictures and leaves them out") from None
            if crop is None:
                raise ValueError(f"{path}: the box {box} reaches outside; dataset.prepare() leaves such objects out")
        return torch.from_numpy(crop.transpose(2, 0, 1).copy()), label

    def source(self, index: int) -> tuple[Path, tuple[int, int, int, int]]:
        """The picture a crop comes from, and its box (xmin, ymin, xmax, ymax), pixels from 1, both ends inside."""
        row = self._rows[index]
        path = self._devkit / str(self._index.paths[self._index.image[row]])
        return path, tuple(int(side) for side in self._index.box[row])

    def _cut(self, picture: np.ndarray, box) -> np.ndarray | None:
        """The crop H×W×3 of one box with its margin, cut off at the border; None if the box is not in the picture."""
        height, width, _ = picture.shape
        if not box_fits(box, width, height):
            return None
        xmin, ymin, xmax, ymax = box
        across, down = round(self._margin * (xmax - xmin + 1)), round(self._margin * (ymax - ymin + 1))
        return picture[max(0, ymin - 1 - down) : ymax + down, max(0, xmin - 1 - across) : xmax + across]

    def describe(self) -> dict:
        return super().describe() | {"margin": self._margin}

    # ---- the file of crops ----

    def prepare(self) -> VocObjects:
        """Cut all crops now and keep them in the cache; leave out, and count, those that cannot be cut.

        The first call decodes every picture; the crops of the complete devkits take about six gigabytes. A second call,
        in this process or another, finds them there. Where several processes train together, let one prepare first.

        Raises:
            OSError: the cache cannot be written; the message says how to move it.
            ValueError: no crop is left.
        """
        if self._crops is not None:
            return self
        key = cache_key("voc_crops", CROPS_VERSION, self._index.key, self._margin, self._rows.tolist())
        folder = cache_dir() / "voc_crops" / key
        crops = CropFile.open(folder)
        if crops is None:
            self._require_space()
            try:
                publish(folder, self._write)
            except OSError as error:
                raise OSError(f"cannot keep the crops in {cache_dir()} ({error}); {HOW_TO_MOVE}") from error
            crops = CropFile.open(folder)
        self._use(crops)
        return self

    def _use(self, crops: CropFile) -> None:
        if not len(crops.kept):
            raise ValueError(f"no picture of the {self.split} split in {self._devkit} can be read")
        lost = len(self._rows) - len(crops.kept)
        self._crops = crops
        self._rows = self._rows[crops.kept]
        self.labels = self.labels[torch.from_numpy(crops.kept)]
        if lost:
            self.official = False
            self._leave_out(crops.report)

    def _require_space(self) -> None:
        sides = self._index.box[self._rows]
        area = np.prod((sides[:, 2:] - sides[:, :2] + 1).astype(float) * (1 + 2 * self._margin), axis=1).sum()
        place = cache_dir()
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if 3 * area > free:
            raise OSError(
                f"the crops take up to {3 * area / 1e9:.1f} GB and {cache_dir()} has {free / 1e9:.1f} GB left;"
                f" {HOW_TO_MOVE}"
            )

    def _write(self, folder: Path) -> None:
        kept, shapes, report = [], [], Counter()
        with (folder / CropFile.PIXELS).open("wb") as file:
            for row, crop in self._cut_all(report):
                kept.append(row)
                shapes.append(crop.shape[:2])
                file.write(np.ascontiguousarray(crop))
        CropFile.save(folder, kept, shapes, report)

    def _cut_all(self, report: Counter[str]) -> Iterator[tuple[int, np.ndarray]]:
        """(position in this data set, crop) of all crops in order, every picture decoded once, by several threads."""
        image = self._index.image[self._rows]
        starts = np.flatnonzero(np.diff(image, prepend=-1))
        groups = np.split(np.arange(len(image)), starts[1:])

        def cut_group(group):
            try:
                picture = read_image(self.source(group[0])[0])
            except UnreadableImage:
                return None
            # Copies: a view would keep the whole picture in memory.
            return [
                None if crop is None else crop.copy() for crop in (self._cut(picture, self.source(i)[1]) for i in group)
            ]

        progress = tqdm(total=len(groups), desc="cutting crops", unit="image", disable=None)
        with progress, ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
            for first in range(0, len(groups), IMAGES_AT_ONCE):
                part = groups[first : first + IMAGES_AT_ONCE]
                for group, crops in zip(part, threads.map(cut_group, part)):
                    progress.update()
                    if crops is None:
                        report[UNREADABLE] += 1
                        continue
                    for row, crop in zip(group, crops):
                        if crop is None:
                            report[BAD_BOX] += 1
                        else:
                            yield row, crop
