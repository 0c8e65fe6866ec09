"""The recording is of one network at a time, the picture follows it, and the book's own says where it is from."""

from __future__ import annotations

import copy
import json

import pytest

from inception_edu.experiments.records import recorded
from inception_edu.widgets import AuxiliaryGradients

TINY = {
    "epochs": 1,
    "batch_size": 8,
    "data.subset": 40,
    "data.test_subset": 10,
    "model.width": 0.0625,
}


def book() -> dict:
    return recorded("auxiliary_gradients")


def test_a_kernel_can_record_another():
    pytest.importorskip("torch")
    from inception_edu.experiments.auxiliary_gradients import record

    recording = json.loads(json.dumps(record(moments=(0, 4), seeds=(3, 4), **TINY)))
    assert recording["moments"] == [0, 4]
    assert recording["stages"][0] == "convolution_1"
    assert recording["factor"][0][-1] == pytest.approx(1)
    assert recording["alone"][0] != recording["alone"][1]
    figures = AuxiliaryGradients(recording, moment=2, stage="convolution_1").figures
    assert figures["at"] == 4
    assert figures["together"] / figures["alone"] == pytest.approx(recording["factor"][1][0])


def test_what_is_kept_is_found_again_and_not_taken_for_another_recipes(tmp_path, monkeypatch):
    from inception_edu.experiments.auxiliary_gradients import record

    asked = {"moments": (0, 4), "seeds": (3, 4), "keep": tmp_path, **TINY}
    first = record(**asked)
    with monkeypatch.context() as patch:
        patch.setattr("inception_edu.experiments.auxiliary_gradients._run", None)
        assert record(**asked) == first
    assert record(**asked | {"optimizer.lr": 2e-3})["alone"] != first["alone"]
    assert record(**asked | {"moments": (0, 3)})["alone"][1] != first["alone"][1]


def test_a_moment_that_the_training_does_not_reach_is_told():
    pytest.importorskip("torch")
    from inception_edu.experiments.auxiliary_gradients import record

    with pytest.raises(ValueError, match="no step 99"):
        record(moments=(0, 99), seeds=(0, 1), **TINY)


def test_the_books_recording_is_of_real_runs_and_says_so():
    found = book()
    assert found["settings"]["loss"]["aux_weight"] > 0
    assert len(found["seeds"]) >= 5
    source = AuxiliaryGradients().source
    assert "googlenet" in source
    assert found["device_name"] in source
    assert len(AuxiliaryGradients().to_html()) < 60_000


def test_the_interval_holds_the_factor_and_nothing_is_added_above_the_heads():
    below, above = (AuxiliaryGradients(stage=stage).figures for stage in ("inception_4a", "linear"))
    assert below["low"] < below["factor"] < below["high"]
    assert above["low"] == above["factor"] == above["high"] == 1


def test_the_sentence_and_the_moment_follow_the_slider(still):
    page = still(AuxiliaryGradients())
    first = page.text(".iw-say")
    page.set(moment=5)
    assert page.number("at") == book()["moments"][4]
    assert page.text(".iw-say") != first
    assert page.number("factor") == pytest.approx(book()["factor"][4][0], rel=0.01)


def test_the_axis_names_the_stages(still):
    page = still(AuxiliaryGradients())
    marks = page.page.locator(".iw-tick").all_text_contents()
    assert [mark for mark in marks if mark in ("c1", "c2", "3a", "4d", "5b", "L")] == [
        "c1",
        "c2",
        "3a",
        "4d",
        "5b",
        "L",
    ]


def test_a_recording_without_its_tables_gets_one_clear_line(tmp_path):
    short, torn = copy.deepcopy(book()), copy.deepcopy(book())
    del short["factor"]
    torn["margin"][0].pop()
    for recording in ({}, short, torn):
        with pytest.raises(ValueError, match="a figure for each stage in alone, factor, margin"):
            AuxiliaryGradients(recording)
    with pytest.raises(FileNotFoundError):
        AuxiliaryGradients(tmp_path / "none.json")
