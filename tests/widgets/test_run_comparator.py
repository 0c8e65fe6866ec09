"""Groups are the comparison's, figures are the statistics', and what is hidden does not count."""

from __future__ import annotations

import json
import statistics

import pytest

from inception_edu.experiments.comparison import difference
from inception_edu.widgets import RunComparator

from .examples import RUNS, run


def test_runs_that_differ_in_the_seed_alone_are_one_line_with_a_spread():
    figures = RunComparator(RUNS).figures
    narrow = [r["test_accuracy"] for r in RUNS if r["recipe"] == "narrow"]
    assert figures["leader"] == "wide"
    assert figures["mean_2"] == pytest.approx(statistics.fmean(narrow), rel=1e-4)
    assert figures["std_2"] == pytest.approx(statistics.stdev(narrow), rel=1e-4)


def test_a_lower_loss_is_ahead_and_a_rate_is_neither():
    runs = [run("slow", 9, 0.5), run("fast", 0, 0.5)]
    assert RunComparator(runs, metric="train_loss").figures["leader"] == "fast"
    assert RunComparator(runs, metric="learning_rate").figures["leader"] is None


def test_at_an_epoch_without_a_test_the_last_one_before_it_counts():
    widget = RunComparator([run("only", 0, 0.8)], epoch=3)
    assert widget.figures["mean_1"] == pytest.approx(0.4)
    assert widget.figures["std_1"] is None
    widget.epoch = 1
    assert widget.figures["mean_1"] is None


def test_runs_are_read_from_files_and_folders(tmp_path):
    (tmp_path / "result.json").write_text(json.dumps(RUNS[0]), encoding="utf-8")
    assert len(RunComparator([tmp_path, tmp_path / "result.json"]).groups[0]["seeds"]) == 2
    with pytest.raises(FileNotFoundError, match="no run"):
        RunComparator([tmp_path / "nothing"])


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ([], "at least one run"),
        ([{"accuracy": 1}], "a result of train"),
        ([3], "not int"),
        ([run(f"r{n}", 0, 0.5) for n in range(6)], "up to 5 groups of runs, not 6"),
        ([{**run("empty", 0, 0.5), "history": []}], "history is empty"),
    ],
)
def test_wrong_runs_get_one_clear_line(runs, message):
    with pytest.raises(ValueError, match=message):
        RunComparator(runs)


def test_a_hidden_group_leaves_the_picture_and_the_lead(still):
    page = still(RunComparator(RUNS))
    assert page.page.locator(".iw-line").count() == 2
    page.set(show_1=False)
    assert page.page.locator(".iw-line").count() == 1
    assert page.text('[data-value="leader"]') == "narrow"
    page.set(spread="runs")
    assert page.page.locator(".iw-line").count() == 3


def test_the_lead_has_the_interval_that_the_whole_book_has():
    figures = RunComparator(RUNS).figures
    arms = {name: {r["seed"]: r["test_accuracy"] for r in RUNS if r["recipe"] == name} for name in ("wide", "narrow")}
    seeds = sorted(arms["wide"])
    found = difference(*([arm[seed] for seed in seeds] for arm in arms.values()))
    assert figures["gap"] == pytest.approx(found["mean"], abs=2e-5)
    assert figures["margin"] == pytest.approx(found["margin"], abs=2e-4)


def test_a_difference_that_may_be_chance_is_called_that(still):
    runs = [run("one", seed, 0.7 + 0.02 * seed) for seed in range(3)]
    runs += [run("two", seed, 0.75 - 0.01 * seed) for seed in range(3)]
    assert "may be chance" in still(RunComparator(runs)).text(".iw-say")
    clear = [run("far", seed, 0.9 + 0.01 * seed) for seed in range(3)]
    assert "more than chance" in still(RunComparator([*runs[:3], *clear])).text(".iw-say")
    assert "says nothing of chance" in still(RunComparator([runs[0], runs[3]])).text(".iw-say")
