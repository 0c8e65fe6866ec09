"""The complete devkits, rebuilt from every box there is: 40,058 and 12,032 crops."""

import csv
import gzip
import os
from collections import Counter, defaultdict

import pytest

from inception_edu.datasets import open_dataset
from inception_edu.datasets.voc_index import CLASSES
from inception_edu.published.voc_notes import VOC_CROPS

from .conftest import jpeg


@pytest.fixture(scope="module")
def boxes(data):
    table = data / "voc_0712_boxes.csv.gz"
    if not table.is_file():
        pytest.skip(f"no boxes at {table}")
    with gzip.open(table, "rt") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tree(boxes, tmp_path_factory):
    """The annotations of all 21,503 pictures; the pictures are names of one file."""
    root = tmp_path_factory.mktemp("voc") / "VOCdevkit"
    for year in ("VOC2007", "VOC2012"):
        for folder in ("Annotations", "JPEGImages", "ImageSets/Main"):
            (root / year / folder).mkdir(parents=True)
    placeholder = root / "placeholder.jpg"
    placeholder.write_bytes(jpeg(500, 500))
    objects = defaultdict(list)
    for row in boxes:
        objects[f"VOC{row['year']}", row["split"], row["image"]].append(row)
    names = defaultdict(list)
    for (year, split, image), rows in objects.items():
        names[year, "test" if split == "test" else "trainval"].append(image)
        os.link(placeholder, root / year / "JPEGImages" / f"{image}.jpg")
        things = "".join(
            "<object><name>{class}</name><difficult>{difficult}</difficult><bndbox><xmin>{xmin}</xmin>"
            "<ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox></object>".format(**row)
            for row in rows
        )
        (root / year / "Annotations" / f"{image}.xml").write_text(
            f"<annotation><filename>{image}.jpg</filename>"
            f"<size><width>500</width><height>500</height><depth>3</depth></size>{things}</annotation>"
        )
    for (year, split), images in names.items():
        (root / year / "ImageSets/Main" / f"{split}.txt").write_text("\n".join(images))
    return root


@pytest.mark.slow
def test_the_complete_devkits(tree, boxes):
    wanted = Counter(
        ("test" if row["split"] == "test" else "train", row["class"]) for row in boxes if row["difficult"] == "0"
    )
    for split, count in (("train", 40_058), ("test", 12_032)):
        opened = open_dataset("voc_objects", root=tree, split=split)
        assert len(opened) == count
        assert opened.official is True
        assert opened.report == {}
        assert opened.labels.bincount().tolist() == [wanted[split, name] for name in CLASSES]
        column = ("train", "test").index(split)
        assert opened.labels.bincount().tolist() == [VOC_CROPS[name][column] for name in CLASSES]
    assert opened.classes[int(opened.labels.bincount().argmax())] == "person"
    assert (opened.labels == opened.classes.index("person")).sum() == 4_528

    part = open_dataset("voc_objects", root=tree, split="test", subset=40, image_size=32).prepare()
    assert part.official is True
    assert part[39][0].shape == (3, 32, 32)

    (tree / "VOC2007/Annotations/000001.xml").write_text("<annotation/>")
    short = open_dataset("voc_objects", root=tree, split="test")
    assert len(short) == 12_032 - sum(row["image"] == "000001" and row["difficult"] == "0" for row in boxes)
    assert short.official is False
