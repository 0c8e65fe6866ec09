"""CIFAR-10: the standard folder, what is wrong with it, and how one is told."""

import hashlib
import pickle
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from inception_edu.datasets import cifar10, open_dataset
from inception_edu.datasets.cifar10 import SOURCE

from .conftest import NAMES, write_cifar


@pytest.fixture(scope="module")
def original(data):
    folder = data / "cifar10_original_pixels"
    if not folder.is_dir():
        pytest.skip(f"no real images at {folder}")
    return folder


def test_real_images(original):
    train = open_dataset("cifar10", root=original, verify=False)
    test = open_dataset("cifar10", root=original / "cifar-10-batches-py", split="test", verify=False)
    assert train.images.shape == (2_000, 3, 32, 32)
    assert test.images.shape == (500, 3, 32, 32)
    assert train.labels.bincount().tolist() == [200] * 10
    assert train.classes == tuple(NAMES)
    assert not train.official
    assert train.report == {}


def test_real_images_as_a_plain_unpickler_sees_them(original):
    raw = pickle.loads((original / "cifar-10-batches-py" / "test_batch").read_bytes(), encoding="latin1")
    test = open_dataset("cifar10", root=original, split="test", verify=False)
    np.testing.assert_array_equal(test.images.flatten(1).numpy(), raw["data"])
    assert test.labels.tolist() == raw["labels"]


def test_batches_of_the_full_size(tmp_path):
    """60,000 images, all black; protocol 4, as Python writes by default."""
    contents = batch(np.zeros((10_000, 3072), np.uint8), [k % 10 for k in range(10_000)])
    write_cifar(tmp_path, **{name: contents for names in SOURCE.files.values() for name in names})
    assert open_dataset("cifar10", root=tmp_path, verify=False).labels.bincount().tolist() == [5_000] * 10


def test_official_files_are_known_by_their_checksums(tmp_path, monkeypatch):
    folder = write_cifar(tmp_path)
    md5 = {name: hashlib.md5((folder / name).read_bytes()).hexdigest() for name in SOURCE.official}
    for kind in ("train_list", "test_list"):
        monkeypatch.setattr(CIFAR10, kind, [(name, md5[name]) for name, _ in getattr(CIFAR10, kind)])
    monkeypatch.setattr(CIFAR10, "meta", CIFAR10.meta | {"md5": md5[SOURCE.meta]})
    assert open_dataset("cifar10", root=tmp_path).official is True
    assert open_dataset("cifar10", root=tmp_path, split="test", verify=False).official is True


def test_a_complete_folder_that_is_not_official_is_refused(tmp_path):
    write_cifar(tmp_path)
    with pytest.raises(ValueError, match=r"complete but not the official CIFAR-10 .* verify=False \(--no-verify\)"):
        open_dataset("cifar10", root=tmp_path)
    assert open_dataset("cifar10", root=tmp_path, verify=False).official is False


def test_a_missing_folder_names_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"\(the folder is not there\); get it with: python -c"):
        open_dataset("cifar10", root=tmp_path / "nowhere")


def test_missing_files_are_named(tmp_path):
    folder = write_cifar(tmp_path)
    (folder / "data_batch_3").unlink()
    (folder / "batches.meta").unlink()
    with pytest.raises(FileNotFoundError, match=r"missing: data_batch_3, batches.meta\); get it with"):
        open_dataset("cifar10", root=tmp_path, verify=False)


def batch(data=None, labels=None, **more) -> bytes:
    return pickle.dumps({"data": data, "labels": labels, **more})


