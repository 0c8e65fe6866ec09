"""CIFAR-100: its own files and its fine labels; the rest it has in common with CIFAR-10."""

import hashlib
import pickle

import numpy as np
import pytest
from torchvision.datasets import CIFAR100

from inception_edu.datasets import detect_dataset, open_dataset
from inception_edu.datasets.cifar100 import SOURCE

from .conftest import write_cifar, write_cifar100


def test_both_splits(tmp_path):
    folder = write_cifar100(tmp_path)
    for split in ("train", "test"):
        opened = open_dataset("cifar100", root=tmp_path, split=split, verify=False)
        raw = pickle.loads((folder / split).read_bytes())
        np.testing.assert_array_equal(opened.images.flatten(1).numpy(), raw["data"])
        assert opened.labels.tolist() == raw["fine_labels"]
        assert opened.classes[37] == "fine 37"
        assert len(opened.classes) == 100
        assert opened.official is False
    assert len(open_dataset("cifar100", root=folder, subset=100, verify=False)) == 100


def test_the_names_of_its_files_are_torchvisions():
    assert SOURCE.files == {"train": ["train"], "test": ["test"]}
    assert sorted(SOURCE.official) == ["meta", "test", "train"]
    assert all(len(md5) == 32 for md5 in SOURCE.official.values())


def test_official_files_are_known_by_their_checksums(tmp_path, monkeypatch):
    folder = write_cifar100(tmp_path)
    md5 = {name: hashlib.md5((folder / name).read_bytes()).hexdigest() for name in SOURCE.official}
    with pytest.raises(ValueError, match=r"complete but not the official CIFAR-100 .*--no-verify"):
        open_dataset("cifar100", root=tmp_path)
    monkeypatch.setattr(CIFAR100, "train_list", [("train", md5["train"])])
    monkeypatch.setattr(CIFAR100, "test_list", [("test", md5["test"])])
    monkeypatch.setattr(CIFAR100, "meta", CIFAR100.meta | {"md5": md5["meta"]})
    assert open_dataset("cifar100", root=tmp_path).official is True


def test_what_is_missing_is_named_with_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no complete CIFAR-100 in .*open_dataset\('cifar100'.*download=True"):
        open_dataset("cifar100", root=tmp_path)
    (write_cifar100(tmp_path) / "meta").unlink()
    with pytest.raises(FileNotFoundError, match="missing: meta"):
        open_dataset("cifar100", root=tmp_path)


def test_it_is_told_from_cifar10(tmp_path):
    folder = write_cifar100(tmp_path / "b")
    assert detect_dataset(folder) == detect_dataset(tmp_path / "b") == "cifar100"
    assert detect_dataset(write_cifar(tmp_path / "a")) == "cifar10"
    with pytest.raises(FileNotFoundError, match="no complete CIFAR-10 in"):
        open_dataset("cifar10", root=folder)
