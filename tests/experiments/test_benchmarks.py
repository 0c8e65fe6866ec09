"""The benchmarks' own arithmetic: clocks, targets, differences."""

import json
import sys
import time
from pathlib import Path

import pytest
import torch

from inception_edu.experiments import records
from inception_edu.training.loop import Loop

from ..training.tiny import TinyNet, tiny_recipe, tiny_sets

CPU = torch.device("cpu")


@pytest.fixture
def runs(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "benchmarks"))
    import cifar10_runs

    return cifar10_runs


def contestant(runs):
    recipe = tiny_recipe(**{"epochs": 2, "averaging.name": "none"})
    return runs.Contestant("tiny", recipe, {"optimizer.lr": 0.02}, model=TinyNet)


def test_a_run_is_timed_without_its_tests(runs, monkeypatch):
    slow_test = Loop.evaluate

    def evaluate(loop):
        time.sleep(0.3)
        return slow_test(loop)

    monkeypatch.setattr(Loop, "evaluate", evaluate)
    began = time.perf_counter()
    run = runs.timed_run(contestant(runs), tiny_sets(), CPU, progress=False, seed=3)
    whole = time.perf_counter() - began
    assert run["seed"] == 3
    assert run["settings"]["optimizer"]["lr"] == 0.02
    assert 0 < run["history"][0]["train_seconds"] < run["history"][1]["train_seconds"] == run["train_seconds"]
    assert run["train_seconds"] < whole - 0.6


def test_the_speed_is_that_of_an_epoch(runs):
    seconds = runs.seconds_per_epoch(contestant(runs), tiny_sets(480), CPU, steps=30)
    run = runs.timed_run(contestant(runs), tiny_sets(480), CPU, progress=False)
    assert 0.1 < seconds / (run["train_seconds"] / 2) < 10  # the order of magnitude; the machine may be busy


def test_the_first_time_of_an_accuracy(runs):
    import cifar10_gpu

    rows = [{"train_seconds": s, "test_accuracy": a} for s, a in ((1.0, 0.3), (2.0, None), (3.0, 0.9), (4.0, 0.8))]
    assert cifar10_gpu.first_time({"history": rows}, 0.5) == 3.0
    assert cifar10_gpu.first_time({"history": rows}, 0.95) is None
    summary = {"name": "tutorial", "test_accuracy": {"mean": 0.8}, "runs": [{"history": rows}]}
    (told,) = cifar10_gpu.add_times([summary])
    assert told["seconds_to"] == {"0.900": [3.0], "0.940": [None], "0.955": [None], "tutorial": [3.0]}


def test_the_plain_resnet_takes_small_images(runs):
    import cifar10_gpu

    model = cifar10_gpu.resnet18().eval()
    assert model(torch.zeros(1, 3, 32, 32)).shape == (1, 10)
    assert sum(p.numel() for p in model.parameters()) == 11_173_962


@pytest.fixture
def ablations(runs):
    import ablations

    return ablations


@pytest.mark.parametrize("scale", ["cpu", "gpu"])
def test_every_arm_is_a_network_that_takes_the_images(ablations, scale):
    for arm in ablations.ARMS:
        changes = ablations.settings(arm, scale)
        network = ablations.network(changes)
        assert network.trace()[-1].output == (10, 1, 1)
        assert len(network.heads) == (0 if "head" not in arm.name else 2 if "both" in arm.name else 1)
        assert arm.against in {other.name for other in ablations.ARMS}


@pytest.mark.parametrize("scale", ["cpu", "gpu"])
def test_without_reductions_the_cost_is_the_baselines(ablations, scale):
    naive = ablations.settings(next(arm for arm in ablations.ARMS if arm.name == "no reductions"), scale)
    _, budget = ablations.cost(ablations.SCALES[scale])
    wider = naive | {"model.width": naive["model.width"] + 0.001}
    assert ablations.cost(naive)[1] <= budget < ablations.cost(wider)[1]


def test_the_rate_of_an_arm_is_relative_to_the_baselines(ablations):
    rates = [
        ablations.settings(ablations.Arm("x", changes), "cpu")["optimizer.lr"]
        for changes in ({}, {"optimizer.lr": 0.5})
    ]
    assert rates[1] == rates[0] / 2


def test_an_ablation_from_command_to_record(ablations, tmp_path, monkeypatch, capsys, data):
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    small = {"epochs": 1, "data.image_size": 96, "data.subset": 20, "data.test_subset": 20, "batch_size": 10}
    monkeypatch.setitem(ablations.SCALES, "gpu", ablations.SCALES["cpu"] | small | {"model.width": 0.0625})
    folder = str(data / "cifar10_original_pixels")
    command = [
        "benchmarks/ablations.py",
        "--data",
        folder,
        "--no-verify",
        "--scale",
        "gpu",
        "--seeds",
        "0",
        "1",
        "--only",
        "GoogLeNet-BN",
        "both heads",
        "--out",
        str(tmp_path / "runs"),
    ]
    monkeypatch.setattr(sys, "argv", command)
    ablations.main()
    first = capsys.readouterr()
    ablations.main()  # finds its runs
    assert "seed 1" in first.err
    assert "seed 1" not in capsys.readouterr().err
    record = json.loads((tmp_path / "ablations_gpu.json").read_text())
    baseline, heads = record["arms"]
    assert baseline["difference"] is None
    assert heads["params"] == baseline["params"]  # the heads are not part of the network that is used
    gaps = [a - b for a, b in zip(heads["test_accuracy"]["values"], baseline["test_accuracy"]["values"])]
    assert heads["difference"]["values"] == gaps
    assert [run["seed"] for run in heads["runs"]] == [0, 1]
    assert str(tmp_path) not in json.dumps(record)


def test_an_arm_that_is_not_there_is_refused(ablations, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ablations.py", "--data", "x", "--only", "magic"])
    with pytest.raises(SystemExit):
        ablations.main()
    assert "there is no arm 'magic'; there are GoogLeNet-BN, label smoothing" in capsys.readouterr().err


def test_a_network_sees_images_in_proportion_to_what_it_was_made_for(ablations):
    v2 = next(arm for arm in ablations.ARMS if arm.name == "Inception-v2")
    baseline = ablations.SCALES["cpu"]["data.image_size"]
    assert ablations.settings(v2, "cpu")["data.image_size"] == round(baseline * 299 / 224)
    assert ablations.settings(v2, "gpu")["data.image_size"] == 32  # its stem for small images
