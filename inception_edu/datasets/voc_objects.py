"""`voc_objects`: every object of PASCAL VOC 2007 and 2012 cut out of its picture, for classification.

Trains on 2007 + 2012 trainval, tests on 2007 test, objects marked difficult left out: 40,058 and 12,032 crops.
Opening reads the annotations alone. A crop is cut from its picture when it is asked for, or comes from a file that
`prepare` writes once: all crops as they are, one after the other, which worker processes map into memory.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from torchvision.datasets.utils import download_and_extract_archive
from torchvision.datasets.voc import DATASET_YEAR_DICT
from torchvision.transforms import v2
from tqdm.auto import tqdm

from ..arguments import real
from .base import check_split, warn
from .cache import VARIABLE, cache_dir, cache_key, publish
from .crop_file import CropFile
from .images import UNREADABLE, UnreadableImage, read_image
from .picture_files import PictureFiles, in_threads
from .subsets import subset_indices
from .voc_annotations import Box
from .voc_index import BAD_BOX, CLASSES, PARTS, VocIndex, box_fits, open_index

OFFICIAL_COUNTS = {"train": 40_058, "test": 12_032}
ARCHIVES = {
    ("VOC2007", "trainval"): DATASET_YEAR_DICT["2007"],
    ("VOC2007", "test"): DATASET_YEAR_DICT["2007-test"],
    ("VOC2012", "trainval"): DATASET_YEAR_DICT["2012"],
}
CROPS_VERSION = 1  # of the file of crops; a change makes every kept one a new one
MARGIN = real("a fraction of the box from 0 to 100", lambda margin: 0 <= margin <= 100)
HOW_TO_MOVE = f"set the environment variable {VARIABLE} to a folder with room"


def open_split(
    *,
    root: Path,
    split: str = "train",
    image_size: int | None = None,
    subset: int | float | None = None,
    seed: int = 0,
    verify: bool = True,
    download: bool = False,
    margin: Annotated[float, MARGIN] = 0.0,
) -> VocObjects:
    """Open a split; `margin` adds that fraction of a box's sides around it. `open_dataset` describes the rest."""
    check_split("voc_objects", split, tuple(PARTS))
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


