"""Files that fail, before the check and after it."""

import shutil

import pytest
import torch
from torch.utils.data import DataLoader

from inception_edu.augmentation.pictures import RandomResizedCrop
from inception_edu.datasets import AugmentedDataset, image_folder, open_dataset
from inception_edu.datasets.picture_files import REPLACED

from .conftest import jpeg


@pytest.fixture
def tree(tmp_path):
    for split in ("train", "val"):
        for label, name in enumerate(("cat", "dog")):
            (tmp_path / split / name).mkdir(parents=True)
            for k in range(4):
                (tmp_path / split / name / f"{k}.jpg").write_bytes(jpeg(30, 30, seed=10 * label + k))
    return tmp_path


def test_the_next_of_the_class_stands_in(tree):
    opened = open_dataset("image_folder", root=tree, image_size=16).prepare()
    pictures = [opened.native(k)[0] for k in range(8)]
    for name in ("cat/1", "cat/2", "dog/3"):
        (tree / f"train/{name}.jpg").write_bytes(jpeg()[:100])
    for failed, other in [(1, 3), (2, 3), (7, 4)]:
        picture, label = opened.native(failed)
        assert torch.equal(picture, pictures[other])
        assert label == opened.labels[failed]
    opened[-1]
    assert opened.report == {REPLACED: 3}
    assert opened.describe()["report"] == {REPLACED: 3}


def test_of_a_class_that_is_gone_another_stands_in_with_its_own_label(tree):
    opened = open_dataset("image_folder", root=tree, image_size=16).prepare()
    shutil.rmtree(tree / "train/dog")
    assert [opened[k][1] for k in range(8)] == [0] * 8
    assert opened.report == {REPLACED: 4}


def test_worker_processes_count_together(tree):
    augmented = AugmentedDataset(open_dataset("image_folder", root=tree, image_size=16).prepare(), RandomResizedCrop(8))
    for name in ("cat/1", "dog/2"):
        (tree / f"train/{name}.jpg").unlink()
    for _ in range(2):
        assert sum(len(labels) for _, labels in DataLoader(augmented, 2, num_workers=2)) == 8
    assert augmented.dataset.report == {REPLACED: 2}


def test_when_all_are_gone_it_ends_in_one_line(tree):
    opened = open_dataset("image_folder", root=tree, image_size=16).prepare()
    shutil.rmtree(tree / "train")
    with pytest.raises(ValueError, match=r"no picture of the train split can be read any more: .*3\.jpg") as error:
        opened[7]
    assert "\n" not in str(error.value)


def test_voc_objects_do_the_same_without_a_cache(devkit, tmp_path, monkeypatch):
    for name in ("a", "b"):
        devkit.add(name, [("dog", (1, 1, 30, 40))])
    (tmp_path / "file").touch()
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="cannot be kept|without a file of crops|without a sample"):
        opened = open_dataset("voc_objects", root=devkit.root, split="test", image_size=16).prepare()
    opened.source(0)[0].unlink()
    assert torch.equal(opened[0][0], opened[1][0])
    assert opened.report[REPLACED] == 1


def test_the_same_files_are_decoded_once(tree, monkeypatch):
    (tree / "train/cat/0.jpg").write_bytes(b"no picture")
    with pytest.warns(UserWarning, match="unreadable"):
        assert len(open_dataset("image_folder", root=tree).prepare()) == 7
    with monkeypatch.context() as patch:
        patch.setattr(image_folder, "check_image", None)  # would be called
        with pytest.warns(UserWarning, match="unreadable"):
            assert len(open_dataset("image_folder", root=tree).prepare()) == 7
    (tree / "train/cat/0.jpg").write_bytes(jpeg(30, 30))
    assert len(open_dataset("image_folder", root=tree).prepare()) == 8


def test_without_a_cache_they_are_decoded_every_time(tree, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(
        UserWarning, match="what was found about the pictures cannot be kept: .*the next run looks again"
    ):
        assert len(open_dataset("image_folder", root=tree).prepare()) == 8
