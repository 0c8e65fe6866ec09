"""A cache of its own for every test, and small trees of files to open."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(folder))
    return folder


def jpeg(width: int = 100, height: int = 80, seed: int = 0) -> bytes:
    """A JPEG file of random colours."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return file.getvalue()


class Devkit:
    """A VOCdevkit to write images and annotations into, whole or faulty."""

    def __init__(self, root: Path):
        self.root = root / "VOCdevkit"
        for year in ("VOC2007", "VOC2012"):
            for folder in ("Annotations", "JPEGImages", "ImageSets/Main"):
                (self.root / year / folder).mkdir(parents=True)
            for split in ("trainval", "test"):
                (self.root / year / "ImageSets/Main" / f"{split}.txt").touch()

    def add(
        self, name, objects=(), *, xml=None, picture=None, year="VOC2007", split="test", filename=None, size=(100, 80)
    ):
        """One image; `objects` are (class, box) or (class, box, difficult). Returns its two files."""
        if xml is None:
            parts = [f"<filename>{filename or name + '.jpg'}</filename>"]
            if size:
                parts.append("<size><width>{}</width><height>{}</height><depth>3</depth></size>".format(*size))
            for label, box, *difficult in objects:
                sides = "".join(f"<{k}>{v}</{k}>" for k, v in zip(("xmin", "ymin", "xmax", "ymax"), box))
                parts.append(
                    f"<object><name>{label}</name><difficult>{int(bool(difficult and difficult[0]))}</difficult>"
                    f"<bndbox>{sides}</bndbox><part><name>head</name></part></object>"
                )
            xml = f"<annotation>{''.join(parts)}</annotation>"
        folder = self.root / year
        annotation, image = folder / "Annotations" / f"{name}.xml", folder / "JPEGImages" / f"{name}.jpg"
        annotation.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
        image.write_bytes(jpeg() if picture is None else picture)
        with (folder / "ImageSets/Main" / f"{split}.txt").open("a") as names:
            names.write(f"{name}\n")
        return annotation, image


@pytest.fixture
def devkit(tmp_path) -> Devkit:
    return Devkit(tmp_path)


NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def write_cifar(root: Path, rows: int = 20, **changes) -> Path:
    """A complete folder of tiny batches; `changes` replaces the contents of files by name (bytes)."""
    folder = root / "cifar-10-batches-py"
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for name in [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]:
        batch = {"data": rng.integers(0, 256, (rows, 3072), np.uint8), "labels": [i % 10 for i in range(rows)]}
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": NAMES}, protocol=2))
    for name, contents in changes.items():
        (folder / name.replace("__", ".")).write_bytes(contents)
    return folder


def write_cifar100(root: Path, rows: int = 200, classes: int = 100) -> Path:
    """The same of CIFAR-100."""
    folder = root / "cifar-100-python"
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for name in ("train", "test"):
        fine = [k % classes for k in range(rows)]
        pixels = rng.integers(0, 256, (rows, 3072), np.uint8)
        batch = {"data": pixels, "fine_labels": fine, "coarse_labels": [label // 5 for label in fine]}
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    names = {
        "fine_label_names": [f"fine {k}" for k in range(classes)],
        "coarse_label_names": [f"{k}" for k in range(20)],
    }
    (folder / "meta").write_bytes(pickle.dumps(names, protocol=2))
    return folder
