"""`benchmarks/pretrained.py`: from runs, ended or not, to a file and its card. `pretrained_seeds.py`: more seeds."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest
import torch

from inception_edu import create_model, train
from inception_edu.pretrained.packing import from_bytes
from inception_edu.pretrained.shipped import read_card
from inception_edu.training import Recipe

from ..datasets.conftest import write_cifar

RECIPE = Recipe.from_dict(
    {
        "name": "tiny",
        "epochs": 3,
        "batch_size": 25,
        "model": {"name": "googlenet_bn", "width": 0.05, "aux_logits": False, "options": {"dropout": 0.0}},
        "data": {"name": "cifar10", "image_size": 64, "workers": 0},
        "averaging": {"name": "ema", "decay": 0.5, "every": 1, "start": 0.5},
        "evaluation": {"every": 1},
    }
)


class Stop(Exception):
    pass


def stop_after_one(event, loop):
    if event == "epoch" and loop.epoch == 1:
        loop.save()
        raise Stop


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two runs that ended, one that did not, one of other epochs; and what the first reached."""
    root = tmp_path_factory.mktemp("made")
    data = write_cifar(root)
    common = {"data": data, "verify": False, "progress": False, "device": "cpu"}
    first = train(RECIPE, out=root / "tiny-0", **common)
    train(RECIPE, out=root / "tiny-1", seed=1, **common)
    with pytest.raises(Stop):
        train(RECIPE, out=root / "begun", seed=2, callback=stop_after_one, **common)
    train(RECIPE, out=root / "other", seed=4, epochs=1, **common)
    return root, first


@pytest.fixture
def program(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "benchmarks"))
    import pretrained
    import pretrained_seeds

    def run(root, *arguments, more_seeds=False):
        (root / "out").mkdir(exist_ok=True)
        data = [] if more_seeds else ["--data", root]
        monkeypatch.setattr(sys, "argv", ["a program", *map(str, [*arguments, *data, "--out", root / "out"])])
        (pretrained_seeds if more_seeds else pretrained).main()
        read_card.cache_clear()
        return read_card(root / "out" / "googlenet_bn-small.json")

    return run


def test_a_card_tells_of_the_run_and_of_the_file(made, program):
    root, result = made
    card = program(root, root / "tiny-0", root / "tiny-1", "--name", "small")
    told = card.details
    content = card.path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert told["finished"]
    assert told["before_packing"]["accuracy"] == pytest.approx(result.test_accuracy)
    assert told["seeds"] == [0, 1]
    assert told["over_seeds"]["values"][0] == result.test_accuracy
    assert [len(curve) for curve in told["curves"]] == [3, 3]
    assert not told["data"]["official"]
    assert "JPEG" in card.data
    assert told["command"] == "python benchmarks/pretrained.py tiny-0 tiny-1 --name small --data DIR"
    assert str(root) not in json.dumps(told)
    trained = result.model.state_dict()
    for name, value in from_bytes(content).items():
        step = trained[name].abs().max() / 127 if value.dim() > 1 else 0
        assert (value - trained[name]).abs().max() <= 0.5 * step + 1e-7
    model = create_model(card.model, weights=card.path, **card.options).eval()
    with torch.no_grad():
        assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 10)


def test_a_run_that_goes_on_says_so(made, program):
    root, _ = made
    before = sorted((path.name, path.read_bytes()) for path in (root / "begun").iterdir())
    card = program(root, root / "begun", "--name", "small")
    assert (card.details["finished"], card.details["epoch"], card.details["epochs"]) == (False, 1, 3)
    assert card.details["over_seeds"] is None
    assert before == sorted((path.name, path.read_bytes()) for path in (root / "begun").iterdir())


def test_a_run_that_began_from_weights_says_from_which(made, program, monkeypatch):
    root, _ = made
    monkeypatch.chdir(root)
    further = RECIPE.override({"name": "further", "model.options.weights": "tiny-0/model.pt"})
    train(further, out=root / "further-0", data=root, verify=False, progress=False, device="cpu", epochs=1)
    card = program(root, root / "further-0", "--name", "small")
    assert "weights" not in card.options
    assert card.details["settings"]["model"]["options"]["weights"] == "tiny-0/model.pt"
    create_model(card.model, weights=card.path, **card.options)


@pytest.mark.parametrize(
    ("folder", "message"),
    [("copy", "two of the runs have the same seed"), ("other", "tiny with seed 4 is not tiny with another seed")],
)
def test_runs_of_two_recipes_are_no_seeds_of_each_other(made, program, capsys, folder, message):
    root, _ = made
    shutil.copytree(root / "tiny-0", root / "copy", dirs_exist_ok=True)
    with pytest.raises(SystemExit):
        program(root, root / "tiny-0", root / folder, "--name", "small")
    assert capsys.readouterr().err.strip().endswith(message)


def test_seeds_that_come_later_are_as_if_they_had_been_there(made, program):
    root, _ = made
    together = program(root, root / "tiny-0", root / "tiny-1", "--name", "small").details
    alone = program(root, root / "tiny-0", "--name", "small")
    content = alone.path.read_bytes()
    later = program(root, root / "tiny-1", "--name", "small", more_seeds=True)
    assert later.path.read_bytes() == content
    for key in ("seeds", "over_seeds", "curves", "seconds", "sha256", "accuracy"):
        assert later.details[key] == together[key]
    assert later.details["command"] == alone.details["command"]
    (further,) = later.details["further_seeds"]
    assert further["command"] == "python benchmarks/pretrained_seeds.py tiny-1 --name small"


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("tiny-0", "two of the runs have the same seed"),
        ("begun", "begun has not ended: 1 of 3 epochs"),
        ("other", "tiny with seed 4 is not tiny with another seed"),
        ("nowhere", "nowhere/checkpoint.pt"),
    ],
)
def test_what_is_no_further_seed_leaves_the_card_alone(made, program, capsys, folder, message):
    root, _ = made
    before = program(root, root / "tiny-0", "--name", "small").path.with_suffix(".json").read_bytes()
    with pytest.raises(SystemExit):
        program(root, root / folder, "--name", "small", more_seeds=True)
    assert capsys.readouterr().err.strip().endswith(message)
    assert (root / "out" / "googlenet_bn-small.json").read_bytes() == before


def test_seeds_need_a_card(made, program, capsys):
    root, _ = made
    with pytest.raises(SystemExit):
        program(root, root / "tiny-1", "--name", "unknown", more_seeds=True)
    assert "googlenet_bn-unknown.json: benchmarks/pretrained.py makes it from a first run" in capsys.readouterr().err
