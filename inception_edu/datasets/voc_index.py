"""The list of all objects of a VOC split, built from its annotation files once and then kept in the cache."""

from __future__ import annotations

import hashlib
import json
import math
import os
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inception_edu.datasets import voc_annotations as annotations
from inception_edu.datasets.base import how_to_download
from inception_edu.datasets.cache import cache_dir, cache_key, discard, publish
from inception_edu.datasets.images import UNREADABLE, UnreadableImage, check_image

CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip
PARTS = {"train": (("VOC2007", "trainval"), ("VOC2012", "trainval")), "test": (("VOC2007", "test"),)}
"""What the splits are made of: folders of the devkit and their image sets."""
VERSION = 1  # of the rules below; a change makes every cached index a new one

BAD_BOX = "objects whose box is empty or reaches outside the image"
UNKNOWN_CLASS = "objects of an unknown class"
NO_ANNOTATION = "images without an annotation"
BAD_NAME = "names in an image set that point outside the folder"


@dataclass
class VocIndex:
    """Objects, in the order of the image sets: `image` (n) is an index into `paths`, `box` (n×4) is (xmin, ymin, xmax,
    ymax) with pixels counted from 1 and both ends inside, `label` (n) an index into `CLASSES`. `paths` are relative to
    the devkit; `report` counts what was left out; `key` names the state of the tree that all this was read from."""

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
    folder = cache_dir() / "voc_index" / key
    index = _load(folder, key)
    if index is None:
        index = _build(devkit, names, key)
        try:
            publish(folder, lambda unfinished: _save(index, unfinished))
        except OSError as error:
            warnings.warn(f"the index of {devkit} cannot be kept in {cache_dir()}: {error}", UserWarning, stacklevel=2)
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
                if not annotations.is_plain_name(name):
                    raise annotations.Fault(BAD_NAME)
                picture = devkit / year / "JPEGImages" / f"{name}.jpg"
                objects = _objects(devkit / year / "Annotations" / f"{name}.xml", picture, report)
            except annotations.Fault as fault:
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


def _objects(xml: Path, picture: Path, report: Counter[str]) -> list[tuple[int, tuple[int, int, int, int]]]:
    """(label, box) of every usable object of one image that is not difficult; single faults go into the report."""
    try:
        annotation = annotations.read_annotation(xml)
        check_image(picture)
        width, height = annotation.size or (math.inf, math.inf)  # checked again when the crop is cut
    except UnreadableImage:
        raise annotations.Fault(UNREADABLE) from None
    except OSError:
        raise annotations.Fault(NO_ANNOTATION) from None
    usable = []
    for thing in annotation.objects:
        if thing.difficult:  # left out by the rules of the benchmark; no fault
            continue
        if thing.name not in CLASSES:
            report[UNKNOWN_CLASS] += 1
        elif thing.box is None:
            report[annotations.NO_BOX] += 1
        elif not box_fits(thing.box, width, height):
            report[BAD_BOX] += 1
        else:
            usable.append((CLASSES.index(thing.name), thing.box))
    return usable


def box_fits(box, width: float, height: float) -> bool:
    """Whether a box has an area and lies inside an image of this size."""
    xmin, ymin, xmax, ymax = box
    return 1 <= xmin <= xmax <= width and 1 <= ymin <= ymax <= height


def _save(index: VocIndex, folder: Path) -> None:
    np.savez(
        folder / "index.npz",
        paths=index.paths,
        image=index.image,
        box=index.box,
        label=index.label,
        report=np.array(json.dumps(index.report)),
    )


def _load(folder: Path, key: str) -> VocIndex | None:
    """The kept index; None where there is none, or it is damaged (and then removed)."""
    if not folder.is_dir():
        return None
    try:
        with np.load(folder / "index.npz", allow_pickle=False) as kept:
            columns = {name: kept[name] for name in ("paths", "image", "box", "label")}
            return VocIndex(**columns, report=json.loads(str(kept["report"])), key=key)
    except Exception:  # whatever a damaged archive raises: it is made again
        discard(folder)
        return None
