"""The program that runs a chapter's experiment for longer."""

import json
from pathlib import Path

import pytest

from inception_edu.experiments.records import FOLDER

ROOT = Path(__file__).resolve().parents[2]
RECORDS = sorted(FOLDER.glob("[0-9][0-9]_*.json"))


@pytest.fixture
def experiment(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import chapter_experiment

    return chapter_experiment.experiment


def notebook(path: Path, *sources: str) -> Path:
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [source]} for source in sources]}))
    return path


def test_settings_are_replaced_and_later_cells_left_alone(experiment, tmp_path):
    settings = "EPOCHS = 3  # a GPU reader: 40\nSEEDS = range(3)  # a GPU reader: range(10)\n"
    chapter = notebook(tmp_path / "chapter.ipynb", settings, "runs = {'a': [EPOCHS] * len(SEEDS)}", "1 / 0")
    assert experiment(chapter, epochs=7, seeds=2) == {"a": [7, 7]}


def test_a_chapter_without_an_experiment_is_refused(experiment, tmp_path):
    with pytest.raises(ValueError, match="makes no `runs`"):
        experiment(notebook(tmp_path / "chapter.ipynb", "x = 1"), epochs=1, seeds=1)


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_belongs_to_a_chapter_and_says_how_it_was_made(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    chapter = (ROOT / "chapters" / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    assert path.stem in record["command"]
    assert record["versions"]["torch"]
    assert record["recipe"]["epochs"] == record["epochs"]
    for name, accuracies in record["test_accuracy"].items():
        assert name in chapter  # the ways that the chapter compares
        assert len(accuracies) == record["seeds"]
