"""One folder of classes, split into a training and a test part by a seed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu.datasets import open_dataset

from .conftest import jpeg

PICTURE = jpeg(20, 20)


def make(root: Path, **counts: int) -> Path:
    for name, count in counts.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for k in range(count):
            (root / name / f"{k}.jpg").write_bytes(PICTURE)
    return root


def both(root: Path, **options) -> tuple[set[str], set[str]]:
    """Names of the training and the test pictures."""
    opened = (open_dataset("image_folder", root=root, split=split, **options) for split in ("train", "test"))
    train, test = ({Path(path).relative_to(root).as_posix() for path in each.paths} for each in opened)
    return train, test


def test_every_picture_is_in_one_part_and_every_class_in_both(tmp_path):
    root = make(tmp_path, cat=10, dog=20, eel=2)
    train, test = both(root)
    assert not train & test
    assert len(train | test) == 32
    assert [sum(name.startswith(each) for name in test) for each in ("cat", "dog", "eel")] == [2, 4, 1]
    opened = open_dataset("image_folder", root=root, split="test", image_size=16)
    assert opened.classes == ("cat", "dog", "eel")
    assert opened.labels.tolist() == [0] * 2 + [1] * 4 + [2]
    assert opened.describe()["test_fraction"] == 0.2
    assert not opened.official


def test_the_split_is_that_of_every_other_machine(tmp_path):
    assert both(make(tmp_path, cat=10, dog=5))[1] == {"cat/1.jpg", "cat/5.jpg", "dog/2.jpg"}


def test_the_seed_decides_and_the_place_does_not(tmp_path):
    one, other = make(tmp_path / "one", cat=30, dog=30), make(tmp_path / "other", cat=30, dog=30)
    assert both(one) == both(other)
    assert both(one, seed=1) != both(one)


@settings(max_examples=25, deadline=None)
@given(few=st.integers(2, 30), more=st.integers(0, 5), seed=st.integers(0, 2**64 - 1))
def test_a_picture_that_is_added_moves_at_most_one(tmp_path_factory, few, more, seed):
    root = make(tmp_path_factory.mktemp("tree"), cat=few, dog=2)
    before = both(root, seed=seed)[1]
    make(root, cat=few + more)
    assert len(before - both(root, seed=seed)[1]) <= more


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_larger_part_holds_a_smaller_one(tmp_path_factory, one, other):
    root = tmp_path_factory.getbasetemp() / "nested"
    if not root.exists():
        make(root, cat=12, dog=7)
    small, large = sorted((one, other))
    assert both(root, test_fraction=small)[1] <= both(root, test_fraction=large)[1]


def test_a_class_of_one_picture_is_trained_on(tmp_path):
    root = make(tmp_path, cat=4, dog=1)
    assert open_dataset("image_folder", root=root).labels.tolist() == [0, 0, 0, 1]
    with pytest.warns(UserWarning, match="classes without a sample: 1"):
        assert open_dataset("image_folder", root=root, split="test").labels.tolist() == [0]
    for path in (root / "cat").glob("[123].jpg"):
        path.unlink()
    with pytest.raises(ValueError, match=r"no class in .* has two pictures"):
        open_dataset("image_folder", root=root, split="test")


def test_a_class_may_be_called_train(tmp_path):
    root = make(tmp_path, bus=5, car=5, train=5)
    assert open_dataset("image_folder", root=root).classes == ("bus", "car", "train")


def test_a_tree_with_splits_of_its_own_is_not_split_again(tmp_path):
    for split in ("train", "val"):
        make(tmp_path / split, cat=3, dog=3)
    (tmp_path / "notes").mkdir()
    assert len(open_dataset("image_folder", root=tmp_path)) == 6
    with pytest.raises(ValueError, match="is split into folders already: test_fraction is for folders of classes"):
        open_dataset("image_folder", root=tmp_path, test_fraction=0.5)


@pytest.mark.parametrize("part", [0, 1, -0.1, 1.5, float("nan"), "half", True, 10**400])
def test_impossible_parts(tmp_path, part):
    with pytest.raises(ValueError, match="test_fraction is a part of every class, above 0 and below 1, not"):
        open_dataset("image_folder", root=make(tmp_path, cat=3), test_fraction=part)
