"""The benchmarks' own arithmetic: clocks, targets, and the record that they leave."""

import json
import sys
import time
from pathlib import Path

import pytest
import torch

from .tiny import TinyNet, tiny_recipe, tiny_sets

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
    slow_test = runs.train.__globals__["Loop"].evaluate

    def evaluate(loop):
        time.sleep(0.3)
        return slow_test(loop)

    monkeypatch.setattr(runs.train.__globals__["Loop"], "evaluate", evaluate)
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


def test_the_record_has_its_provenance_and_no_path_of_this_machine(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "RESULTS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["benchmarks/x.py", "--data", "/somewhere/secret", "--seeds", "0"])
    sets = tiny_sets()
    summary = runs.sum_up(contestant(runs), [runs.timed_run(contestant(runs), sets, CPU, progress=False)])
    summary["recipe"] = "tiny"
    text = runs.write("x", CPU, sets, [summary]).read_text()
    record = json.loads(text)
    assert record["command"] == "python benchmarks/x.py --data DIR --seeds 0"
    assert {"date", "device_name", "versions", "official", "data", "commit"} <= set(record)
    assert "/somewhere" not in text


def test_the_plain_resnet_takes_small_images(runs):
    import cifar10_gpu

    model = cifar10_gpu.resnet18().eval()
    assert model(torch.zeros(1, 3, 32, 32)).shape == (1, 10)
    assert sum(p.numel() for p in model.parameters()) == 11_173_962
