"""Records: what every one says of itself, and how one is written."""

import json
import sys
from pathlib import Path

import pytest

from inception_edu.experiments.records import FOLDER, recorded, write_record
from inception_edu.training import Recipe

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize("path", [*FOLDER.glob("*.json"), *BENCHMARKS.glob("*.json")], ids=lambda path: path.stem)
def test_every_record_says_where_it_comes_from(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["benchmark"] == path.stem
    assert {"command", "date", "device", "device_name", "platform", "versions", "commit", "machine"} <= set(record)
    assert {"python", "torch", "torchvision"} <= set(record["versions"])
    if record["command"] != "make bench":
        program = record["command"].split()[1]
        assert (BENCHMARKS.parent / program).is_file()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["benchmarks/x.py", "--data", "here/secret", "--seeds", "0"], "benchmarks/x.py --data DIR --seeds 0"),
        (["/home/secret/benchmarks/x.py", "--out=/secret/y"], "benchmarks/x.py --out=DIR"),
        (["benchmarks/x.py", "~/secret", "C:\\secret", "--lr=0.1"], "benchmarks/x.py DIR DIR --lr=0.1"),
    ],
)
def test_a_record_names_no_folder_of_the_machine(tmp_path, monkeypatch, typed, shown):
    monkeypatch.setattr(sys, "argv", typed)
    text = write_record("x", {"found": "größer"}, folder=tmp_path).read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["command"] == f"python {shown}"
    assert record["found"] == "größer"
    assert {"benchmark", "date", "device_name", "versions", "commit", "machine"} <= set(record)
    assert "secret" not in text


def test_an_unknown_record_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"no result 'none' has been recorded; there are .*cifar10_cpu"):
        recorded("none")


def recipes(value):
    """Every recipe in nested tables and lists."""
    if isinstance(value, dict) and {"optimizer", "augment"} <= value.keys():
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from recipes(item)


@pytest.mark.parametrize("path", [*FOLDER.glob("*.json")], ids=lambda path: path.stem)
def test_what_was_measured_can_be_measured_again(path):
    for values in recipes(json.loads(path.read_text(encoding="utf-8"))):
        assert says(Recipe.from_dict(values).to_dict(), values)


def says(settings: dict, recorded: dict) -> bool:
    """Whether all that was recorded stands in the settings; those that came later are as they are by default."""
    return all(
        says(settings[key], value) if isinstance(value, dict) and key in settings else settings.get(key) == value
        for key, value in recorded.items()
    )
