"""The list of all objects of a VOC split, built from its annotation files once and then kept in the cache."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .base import how_to_download, warn
from .cache import KeptArrays, cache_dir, cache_key
from .images import UNREADABLE, UnreadableImage, glance_at_image
from .voc_annotations import NO_BOX, NOT_MARKED, Box, Fault, is_plain_name, read_annotation

CLASSES = (
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
)
PARTS = {"train": (("VOC2007", "trainval"), ("VOC2012", "trainval")), "test": (("VOC2007", "test"),)}
"""What the splits are made of: folders of the devkit and their image sets."""
VERSION = 2  # of the rules below; a change makes every cached index a new one

BAD_BOX = "objects whose box is empty or reaches outside the image"
UNKNOWN_CLASS = "objects of an unknown class"
NO_ANNOTATION = "images without an annotation"
BAD_NAME = "names in an image set that point outside the folder"


@dataclass
class VocIndex:
    """Objects, in the order of the image sets.

    Attributes:
        paths: of the pictures, relative to the devkit.
        image: n indices into `paths`.
        box: n×4, (xmin, ymin, xmax, ymax), pixels counted from 1, both ends inside.
        label: n indices into `CLASSES`.
        report: what was left out: reason -> count.
        key: names the state of the tree that all this was read from.
    """

    paths: np.ndarray
    image: np.ndarray
    box: np.ndarray
    label: np.ndarray
    report: dict[str, int]
    key: str


def open_index(devkit: Path, split: str, verify: bool) -> VocIndex:
    """The index of a split, from the cache if the tree has not changed since.

    Raises:
        FileNotFoundError: a part of the split is not there (with `verify=False`: all of them).
        ValueError: it holds no object.
    """
    names = _image_names(devkit, split, verify)
    key = cache_key("voc_index", VERSION, str(devkit.resolve()), split, _fingerprint(devkit, names))
    kept = KeptArrays("voc_index", key)
    columns = kept.load()
    if columns is not None:
        report = json.loads(str(columns.pop("report")))
        index = VocIndex(**columns, report=report, key=key)
    else:
        index = _build(devkit, names, key)
        try:
            _save(index, kept)
        except OSError as error:
            warn(f"the index of {devkit} cannot be kept in {cache_dir()}: {error}")
    if not len(index.label):
        left_out = "; ".join(f"{reason}: {count:,}" for reason, count in index.report.items())
        raise ValueError(f"the {split} split of {devkit} holds no object" + (f" ({left_out})" if left_out else ""))
    return index


def _image_names(devkit: Path, split: str, verify: bool) -> dict[str, list[str]]:
    """Names of the images of each part, as they stand in `ImageSets/Main`."""
    names, missing = {}, []
    for year, image_set in PARTS[split]:
        lists = devkit / year / "ImageSets" / "Main"
        files = [lists / f"{image_set}.txt"]
        if image_set == "trainval" and not files[0].is_file():
            files = [lists / "train.txt", lists / "val.txt"]
        if all(file.is_file() for file in files):
            lines = [line.split() for file in files for line in file.read_text(errors="replace").splitlines()]
            names[year] = list(dict.fromkeys(line[0] for line in lines if line))
        else:
            missing.append(str(lists / f"{image_set}.txt"))
    if missing and (verify or not names):
        raise FileNotFoundError(
            f"the {split} split of VOC needs {' and '.join(missing)}, with the folders Annotations and JPEGImages"
            f" beside ImageSets; {how_to_download('voc_objects', devkit.parent, split)}"
            + ("; verify=False (--no-verify) trains on the other year alone" if names else "")
        )
    return names


def _fingerprint(devkit: Path, names: dict[str, list[str]]) -> str:
    """Changes when an image set, or the size or time of any file it names, does."""
    digest = hashlib.sha256()
    for year, images in names.items():
        digest.update("\n".join([year, *images]).encode(errors="replace"))
        for folder, suffix in (("Annotations", ".xml"), ("JPEGImages", ".jpg")):
            files = _states(devkit / year / folder)
            digest.update(repr([files.get(image + suffix) for image in images]).encode(errors="replace"))
    return digest.hexdigest()


def _states(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of a folder, by name; nothing where there is no folder."""
    states = {}
    if folder.is_dir():
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    status = entry.stat()
                except OSError:  # a link to nowhere: as good as no file
                    continue
                states[entry.name] = (status.st_size, status.st_mtime_ns)
    return states


def _build(devkit: Path, names: dict[str, list[str]], key: str) -> VocIndex:
    report: Counter[str] = Counter()
    paths, rows = [], []
    for year, images in names.items():
        for name in images:
            try:
                if not is_plain_name(name):
                    raise Fault(BAD_NAME)
                picture = devkit / year / "JPEGImages" / f"{name}.jpg"
                objects = _objects(devkit / year / "Annotations" / f"{name}.xml", picture, report)
            except Fault as fault:
                report[str(fault)] += 1
                continue
            rows.extend((len(paths), label, *box) for label, box in objects)
            paths.append(f"{year}/JPEGImages/{name}.jpg")
    table = np.array(rows, np.int32).reshape(-1, 6)
    return VocIndex(
        paths=np.array(paths, dtype=str),
        image=table[:, 0],
        box=table[:, 2:],
        label=table[:, 1].astype(np.int64),
        report=dict(report),
        key=key,
    )


def _objects(xml: Path, picture: Path, report: Counter[str]) -> list[tuple[int, Box]]:
    """(label, box) of every usable object of one image that is not difficult; single faults go into the report."""
    try:
        objects = read_annotation(xml)
    except OSError:
        raise Fault(NO_ANNOTATION) from None
    try:
        width, height = glance_at_image(picture)
    except UnreadableImage:
        raise Fault(UNREADABLE) from None
    usable = []
    for thing in objects:
        if thing.difficult:  # left out by the rules of the benchmark; no fault
            continue
        if thing.difficult is None:
            report[NOT_MARKED] += 1
        elif thing.name not in CLASSES:
            report[UNKNOWN_CLASS] += 1
        elif thing.box is None:
            report[NO_BOX] += 1
        elif not box_fits(thing.box, width, height):
            report[BAD_BOX] += 1
        else:
            usable.append((CLASSES.index(thing.name), thing.box))
    return usable


def box_fits(box: Sequence[int], width: int, height: int) -> bool:
    """Whether a box has an area and lies inside an image of this size."""
    xmin, ymin, xmax, ymax = box
    return 1 <= xmin <= xmax <= width and 1 <= ymin <= ymax <= height


def _save(index: VocIndex, kept: KeptArrays) -> None:
    report = np.array(json.dumps(index.report))
    kept.save(paths=index.paths, image=index.image, box=index.box, label=index.label, report=report)
