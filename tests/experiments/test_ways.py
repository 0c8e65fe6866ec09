"""Ways are compared from the same weights on the same pictures, by one function for the chapters and the benchmark."""

import json
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from inception_edu.experiments import factorizing, records, reductions, ways

ROOT = Path(__file__).resolve().parents[2]
RECORDS = [records.FOLDER / f"{name}.json" for name in ("08_factorizing_convolutions", "09_grid_reduction")]


def tiny():
    return nn.Sequential(nn.AvgPool2d(8), nn.Flatten(), nn.Linear(48, 10))


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import chapter_experiment

    return chapter_experiment


def test_a_seed_decides_weights_and_pictures_and_leaves_the_callers_stream_alone():
    torch.manual_seed(7)
    before = torch.get_rng_state()
    runs = ways.compare_ways({"a": tiny, "b": tiny}, epochs=1, seeds=2)
    assert torch.equal(torch.get_rng_state(), before)
    one, other = ([run.test_accuracy for run in runs[name]] for name in "ab")
    weights = [[run.model[-1].weight for run in runs[name]] for name in "ab"]
    assert one == other
    assert torch.equal(weights[0][1], weights[1][1])
    assert not torch.equal(weights[0][0], weights[0][1])
    assert [run.recipe.seed for run in runs["a"]] == [0, 1]


@pytest.mark.parametrize("compared", [factorizing.WAYS, reductions.WAYS], ids=["factorizing", "reductions"])
def test_every_way_tells_ten_classes_apart(compared):
    for make in compared.values():
        assert make()(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_networks_that_see_5x5_cost_what_the_arithmetic_says():
    one, *pairs = ([p.numel() for p in make().parameters() if p.ndim == 4] for make in factorizing.WAYS.values())
    into_out = ((16, 16), (16, 32), (32, 32))
    assert sum(one) == 3 * 16 * 9 + sum(25 * into * out for into, out in into_out)
    for pair, cells in zip(pairs, (9, 9, 5, 5), strict=True):
        assert sum(pair) == 3 * 16 * 9 + sum(cells * (into * out + out * out) for into, out in into_out)


def test_reductions_are_of_equal_cost():
    costs = [reductions.cost(reduce, reductions.WIDTHS[name]) for name, reduce in reductions.REDUCING.items()]
    assert max(costs) < 1.1 * min(costs)


def test_the_benchmark_records_the_chapters_experiment(benchmark, monkeypatch, tmp_path):
    monkeypatch.setitem(benchmark.EXPERIMENTS, "09_grid_reduction", {"a": tiny, "b": tiny})
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    command = ["benchmarks/chapter_experiment.py", "09_grid_reduction", "--epochs", "1", "--seeds", "2"]
    monkeypatch.setattr(sys, "argv", command)
    benchmark.main()
    record = json.loads((tmp_path / "09_grid_reduction.json").read_text())
    assert record["command"] == " ".join(["python", *command])
    assert [len(record["test_accuracy"][name]) for name in "ab"] == [2, 2]
    assert record["recipe"]["epochs"] == record["epochs"] == 1


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_belongs_to_a_chapter_and_compares_its_ways(benchmark, path):
    record = json.loads(path.read_text(encoding="utf-8"))
    chapter = (ROOT / "chapters" / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    assert path.stem in record["command"]
    assert f'recorded(\\"{path.stem}\\")' in chapter
    assert record["recipe"]["epochs"] == record["epochs"]
    assert [*record["test_accuracy"]] == [*benchmark.EXPERIMENTS[path.stem]]
    assert all(len(accuracies) == record["seeds"] for accuracies in record["test_accuracy"].values())
