"""Result files are read whatever is in them: as a run, or in one line that names the file and the field."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu.cli import main
from inception_edu.experiments.comparison import compare, to_text
from inception_edu.experiments.results import check_result

from ..anything import anything, ends_well

GOOD = {
    "recipe": "quick",
    "model": "googlenet_bn",
    "data": "shapes",
    "official": True,
    "epochs": 2,
    "seed": 0,
    "device": "cpu",
    "device_name": "a processor",
    "seconds": 1.5,
    "test_accuracy": 0.5,
    "history": [
        {"epoch": 1, "train_loss": 2.0, "train_accuracy": 0.2, "test_loss": None, "test_accuracy": None},
        {"epoch": 2, "train_loss": 1.0, "train_accuracy": 0.4, "test_loss": 1.1, "test_accuracy": 0.5},
    ],
    "notes": ["a note"],
    "settings": {"epochs": 2, "seed": 0, "model": {"name": "googlenet_bn", "options": {}}},
    "commit": None,
}


def places(value, path=()):
    """Every place in nested tables and lists."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


PLACES = [path for path in places(GOOD) if path]


def forged(path, value):
    """The good result with `value` at one place; without it, if the value is Ellipsis."""
    run = copy.deepcopy(GOOD)
    *parents, last = path
    table = run
    for key in parents:
        table = table[key]
    if value is ...:
        del table[last]
    else:
        table[last] = value
    return run


def show(run):
    to_text(compare([check_result(run), check_result(GOOD)]))


def test_a_good_result_is_read():
    assert check_result(GOOD)["history"][1]["test_accuracy"] == 0.5
    assert check_result(GOOD)["commit"] is None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), anything)
def test_any_value_anywhere_in_a_result_ends_well(path, value):
    ends_well(show, forged(path, value))


FORGED = [None, [], {}, "x", True, -1, 1e999, 10**400, [[[[]]]], 0.5, ...]


@pytest.mark.parametrize("value", FORGED, ids=lambda value: repr(value)[:20])
def test_the_command_shows_a_forged_result_or_says_what_is_wrong(value, tmp_path, capsys):
    for number, path in enumerate(PLACES):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(forged(path, value)))
        status = main(["compare", str(file)])
        err = capsys.readouterr().err
        assert (status, err.count("\n")) in ((0, 0), (2, 1)), path
        assert status == 0 or str(file) in err


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("test_accuracy",), None, "test_accuracy must be a number, not None"),
        (("test_accuracy",), 1.5, "test_accuracy = 1.5 is not possible: it must be at least 0 and at most 1"),
        (("seed",), [0], r"seed must be a whole number, not \[0\]"),
        (("official",), "yes", "official must be true or false, not 'yes'"),
        (("history",), {}, r"history must be a list of tables, not \{\}"),
        (("history", 1, "train_loss"), "low", "history.train_loss must be a number, not 'low'"),
        (("history", 0, "epoch"), ..., "history lacks epoch"),
        (("settings",), 3, "settings must be a table, not 3"),
        (("recipe",), ..., "it lacks recipe"),
    ],
)
def test_the_field_is_named(path, value, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        check_result(forged(path, value))


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=40)
    | st.text(max_size=40).map(str.encode)
    | st.sampled_from([b"[" * 100_000, b"9" * 5000])
)
def test_any_bytes_in_the_place_of_a_result_end_in_one_line(content, tmp_path_factory):
    file = tmp_path_factory.getbasetemp() / "forged.json"
    file.write_bytes(content)
    assert main(["compare", str(file)]) == 2
