"""A folder of data given to a recipe that has a word to say about one."""

from pathlib import Path

import pytest

from inception_edu.datasets import open_dataset
from inception_edu.datasets.picture_files import REPLACED
from inception_edu.training import train
from inception_edu.training.prepare import settle_recipe

from ..datasets.conftest import jpeg, write_cifar, write_cifar100

SMALL = {"model.width": 0.06, "batch_size": 4, "epochs": 1, "data.workers": 0}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def pictures(tmp_path):
    """Folders of two classes alone."""
    for name in ("cat", "dog"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for k in range(5):
            (tmp_path / "mine" / name / f"{k}.jpg").write_bytes(jpeg(70, 60, seed=k))
    return tmp_path / "mine"


def test_the_folder_decides_the_source(tmp_path, pictures):
    assert settle_recipe("quick", None, {}).data.name == "shapes"
    cifar = settle_recipe("quick", write_cifar(tmp_path), {}).data
    assert (cifar.name, cifar.subset, cifar.test_subset) == ("cifar10", 4_000, 1_000)
    for folder, name in [(write_cifar100(tmp_path / "c"), "cifar100"), (pictures, "image_folder")]:
        found = settle_recipe("quick", folder, {}).data
        assert (found.name, found.subset) == (name, 0)


def test_of_an_empty_folder_the_recipe_speaks(tmp_path):
    assert settle_recipe("quick", tmp_path, {}).data.name == "cifar10"
    assert settle_recipe("quick", tmp_path / "nowhere", {}).data.name == "cifar10"
    with pytest.raises(FileNotFoundError, match="no complete CIFAR-10"):
        train("quick", data=tmp_path)


def test_changes_of_the_caller_come_last(pictures):
    assert settle_recipe("quick", pictures, {"data.name": "cifar10"}).data.name == "cifar10"


def test_other_recipes_stay_as_they_are(pictures):
    assert settle_recipe("cifar10_googlenet_bn", pictures, {}) == settle_recipe("cifar10_googlenet_bn", None, {})


def test_quick_trains_on_a_folder_of_pictures(pictures):
    result = train("quick", data=pictures, progress=False, device="cpu", **SMALL)
    train_set, test_set = result.data["train"], result.data["test"]
    assert (train_set["samples"], test_set["samples"]) == (8, 2)
    assert train_set["test_fraction"] == 0.2


def test_a_picture_that_fails_during_training_is_replaced_and_told(pictures):
    """Between the first and the second epoch a file is damaged; workers have been reading it."""
    kept = Path(open_dataset("image_folder", pictures).paths[0])

    def spoil(event, loop):
        if event == "epoch":
            for path in (pictures / "cat").glob("*.jpg"):
                if path != kept:
                    path.write_bytes(b"gone")

    changes = SMALL | {"epochs": 2, "data.workers": 1}
    result = train("quick", data=pictures, progress=False, device="cpu", callback=spoil, **changes)
    assert len(result.history) == 2
    assert f"test: {REPLACED}: 1" in result.notes
    assert f"train: {REPLACED}: 3" in result.notes
