"""Trees of pictures like ImageNet's."""

import numpy as np
import pytest
import torch
from PIL import Image

from inception_edu.datasets import open_dataset

from .conftest import jpeg


@pytest.fixture
def tree(tmp_path):
    for split, count in (("train", 4), ("val", 2)):
        for k, name in enumerate(("cat", "dog", "eel")):
            (tmp_path / split / name).mkdir(parents=True)
            for n in range(count):
                (tmp_path / split / name / f"{n}.jpg").write_bytes(jpeg(60 + 10 * k, 40, seed=n))
    return tmp_path


def test_both_splits(tree):
    train = open_dataset("image_folder", root=tree)
    assert train.classes == ("cat", "dog", "eel")
    assert train.labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert not train.official
    assert train[0][0].shape == (3, 224, 224)
    for split in ("val", "test"):
        opened = open_dataset("image_folder", root=tree, split=split)
        assert opened.labels.tolist() == [0, 0, 1, 1, 2, 2]
        assert opened.split == "test"


def test_an_image_is_the_whole_picture_or_its_centre(tree):
    opened = open_dataset("image_folder", root=tree, image_size=35)
    native, label = opened.native(4)
    assert label == 1
    np.testing.assert_array_equal(native.permute(1, 2, 0), np.asarray(Image.open(tree / "train/dog/0.jpg")))
    # the shorter side is 40 = 35 · 8/7 already, so the middle is cut out as it is
    assert torch.equal(opened[4][0], native[:, 2:37, 18:53])


def test_a_class_missing_from_val_keeps_the_labels_of_the_others(tree):
    for path in (tree / "val/cat").iterdir():
        path.unlink()
    (tree / "val/cat").rmdir()
    with pytest.warns(UserWarning, match="classes without a sample: 1"):
        opened = open_dataset("image_folder", root=tree, split="val")
    assert opened.labels.tolist() == [1, 1, 2, 2]
    assert opened.classes == ("cat", "dog", "eel")


def test_a_class_that_train_has_not(tree):
    (tree / "val/fox").mkdir()
    with pytest.raises(ValueError, match=r"val has classes that the training split has not: fox"):
        open_dataset("image_folder", root=tree, split="val")


def test_missing_and_empty_folders(tmp_path):
    expected = r"train: expected train/<class>/ and val/<class>/ with pictures inside, or <class>/ folders alone, in"
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError, match=expected):
            open_dataset("image_folder", root=folder)
    (tmp_path / "train").mkdir()
    with pytest.raises(ValueError, match="has no folders: expected one for each class"):
        open_dataset("image_folder", root=tmp_path)
    (tmp_path / "train/cat").mkdir()
    with pytest.raises(ValueError, match="train holds no picture"):
        open_dataset("image_folder", root=tmp_path)


@pytest.mark.parametrize("name", ["val", "test"])
def test_both_usual_names_of_the_test_split(tree, name):
    (tree / "val").rename(tree / name)
    assert len(open_dataset("image_folder", root=tree, split="test")) == 6


def test_nothing_to_download(tree):
    with pytest.raises(ValueError, match="image_folder has nothing to download"):
        open_dataset("image_folder", root=tree, download=True)


def test_unreadable_pictures_are_errors_until_prepare_leaves_them_out(tree):
    (tree / "train/cat/0.jpg").write_bytes(jpeg()[:2000])
    opened = open_dataset("image_folder", root=tree)
    with pytest.raises(ValueError, match=r"0.jpg cannot be read as a picture: .*prepare\(\) finds such pictures"):
        opened[0]
    with pytest.warns(UserWarning, match="images missing, unreadable or truncated: 1"):
        opened.prepare()
    assert len(opened) == len(opened.paths) == 11
    assert opened.report == {"images missing, unreadable or truncated": 1}
    assert opened[0][1] == 0


def test_all_unreadable(tree):
    for path in tree.glob("val/*/*.jpg"):
        path.write_bytes(b"not a picture")
    with pytest.raises(ValueError, match="none of the 6 pictures of the test split can be read"):
        open_dataset("image_folder", root=tree, split="val").prepare()


def test_a_picture_of_absurd_size_is_refused(tree):
    width = height = 50_000
    header = b"P6 %d %d 255\n" % (width, height)
    (tree / "train/cat/0.jpg").rename(tree / "train/cat/0.ppm")
    (tree / "train/cat/0.ppm").write_bytes(header)
    opened = open_dataset("image_folder", root=tree)
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        opened[0]


def test_a_subset(tree):
    opened = open_dataset("image_folder", root=tree, subset=6)
    assert opened.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert len(opened.paths) == 6