class VocObjects(PictureFiles):
    """Crops of objects, uint8 3×image_size×image_size; `native(i)` is the crop in the size it has in its picture."""

    def __init__(self, devkit: Path, index: VocIndex, rows: np.ndarray, margin: float, *, split: str, **about):
        self._devkit = devkit
        self._index = index
        self._rows = rows
        self._margin = margin
        self._resize = v2.Resize([about["image_size"]] * 2)
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

    def _read(self, index: int) -> np.ndarray:
        if self._crops is not None:
            try:
                return self._crops[index]
            except OSError:  # the cache has been emptied meanwhile: the pictures are still there
                self._crops = None
        path, box = self.source(index)
        crop = self._cut(read_image(path, upright=False), box)
        if crop is None:
            raise UnreadableImage(f"{path}: the box {box} reaches outside")
        return crop

    def source(self, index: int) -> tuple[Path, Box]:
        """The picture a crop comes from, and its box (xmin, ymin, xmax, ymax), pixels from 1, both ends inside."""
        row = self._rows[index]
        xmin, ymin, xmax, ymax = self._index.box[row].tolist()
        return self._devkit / str(self._index.paths[self._index.image[row]]), (xmin, ymin, xmax, ymax)

    def _cut(self, picture: np.ndarray, box: Box) -> np.ndarray | None:
        """The crop H×W×3 of one box with its margin, cut off at the border; None if the box is not in the picture."""
        height, width, _ = picture.shape
        if not box_fits(box, width, height):
            return None
        xmin, ymin, xmax, ymax = box
        across, down = round(self._margin * (xmax - xmin + 1)), round(self._margin * (ymax - ymin + 1))
        return picture[max(0, ymin - 1 - down) : ymax + down, max(0, xmin - 1 - across) : xmax + across]

    def describe(self) -> dict:
        """Identity of the data for a record of results, ready for JSON."""
        return super().describe() | {"margin": self._margin}

    # ---- the file of crops ----

    def prepare(self) -> VocObjects:
        """Cut all crops now and keep them in the cache; leave out, and count, those that cannot be cut.

        The first call decodes every picture; the crops of the complete devkits take about six gigabytes. A second call,
        in this process or another, finds them there, each byte checked. Where several processes train together, let one
        prepare first. Where the cache cannot be written, that is said in a warning, and crops are cut from their
        pictures when they are asked for.

        Raises:
            ValueError: no crop is left.
        """
        if self._replaced is not None:
            return self
        key = cache_key("voc_crops", CROPS_VERSION, self._index.key, self._margin, self._rows.tolist())
        crops = self._kept_crops(cache_dir() / "voc_crops" / key)
        kept, report = self._cut_all_to(None) if crops is None else (crops.kept, crops.report)
        if not len(kept):
            raise ValueError(f"no picture of the {self.split} split in {self._devkit} can be read")
        self._crops = crops
        self._rows = self._rows[kept]
        self._keep(kept)
        if report:
            self._leave_out(report)
        return self

    def _kept_crops(self, folder: Path) -> CropFile | None:
        """The file of crops, made if need be; None where the cache cannot be written."""
        crops = CropFile.open(folder)
        if crops is not None:
            return crops
        try:
            self._require_space()
            publish(folder, self._cut_all_to)
            return CropFile.open(folder)
        except OSError as error:
            warn(f"training goes on without a file of crops in {cache_dir()} ({error}); to have one, {HOW_TO_MOVE}")
            return None

    def _require_space(self) -> None:
        sides = self._index.box[self._rows]
        area = np.prod((sides[:, 2:] - sides[:, :2] + 1).astype(float) * (1 + 2 * self._margin), axis=1).sum()
        place = cache_dir()
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if 3 * area > free:
            raise OSError(f"it takes up to {3 * area / 1e9:.1f} GB, and {free / 1e9:.1f} GB are left")

    def _cut_all_to(self, folder: Path | None) -> tuple[np.ndarray, Counter[str]]:
        """Cut all crops, and write them if there is a folder. Returns which of them there are, and what is left out."""
        kept, shapes, report = [], [], Counter()
        with nullcontext() if folder is None else (folder / CropFile.PIXELS).open("wb") as file:
            for row, crop in self._cut_all(report):
                kept.append(row)
                shapes.append(crop.shape[:2])
                if file is not None:
                    file.write(crop.tobytes())
        if folder is not None:
            CropFile.save(folder, kept, shapes, report)
        return np.array(kept, np.int64), report

    def _cut_all(self, report: Counter[str]) -> Iterator[tuple[int, np.ndarray]]:
        """(position in this data set, crop) of all crops in order, every picture decoded once, by several threads."""
        image = self._index.image[self._rows]
        starts = np.flatnonzero(np.diff(image, prepend=-1))
        groups = np.split(np.arange(len(image)), starts[1:])
        progress = tqdm(total=len(groups), desc="cutting crops", unit="image", disable=None)
        with progress:
            for group, crops in zip(groups, in_threads(self._cut_group, groups)):
                progress.update()
                if crops is None:
                    report[UNREADABLE] += 1
                    continue
                for row, crop in zip(group, crops):
                    if crop is None:
                        report[BAD_BOX] += 1
                    else:
                        yield row, crop

    def _cut_group(self, group: np.ndarray) -> list[np.ndarray | None] | None:
        """The crops of one picture; None if it cannot be read."""
        try:
            picture = read_image(self.source(group[0])[0], upright=False)
        except UnreadableImage:
            return None
        crops = (self._cut(picture, self.source(i)[1]) for i in group)
        # Copies: a view would keep the whole picture in memory.
        return [None if crop is None else crop.copy() for crop in crops]