PIXELS = np.zeros((2, 3072), np.uint8)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "data_batch_2 is truncated or not a pickle"),
        (b"<!DOCTYPE html>", "data_batch_2 is truncated or not a pickle"),
        (pickle.dumps([1, 2]), "its data is not an array of rows of 3,072 bytes"),
        (batch(PIXELS[:, :3000], [1, 2]), "its data is not an array of rows"),
        (batch(PIXELS[:0], []), "its data is not an array of rows"),
        (batch(PIXELS, "ab"), "its labels are not a list of whole numbers"),
        (batch(PIXELS, [1, 2.0]), "its labels are not a list of whole numbers"),
        (batch(PIXELS, [1]), "has 2 images and 1 labels"),
        (batch(PIXELS, [1, 10]), "has labels outside 0 to 9"),
        (batch(PIXELS, [-1, 1]), "has labels outside 0 to 9"),
        (batch(PIXELS, [1, 2], extra=shutil.rmtree), "asks to run shutil.rmtree"),
    ],
)
@pytest.mark.parametrize("verify", [True, False])
def test_foreign_and_damaged_batches(tmp_path, contents, message, verify):
    write_cifar(tmp_path, data_batch_2=contents)
    with pytest.raises(ValueError, match=message) as error:
        open_dataset("cifar10", root=tmp_path, verify=verify)
    assert "\n" not in str(error.value)


def test_classes_without_names(tmp_path):
    write_cifar(tmp_path, batches__meta=pickle.dumps({"label_names": [1, 2]}))
    with pytest.raises(ValueError, match=r"batches\.meta does not name the classes"):
        open_dataset("cifar10", root=tmp_path, verify=False)


def test_files_written_again_with_keys_of_bytes(tmp_path):
    """As after `pickle.load(…, encoding="bytes")`, which the set's own page recommends, and `pickle.dump`."""
    labels = [k % 10 for k in range(20)]
    again = pickle.dumps({b"data": np.zeros((20, 3072), np.uint8), b"labels": labels, b"batch_label": b"batch"})
    names = pickle.dumps({b"label_names": [name.encode() for name in NAMES]})
    write_cifar(tmp_path, batches__meta=names, test_batch=again)
    opened = open_dataset("cifar10", root=tmp_path, split="test", verify=False)
    assert (opened.labels.tolist(), opened.classes) == (labels, tuple(NAMES))


def test_missing_classes_are_reported(tmp_path):
    write_cifar(tmp_path, **{f"data_batch_{k}": batch(PIXELS, [1, 2]) for k in range(1, 6)})
    with pytest.warns(UserWarning, match="classes without a sample: 8"):
        opened = open_dataset("cifar10", root=tmp_path, verify=False)
    assert opened.report == {"classes without a sample": 8}


def test_images_are_resized(tmp_path):
    write_cifar(tmp_path)
    small = open_dataset("cifar10", root=tmp_path, verify=False)
    large = open_dataset("cifar10", root=tmp_path, verify=False, image_size=64)
    assert large.images.shape == (100, 3, 64, 64)
    assert large.images.dtype == torch.uint8
    back = torch.nn.functional.avg_pool2d(large.images.float(), 2)
    assert torch.nn.functional.l1_loss(back, small.images.float()) < 40  # of noise between 0 and 255


def use(monkeypatch, init, **more):
    """Let `init` stand for torchvision's download."""
    fake = type("Fake", (CIFAR10,), {"__init__": init, **more})
    monkeypatch.setattr(cifar10, "open_split", replace(SOURCE, source=fake).open_split)


def test_download_is_verified_by_torchvision_and_leaves_complete_folders_alone(tmp_path, monkeypatch):
    asked = []

    def fetch(self, root, download):
        asked.append(root)
        write_cifar(root)

    use(monkeypatch, fetch)
    open_dataset("cifar10", root=tmp_path, verify=False, download=True)
    open_dataset("cifar10", root=tmp_path / "cifar-10-batches-py", verify=False, download=True)
    assert asked == [tmp_path]


def test_a_failed_download_is_one_line(tmp_path, monkeypatch):
    def fail(self, root, download):
        raise RuntimeError("File not found or corrupted.")

    use(monkeypatch, fail, url="https://example.org/x.tar.gz")
    with pytest.raises(OSError, match=r"could not download CIFAR-10 from https://example.org/x.tar.gz: File not found"):
        open_dataset("cifar10", root=tmp_path, download=True)
