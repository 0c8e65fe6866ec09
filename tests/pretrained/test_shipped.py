"""The weights that travel with the package: whole, as their cards say, and as good as they say."""

import doctest
import hashlib
import importlib
import json
import math
import struct
import zipfile

import numpy as np
import pytest
import torch

from inception_edu import create_model, list_models, open_dataset, weights
from inception_edu.models import NewParametersWarning, load_weights, normalization
from inception_edu.pretrained import shipped
from inception_edu.training import list_recipes, load_recipe
from inception_edu.widgets import InsideView
from inception_edu.widgets.portable import quantized

SHIPPED = shipped.shipped()
IDS = [f"{card.model}-{card.name}" for card in SHIPPED]
each = pytest.mark.parametrize("card", SHIPPED, ids=IDS)

TYPES = {"I8": np.int8, "F32": np.float32}


def tensors(content: bytes) -> dict[str, np.ndarray]:
    """What is in a file of safetensors, read by its specification: a length, a header of JSON, the numbers."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    numbers = content[8 + length :]
    return {
        name: np.frombuffer(numbers[slice(*told["data_offsets"])], TYPES[told["dtype"]]).reshape(told["shape"])
        for name, told in header.items()
        if name != "__metadata__"
    }


@pytest.mark.parametrize(
    "module", ["pretrained", "pretrained.listing", "pretrained.packing", "models.create", "inference.predictor"]
)
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(importlib.import_module(f"inception_edu.{module}")).failed == 0


def test_googlenets_travel_along():
    cards = [card for card in weights("googlenet_bn") if card.path]
    told = [(card.name, card.image_size, card.native_size) for card in cards]
    small = [("cifar10", 64, 32), ("cifar10_96", 96, 32), ("cifar10_112", 112, 32)]
    wide = [("cifar10_96_wide", 96, 32), ("cifar10_112_wide", 112, 32)]
    assert told == [*small, *wide]  # what computes least first
    assert all(card.bytes <= 1_000_000 for card in cards[:3])
    assert all(card.bytes <= 4_000_000 for card in cards[3:])
    assert all(card.classes[3] == "cat" for card in cards)
    accuracies = [card.accuracy for card in cards]
    assert accuracies == sorted(accuracies)
    assert accuracies[2] >= 0.88
    assert accuracies[4] >= 0.90


@pytest.fixture(scope="session")
def in_use() -> set[tuple[str, str]]:
    """Model and name of the weights that the pages run, and of those that a recipe begins from."""
    models = [load_recipe(name).model for name in list_recipes()]
    pages = InsideView().card
    return {(pages.model, pages.name), *((spec.name, spec.options.get("weights", "")) for spec in models)}


@each
def test_no_file_travels_along_in_vain(card, in_use):
    same_size = [other for other in SHIPPED if (other.model, other.bytes) == (card.model, card.bytes)]
    best = max(same_size, key=lambda other: other.accuracy)
    assert card == best or (card.model, card.name) in in_use


def test_a_small_inception_v2_travels_along():
    (card,) = (card for card in weights("inception_v2") if card.path)
    assert (card.name, card.image_size, card.native_size) == ("cifar10", 108, 32)
    assert card.accuracy > 0.8


@each
def test_the_file_is_the_one_of_the_card(card):
    content = card.path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert len(content) == card.bytes


@each
def test_every_weight_of_the_network_is_in_the_file_and_nothing_else(card):
    model = create_model(card.model, weights=card.name)
    found = shipped.load(card)
    missing, unexpected = model.load_state_dict(found, strict=False)
    assert unexpected == []
    assert all(name.endswith("num_batches_tracked") for name in missing)
    assert model.new_parameters == ()
    assert sum(p.numel() for p in model.parameters()) == card.details["params"]


@each
def test_the_network_computes_with_the_numbers_of_the_file(card):
    """Read without the package's reader, and multiplied by hand."""
    content = tensors(card.path.read_bytes())
    state = {}
    for name, value in content.items():
        if name.endswith(".scale"):
            continue
        scale = content.get(f"{name}.scale")
        shape = (-1, *[1] * (value.ndim - 1))
        state[name] = torch.tensor(value if scale is None else value.astype(np.float32) * scale.reshape(shape))
    fresh = create_model(card.model, **card.options).eval()
    fresh.load_state_dict(state, strict=False)
    images = torch.randn(2, 3, card.image_size, card.image_size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(create_model(card.model, weights=card.name).eval()(images), fresh(images))


@each
def test_the_page_runs_the_very_numbers_of_the_file(card):
    """The widgets pack for themselves, whatever model they are given: of a packed one the same whole numbers."""
    state = shipped.load(card)
    for name, value in tensors(card.path.read_bytes()).items():
        if value.dtype == np.int8:
            np.testing.assert_array_equal(quantized(state[name].numpy())[0], value)


@each
def test_the_card_agrees_with_itself(card):
    told = card.details
    confusion = np.array(told["confusion"])
    right, of = confusion.trace(), confusion.sum()
    assert card.accuracy == right / of
    assert of == told["data"]["test"]
    assert 0 <= told["accuracy"]["low"] < card.accuracy < told["accuracy"]["high"] <= 1
    for row, name in enumerate(card.classes):
        assert told["by_class"][name]["share"] == confusion[row, row] / confusion[row].sum()
    bins = told["calibration"]["bins"]
    assert sum(one["share"] for one in bins) == pytest.approx(1)
    assert sum(one["share"] * one["accuracy"] for one in bins) == pytest.approx(card.accuracy)
    before = told["before_packing"]
    assert before["accuracy"] - card.accuracy == pytest.approx(before["difference"])
    assert before["only_before"] - before["only_packed"] == pytest.approx(before["difference"] * of)
    assert told["finished"] == (told["epoch"] == told["epochs"])
    assert told["command"].startswith("python benchmarks/pretrained.py ")
    assert told["licence"]
    assert told["not_for"]


@each
def test_eight_bits_cost_at_most_half_a_point(card):
    assert card.details["before_packing"]["difference"] <= 0.005


@each
@pytest.mark.slow
def test_it_is_as_good_on_the_original_pixels(card, data):
    """The 500 test pictures that never were JPEG: within what chance and another compression may do."""
    folder = data / "cifar10_original_pixels"
    if not folder.is_dir():
        pytest.skip(f"no original pixels at {folder}")
    pictures = open_dataset("cifar10", root=folder, split="test", verify=False)
    model = create_model(card.model, weights=card.name).eval()
    assert pictures.classes == card.classes
    views = card.prepare(*(pictures[index][0] for index in range(len(pictures))))
    with torch.no_grad():
        guesses = torch.cat([model(part).argmax(1) for part in views.split(100)])
    found = (guesses == pictures.labels).double().mean().item()
    error = math.sqrt(card.accuracy * (1 - card.accuracy) / len(pictures))
    assert abs(found - card.accuracy) < 4 * error + 0.02


def test_options_come_from_the_card_and_the_callers_go_before_it():
    model = create_model("googlenet_bn", weights="cifar10", dropout=0.3)
    assert model.architecture.options["width"] == 0.375
    assert model.architecture.options["dropout"] == 0.3
    assert model.architecture.image_size == (64, 64)
    assert model.weights_card is weights("googlenet_bn")[0]
    assert create_model("googlenet_bn", width=0.05, num_classes=3).weights_card is None


def test_another_number_of_classes_starts_a_new_classifier():
    with pytest.warns(NewParametersWarning, match="not in the package's weights 'cifar10' of googlenet_bn, and"):
        model = create_model("googlenet_bn", weights="cifar10", num_classes=3)
    assert model.new_parameters == ("stages.linear.weight", "stages.linear.bias")
    assert model.weights_card.name == "cifar10"


def test_weights_by_name_load_into_a_model_that_is_there():
    model = create_model("googlenet_bn", **weights("googlenet_bn")[0].options)
    load_weights(model, "cifar10")
    trained = create_model("googlenet_bn", weights="cifar10")
    assert all(map(torch.equal, model.parameters(), trained.parameters()))
    load_weights(model, trained.state_dict())
    assert model.weights_card is None  # where these come from, nobody said


@pytest.mark.parametrize(
    ("model", "options", "error", "message"),
    [
        ("googlenet_bn", {"weights": "cifar10", "width": 0.5}, ValueError, r"has width=0\.375, not 0\.5: leave width"),
        ("googlenet_bn", {"weights": "cifar10", "stem": "cifar"}, ValueError, "has stem='imagenet', not 'cifar'"),
        ("googlenet_bn", {"weights": "cifar11"}, FileNotFoundError, "for googlenet_bn 'cifar10'"),
        ("inception_v4", {"weights": "cifar10"}, FileNotFoundError, "there is no file cifar10; weights are"),
    ],
)
def test_what_cannot_be_is_one_line(model, options, error, message):
    with pytest.raises(error, match=message) as caught:
        create_model(model, **options)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    card = SHIPPED[0]
    for suffix in (".json", ".safetensors"):
        content = bytearray(card.path.with_suffix(suffix).read_bytes())
        if suffix == ".safetensors":
            content[-1] ^= 1
        (tmp_path / f"{card.model}-{card.name}{suffix}").write_bytes(content)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="is not the file that its card describes"):
        create_model(card.model, weights=card.name)


def test_torchvisions_have_cards_without_a_download():
    import torchvision

    (card,) = [card for card in weights("inception_v3") if card.name == "imagenet"]
    theirs = torchvision.models.Inception_V3_Weights.IMAGENET1K_V1
    assert list(card.classes) == theirs.meta["categories"]
    assert card.url == theirs.url
    assert card.sha256 in theirs.url
    assert card.accuracy == pytest.approx(theirs.meta["_metrics"]["ImageNet-1K"]["acc@1"] / 100)
    for known in weights():
        if known.url:
            assert known.normalization == normalization(known.model)


def test_the_list_is_of_networks_that_there_are():
    cards = weights()
    assert {card.model for card in cards} <= set(list_models())
    assert len({(card.model, card.name) for card in cards}) == len(cards)
    with pytest.raises(ValueError, match="there is no model 'googlenett'"):
        weights("googlenett")


@pytest.mark.slow
def test_the_wheel_has_the_files(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    for card in SHIPPED:
        for suffix in (".json", ".safetensors"):
            assert f"inception_edu/pretrained/files/{card.model}-{card.name}{suffix}" in inside
