"""The program that measures chapter 13, on a small network and few pictures, and the record that it wrote."""

import math
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from inception_edu import create_model
from inception_edu.experiments.records import recorded
from inception_edu.training import load_recipe

DRAWS, COUNT = 2, 5


@pytest.fixture
def program(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "benchmarks"))
    import looking_inside_maps
    import looking_inside_rows

    return looking_inside_rows, looking_inside_maps


@pytest.fixture
def model():
    options = {"num_classes": 4, "aux_logits": False, "image_size": 64, "width": 0.125, "dropout": 0.0}
    return create_model("googlenet_bn", **options, seed=0).eval()


@pytest.fixture
def drawn():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(DRAWS, COUNT, 3, 64, 64, generator=generator)
    return x, torch.randint(4, (DRAWS, COUNT), generator=generator)


def direct(model, x, labels):
    with torch.no_grad():
        return [(model(draw).argmax(1) == y).double().mean().item() for draw, y in zip(x, labels)]


def test_ablations_share_what_comes_before(program, model, drawn):
    from inception_edu.looking import silenced

    rows, _ = program
    found = rows.ablations(model, *drawn)
    assert found["whole"] == pytest.approx(direct(model, *drawn))
    assert len(found["branches"]) == 36
    assert set(found["bypassed"]) == {"4b", "4c", "5a"}
    one = next(row for row in found["branches"] if (row["module"], row["branch"]) == ("4d", "3x3"))
    with silenced(model, "inception (4d)", "3x3"):
        assert one["without"] == pytest.approx(direct(model, *drawn))


def test_probes_and_neighbours_of_pictures_that_are_known(program, model, drawn):
    rows, _ = program
    found = rows.neighbours(model, drawn, drawn)
    assert all(values == [1.0] * DRAWS for values in found["same_class"].values()), "each is its own nearest"
    probes = rows.probes(model, drawn, drawn)
    assert next(iter(probes["accuracy"])) == "convolution 1"
    assert all(len(values) == rows.PROBE_TRAINING for values in probes["accuracy"].values())


def test_nothing_moved_is_nothing_lost(program, model, drawn):
    _, maps = program
    x, labels = drawn
    found = maps.adversaries(model, x, labels, ((0.5,) * 3, (0.25,) * 3))
    assert found["gradient"][0] == found["chance"][0]
    agree = maps.agreement(model, x[:, :1], labels[:, :1])
    assert set(agree["left"]) == {"nothing", "occlusion", "gradient", "class map", "chance"}
    assert all(-1 <= value <= 1 for values in agree["correlation"].values() for value in values)


def test_the_record_is_of_ten_draws_and_of_shares():
    record = recorded("13_looking_inside")
    assert record["draws"] == 10
    shares = [record["ablation"]["whole"], *record["probes"]["accuracy"].values(), *record["adversaries"]["gradient"]]
    assert all(math.isfinite(value) and 0 <= value <= 1 for values in shares for value in values)
    assert len(record["ablation"]["branches"]) == 36


def runs_of(*kinds):
    recipe = load_recipe("cifar10_96_googlenet_bn")
    settings = (
        {"seed": seed, "model.aux_logits": heads, **other} for seed, heads, *rest in kinds for other in rest or [{}]
    )
    return [SimpleNamespace(recipe=recipe.override(setting)) for setting in settings]


@pytest.fixture
def pairs(program):
    from auxiliary_probes import pairs

    return pairs


def test_pairs_stand_in_the_order_of_their_seeds(pairs):
    found = pairs(runs_of((1, False), (0, True), (0, False), (1, True)))
    assert [run.recipe.seed for run in found["with"]] == [run.recipe.seed for run in found["without"]] == [0, 1]
    assert all(run.recipe.model.aux_logits for run in found["with"])


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ([], "pairs of one seed"),
        ([(0, True), (1, False)], r"not \[0\] with heads and \[1\] without"),
        ([(0, True), (0, False, {"epochs": 3})], "more than their heads"),
        ([(0, True), (0, False), (1, True, {"epochs": 3}), (1, False)], "is not .* with another seed"),
    ],
)
def test_runs_that_are_no_pairs_are_refused(pairs, kinds, why):
    with pytest.raises(ValueError, match=why):
        pairs(runs_of(*kinds))
