"""Every shipped recipe trains two epochs on real images, its network narrow and its images few."""

import json
from pathlib import Path

import pytest
import torch
from torchvision.io import write_png

from inception_edu import create_model, open_dataset, train
from inception_edu.training import list_recipes, load_recipe

FEW = {"epochs": 2, "data.subset": 20, "data.test_subset": 20, "batch_size": 10, "data.workers": 0, "model.width": 0.1}
# The least that their auxiliary heads take; the notes' pool to a grid of their own, whatever comes in.
SMALL = {"inception_v2": 107, "inception_v2_notes": 83, "googlenet_bn_notes": 83, "googlenet": 83, "googlenet_bn": 83}


@pytest.fixture
def folder(data, request, tmp_path, monkeypatch):
    """Where the recipe's data is; an ImageNet-style tree is made of CIFAR's pictures."""
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path / "cache"))
    source = load_recipe(request.getfixturevalue("name")).data.name
    if source == "voc_objects":
        return data
    if source != "image_folder":
        return data / "cifar10_original_pixels"
    pictures = open_dataset("cifar10", data / "cifar10_original_pixels", subset=20, verify=False)
    for index, (image, label) in enumerate(pictures):
        for part in ("train", "val"):
            place = tmp_path / "tree" / part / pictures.classes[label]
            place.mkdir(parents=True, exist_ok=True)
            write_png(image, str(place / f"{index}.png"))
    return tmp_path / "tree"


@pytest.fixture(params=list_recipes())
def name(request):
    return request.param


@pytest.mark.filterwarnings("ignore:voc_objects test. classes without a sample")
def test_a_recipe_trains_two_epochs_on_real_images(name, folder, tmp_path, monkeypatch):
    recipe = load_recipe(name)
    changes = dict(FEW)
    if recipe.data.name in ("voc_objects", "image_folder"):
        changes["data.image_size"] = SMALL[recipe.model.name]
    if recipe.data.name == "voc_objects":
        changes["data.test_subset"] = 0.5  # few as they are, they hold one bus
    begun = recipe.model.options.get("weights", "")
    if begun.startswith("runs/"):  # goes on from the run of another recipe
        monkeypatch.chdir(tmp_path)
        run = Path(begun).parent
        train(run.name.rpartition("-")[0], data=folder, verify=False, out=run, progress=False, **changes)
    elif recipe.model.name == "googlenet_uva" or begun:
        del changes["model.width"]  # is narrow by itself, or as wide as its weights are
    out = tmp_path / "run"
    result = train(name, data=folder, verify=False, out=out, progress=False, **changes)

    assert [row["epoch"] for row in result.history] == [1, 2]
    assert all(row["train_loss"] > 0 and 0 <= row["train_accuracy"] <= 1 for row in result.history)
    assert 0 <= result.test_accuracy <= 1
    written = json.loads((out / "result.json").read_text())
    assert written["recipe"] == name
    assert not written["official"]
    assert any("not the official set" in note for note in written["notes"])
    published_slips = [note for note in written["notes"] if "slip kept" in note]
    assert bool(published_slips) == (name in ("voc_inception_v2", "voc_googlenet_bn"))

    # the weights in the folder are the trained network's
    settings, size = recipe.override(changes).model, recipe.override(changes).data.image_size
    again = create_model(
        settings.name,
        num_classes=result.data["train"]["classes"],
        image_size=size,
        stem=settings.stem,
        width=settings.width,
        aux_logits=None if settings.aux_logits else False,
        **settings.options | {"weights": out / "model.pt"},
    ).eval()
    image = torch.zeros(1, 3, size, size)
    torch.testing.assert_close(again(image), result.model(image), rtol=1e-4, atol=1e-4)  # another memory layout
