"""`inception-edu train` as a user or a program meets it."""

import json
import os

import pytest

from inception_edu.cli import main
from inception_edu.training.folders import new_folder, runs_of

FEW = ["--epochs", "1", "--subset", "40", "--set", "data.test_subset=20", "--set", "model.width=0.1"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments):
    status = main(["train", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_quick_json_is_what_the_design_says(capsys, tmp_path):
    status, out, err = run(capsys, "quick", *FEW, "--json")
    told = json.loads(out)
    assert status == 0
    assert {
        "recipe",
        "model",
        "data",
        "official",
        "epochs",
        "seed",
        "device",
        "seconds",
        "test_accuracy",
        "history",
        "checkpoint",
    } <= set(told)
    assert (told["recipe"], told["model"], told["data"], told["epochs"]) == ("quick", "googlenet_bn", "shapes", 1)
    assert (told["official"], told["seed"]) == (True, 0)
    (row,) = told["history"]
    assert {"epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy"} <= set(row)
    assert row["test_accuracy"] == told["test_accuracy"]
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("quick-")
    assert (tmp_path / told["checkpoint"]).is_file()
    assert json.loads((folder / "result.json").read_text()) == told
    assert "runs/quick-" in err


def test_quick_on_a_cifar_folder(capsys, data):
    folder = str(data / "cifar10_original_pixels")
    status, out, _ = run(capsys, "quick", "--no-verify", "--data", folder, *FEW, "--json")
    told = json.loads(out)
    assert (status, told["data"], told["official"]) == (0, "cifar10", False)
    assert any("class-balanced subset of 40 images" in note for note in told["notes"])

    status, _, err = run(capsys, "quick", "--data", folder, *FEW)
    assert status == 2
    assert "--no-verify" in err or "verify=False" in err


def test_the_latest_run_continues_without_naming_it(capsys):
    assert run(capsys, "quick", *FEW)[0] == 0
    status, out, err = run(capsys, "quick", *FEW, "--resume")
    assert (status, "test accuracy" in out, "runs/quick-" in err) == (0, True, True)


def test_resume_finds_the_recipes_own_run(tmp_path):
    """Not that of a sibling, however late; and whatever characters the name has."""
    own = ["tiny-20200101-000000", "tiny-20200101-000001"]
    others = ["tiny-wide-20210101-000000", "tiny-20200101-000000-copy", "my[1]-20200101-000000"]
    for time, name in enumerate([*own, *others]):
        (tmp_path / name).mkdir()
        (tmp_path / name / "checkpoint.pt").touch()
        os.utime(tmp_path / name / "checkpoint.pt", (time, time))
    (tmp_path / "tiny-20220101-000000").mkdir()  # begun, but without a checkpoint
    assert [path.name for path in runs_of(tmp_path, "tiny")] == ["tiny-20200101-000001", "tiny-20200101-000000"]
    assert [path.name for path in runs_of(tmp_path, "my[1]")] == ["my[1]-20200101-000000"]
    assert runs_of(tmp_path, "my1") == runs_of(tmp_path / "none", "tiny") == []


def test_a_new_folder_is_one_of_the_recipes(tmp_path):
    for _ in range(3):
        folder = new_folder(tmp_path, "my[1]")  # there are three within a second
        (folder / "checkpoint.pt").touch()
    assert len(runs_of(tmp_path, "my[1]")) == 3


def test_two_runs_at_once_get_two_folders(capsys, tmp_path):
    for _ in range(2):
        assert run(capsys, "quick", *FEW, "--subset", "10")[0] == 0
    assert len(list((tmp_path / "runs").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["quik"], "no recipe 'quik'; did you mean 'quick'?"),
        ([], "say which recipe to train"),
        (["quick", "--epochs", "0"], "epochs = 0 is not possible"),
        (["quick", "--set", "optimizer.lr"], "is not key=value"),
        (["quick", "--set", "optimizer.lr=-1"], "optimizer.lr = -1.0 is not possible"),
        (["quick", "--set", "optimiser.lr=1"], "did you mean 'optimizer.lr'?"),
        (["quick", "--resume"], "no run of quick"),
        (["quick", "--device", "abacus"], "device 'abacus' cannot be used here"),
        (["quick", "--set", "model.name=resnet"], "resnet"),
        (["cifar10_classic", "--data", "nowhere"], "nowhere"),
        (["own.toml"], "no recipe file own.toml"),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, message):
    status, out, err = run(capsys, *arguments)
    told = [line for line in err.splitlines() if not line.startswith("quick: writing") and "writing to" not in line]
    assert (status, out) == (2, "")
    assert len(told) == 1
    assert message in told[0]


def test_list_fields_and_show(capsys):
    assert "voc_modern" in run(capsys, "--list")[1]
    assert "optimizer.lr = 0.1" in run(capsys, "--fields")[1]
    shown = run(capsys, "quick", "--show", "--set", "optimizer.lr=0.5")[1]
    assert "optimizer.lr = 0.5" in shown.splitlines()
    assert "data.name = cifar10" in run(capsys, "quick", "--show", "--data", "somewhere")[1].splitlines()
