"""Runs side by side: groups, means, spreads, the table and the plot."""

import json
import statistics

import pytest

from inception_edu import train
from inception_edu.cli import main
from inception_edu.experiments.comparison import compare, load_runs, to_text

from ..training.tiny import TinyNet, tiny_recipe, tiny_sets


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three seeds of one experiment, two of another, and a run that has not ended."""
    folder = tmp_path_factory.mktemp("runs")
    for smoothing, seeds in ((0.0, (0, 1, 2)), (0.2, (0, 1))):
        for seed in seeds:
            recipe = tiny_recipe(seed=seed, **{"loss.smoothing": smoothing, "optimizer.lr": 0.01, "epochs": 2})
            out = folder / f"{smoothing}-{seed}"
            train(recipe, model=TinyNet(seed=seed), datasets=tiny_sets(), out=out, progress=False)
    (folder / "unfinished").mkdir()
    (folder / "unfinished" / "checkpoint.pt").write_bytes(b"")
    return folder


def test_runs_that_differ_in_the_seed_alone_are_one_group(runs):
    finished, unfinished = load_runs(sorted(runs.iterdir()))
    groups = compare(finished)
    assert {(group.name, len(group.runs)) for group in groups} == {
        ("tiny loss.smoothing=0.0", 3),
        ("tiny loss.smoothing=0.2", 2),
    }
    assert unfinished == [str(runs / "unfinished")]
    means = [statistics.fmean(group.accuracies) for group in groups]
    assert means == sorted(means, reverse=True)


def test_a_single_group_has_the_recipes_name(runs):
    finished, _ = load_runs([runs / "0.0-0", runs / "0.0-1"])
    assert [group.name for group in compare(finished)] == ["tiny"]


def test_the_table(runs):
    text = to_text(compare(load_runs(sorted(runs.glob("0*")))[0]), ["runs/late"])
    lines = text.splitlines()
    assert lines[0].split()[:2] == ["experiment", "runs"]
    assert len(lines) == 5
    assert lines[-1] == "unfinished: runs/late"


def test_the_command_prints_json_and_plots(runs, tmp_path, capsys):
    picture = tmp_path / "curves.png"
    status = main(["compare", *map(str, sorted(runs.iterdir())), "--json", "--plot", str(picture)])
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (status, len(told["groups"]), len(told["unfinished"])) == (0, 2, 1)
    assert told["groups"][0]["test_accuracy"]["mean"] >= told["groups"][1]["test_accuracy"]["mean"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert err == f"wrote {picture}\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [("not json", "is not the result of a run"), ('{"recipe": "quick"}', "it lacks"), ("[1]", "it must be a table")],
)
def test_what_is_no_result_is_told(tmp_path, capsys, content, message):
    (tmp_path / "result.json").write_text(content)
    assert main(["compare", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1


def test_missing_empty_and_unfinished_runs_are_told(tmp_path, runs, capsys):
    for path, message in (
        (tmp_path / "none", "no run"),
        (tmp_path, "holds no run"),
        (runs / "unfinished", "none of these runs is finished"),
    ):
        assert main(["compare", str(path)]) == 2
        assert message in capsys.readouterr().err


def test_an_unknown_kind_of_picture_is_told(runs, tmp_path, capsys):
    assert main(["compare", str(runs / "0.0-0"), "--plot", str(tmp_path / "curves.xyz")]) == 2
    assert "cannot write" in capsys.readouterr().err
