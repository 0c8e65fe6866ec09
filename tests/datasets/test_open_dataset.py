"""The one way to open a data set: what it says about unknown names, and what every source has in common."""

import json
import subprocess
import sys

import pytest
import torch
from torch.utils.data import DataLoader

from inception_edu.datasets import DATASETS, detect_dataset, open_dataset
from inception_edu.datasets.voc_index import CLASSES

from .conftest import jpeg, write_cifar, write_cifar100


def test_unknown_name_lists_the_names():
    with pytest.raises(
        ValueError, match=r"unknown dataset 'mnist'; there are: shapes, cifar10, cifar100, voc_objects, image"
    ):
        open_dataset("mnist")


@pytest.mark.parametrize("name", DATASETS)
def test_unknown_split_lists_the_splits(name, tmp_path):
    with pytest.raises(ValueError, match=f"{name} has no split 'dev'; there are: train, test"):
        open_dataset(name, root=tmp_path, split="dev")


@pytest.mark.parametrize("image_size", [0, -1, 2.5, "32", True])
def test_impossible_image_sizes(image_size):
    with pytest.raises(ValueError, match="image_size is a whole number of pixels from 1 to 8,192"):
        open_dataset("shapes", image_size=image_size)


def test_unknown_option_lists_the_options():
    with pytest.raises(ValueError, match="dataset 'shapes' has no option 'margin'; it has: size"):
        open_dataset("shapes", margin=0.1)
    with pytest.raises(ValueError, match="dataset 'cifar10' has no option 'size'; it has: none"):
        open_dataset("cifar10", size=3)


@pytest.mark.parametrize("seed", [-1, 0.5, None, True])
def test_impossible_seeds(seed):
    with pytest.raises(ValueError, match="seed is a whole number from 0 up"):
        open_dataset("shapes", seed=seed)


@pytest.fixture(params=DATASETS)
def opened(request, tmp_path, devkit):
    """A small training split of every source."""
    if request.param == "shapes":
        return open_dataset("shapes", size=20, image_size=16)
    if request.param == "cifar10":
        write_cifar(tmp_path)
        return open_dataset("cifar10", root=tmp_path, image_size=16, subset=20, verify=False)
    if request.param == "cifar100":
        write_cifar100(tmp_path, rows=20, classes=20)
        return open_dataset("cifar100", root=tmp_path, image_size=16, verify=False)
    if request.param == "voc_objects":
        devkit.add("a", [(name, (1 + k, 1, 30 + k, 40)) for k, name in enumerate(CLASSES)], split="trainval")
        return open_dataset("voc_objects", root=tmp_path, image_size=16)
    for split in ("train", "val"):
        for label in ("cat", "dog"):
            folder = tmp_path / split / label
            folder.mkdir(parents=True)
            for k in range(10):
                (folder / f"{k}.jpg").write_bytes(jpeg(seed=k))
    return open_dataset("image_folder", root=tmp_path, image_size=16)


def test_every_source_gives_uint8_images_and_whole_labels(opened):
    image, label = opened[3]
    assert (image.dtype, image.shape, type(label)) == (torch.uint8, (3, 16, 16), int)
    assert label == opened.labels[3]
    assert len(opened) == len(opened.labels) == 20
    assert opened.image_size == 16
    assert opened.report == {}
    assert isinstance(opened.classes, tuple)
    assert 0 <= opened.labels.min() <= opened.labels.max() < len(opened.classes)
    with pytest.raises(IndexError):
        opened[20]


def test_every_source_describes_itself_in_json(opened):
    about = json.loads(json.dumps(opened.describe()))
    assert about["name"] == opened.name
    assert about["samples"] == 20
    assert about["official"] is opened.official is (opened.name == "shapes")


def test_every_source_reads_the_same_in_worker_processes(opened):
    opened.prepare()
    alone = torch.cat([images for images, _ in DataLoader(opened, 5)])
    workers = torch.cat([images for images, _ in DataLoader(opened, 5, num_workers=2)])
    assert torch.equal(alone, workers)
    assert torch.equal(alone, torch.stack([opened[k][0] for k in range(20)]))


def test_detect_dataset(tmp_path, devkit):
    with pytest.raises(FileNotFoundError, match="no folder"):
        detect_dataset(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        ValueError, match="expected cifar-10-batches-py, cifar-100-python, VOCdevkit, train and val folders"
    ):
        detect_dataset(tmp_path / "empty")
    assert detect_dataset(tmp_path) == detect_dataset(devkit.root) == "voc_objects"
    folder = write_cifar(tmp_path / "c")
    assert detect_dataset(tmp_path / "c") == detect_dataset(folder) == "cifar10"
    for split in ("train", "val"):
        (tmp_path / "i" / split).mkdir(parents=True)
    assert detect_dataset(tmp_path / "i") == "image_folder"


def test_the_package_imports_without_the_datasets():
    code = "import inception_edu, sys; sys.exit('inception_edu.datasets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
