"""What a run has to show beyond its accuracy, and what `train` says of arguments that cannot be."""

import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu import train
from inception_edu.training import run as run_module
from inception_edu.training.distributed import choose_device

from ..anything import anything, ends_well
from .tiny import CLASSES, TinyNet, tiny_recipe, tiny_sets


def run(model=None, out=None, **changes):
    return train(tiny_recipe(**changes), model=model or TinyNet(), datasets=tiny_sets(), out=out, progress=False)


def test_the_confusion_matrix_counts_every_test_image():
    _, test_set = tiny_sets()
    result = run(**{"epochs": 1, "optimizer.lr": 0.01, "evaluation.batch_size": 7})
    with torch.no_grad():
        found = result.model((test_set.images / 255 - 0.5) / 0.25).argmax(1)
    expected = torch.zeros(3, 3, dtype=torch.int64)
    for label, answer in zip(test_set.labels.tolist(), found.tolist()):
        expected[label, answer] += 1
    assert torch.equal(result.confusion_matrix, expected)
    assert result.test_accuracy == expected.diagonal().sum() / 24
    assert list(result.class_accuracy) == list(CLASSES)
    assert result.class_accuracy["green"] == expected[1, 1] / 8


def test_an_output_without_a_class_has_its_number():
    result = run(TinyNet(classes=5), epochs=1)
    assert result.classes == (*CLASSES, "3", "4")
    assert result.confusion_matrix.shape == (5, 5)
    assert result.class_accuracy["4"] is None


def test_the_file_says_what_a_prediction_needs(tmp_path):
    result = run(out=tmp_path)
    told = json.loads((tmp_path / "result.json").read_text())
    assert told["classes"] == list(CLASSES)
    assert told["normalization"] == {"mean": [0.5] * 3, "std": [0.25] * 3}
    assert told["image_size"] == 8
    assert told["confusion_matrix"] == result.confusion_matrix.tolist()
    assert told["class_accuracy"] == list(result.class_accuracy.values())


def test_a_finished_run_that_is_resumed_has_the_same_matrix(tmp_path):
    whole = run(out=tmp_path, **{"evaluation.like_training": True, "augment.flip": "random"})
    options = {"model": TinyNet(), "datasets": tiny_sets(), "progress": False, "resume": True, "out": tmp_path}
    again = train(tiny_recipe(**{"evaluation.like_training": True, "augment.flip": "random"}), **options)
    assert torch.equal(whole.confusion_matrix, again.confusion_matrix)


# ----------------------------------------------------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("recipe", 5, "a recipe's name, a TOML file or a Recipe"),
        ("data", 5, "the path of a folder"),
        ("out", "", "the path of a folder"),
        ("out", "a\0b", "the path of a folder"),
        ("verify", "no", "True or False"),
        ("resume", 1, "True or False"),
        ("progress", "yes", "True or False"),
        ("tensorboard", None, "True or False"),
        ("device", 3.5, "the name of a device"),
        ("model", TinyNet, "a network"),
        ("datasets", (1, 2, 3), "a pair of data sets"),
        ("datasets", "ab", "a pair of data sets"),
        ("callback", "print", "a function"),
        ("checkpoint_seconds", -1, "a number of seconds, at least 0"),
        ("checkpoint_seconds", math.nan, "a number of seconds, at least 0"),
        ("checkpoint_seconds", "30", "a number of seconds, at least 0"),
    ],
)
def test_an_argument_that_cannot_be_is_one_line(name, value, wanted):
    with pytest.raises(ValueError, match=f"^{name} is {wanted}"):
        train(**{name: value})


def test_weights_that_do_not_exist_yet():
    with pytest.raises(ValueError, match="lazy, or on the meta device"):
        run(TinyNet().to("meta"))


ARGUMENTS = "data verify download out resume device model datasets progress callback checkpoint_seconds tensorboard"


@pytest.mark.parametrize("name", [*ARGUMENTS.split(), "epochs"])
@settings(max_examples=60, deadline=None)
@given(value=anything)
def test_whatever_is_passed_ends_in_one_line_or_goes_on(name, value):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "Loop", None)  # no further than that
        patch.setattr(run_module, "RunFolder", lambda path: None)
        patch.setattr(run_module, "open_data", stop)
        ends_well(train, tiny_recipe(), **{name: value})


def stop(*args):
    raise ValueError("the arguments are good")


@settings(max_examples=100, deadline=None)
@given(pair=st.tuples(anything, anything))
def test_whatever_is_given_as_data_ends_in_one_line(pair):
    ends_well(train, tiny_recipe(), datasets=pair, model=TinyNet())


@settings(max_examples=100, deadline=None)
@given(name=st.text() | st.sampled_from(["meta", "cuda:-1", "cpu:99999999999", "cuda:99", "\ud800", "xla", "mps"]))
def test_whatever_is_named_as_device_ends_in_one_line(name):
    ends_well(choose_device, name)
