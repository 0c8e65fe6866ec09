"""The recording is what backward passes give, the picture follows it, and the book's own says where it is from."""

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
    "progress": False,
}


def book() -> dict:
    return recorded("auxiliary_gradients")


def test_a_kernel_can_record_another():
    pytest.importorskip("torch")
    from inception_edu.experiments.auxiliary_gradients import record

    recording = json.loads(json.dumps(record(every=2, seeds=[3], **TINY)))
    assert recording["with"]["steps"] == [2, 4]
    assert recording["with"]["stages"][0] == "convolution_1"
    figures = AuxiliaryGradients(recording, step=2, stage="linear").figures
    assert figures["with_norm"] == pytest.approx(recording["with"]["norms"][1][-1], rel=1e-3)
    assert recording["with"]["norms"] != recording["without"]["norms"]


def test_the_books_recording_is_of_real_runs_and_says_so():
    found = book()
    assert found["with"]["settings"]["loss"]["aux_weight"] > 0 == found["without"]["settings"]["loss"]["aux_weight"]
    source = AuxiliaryGradients().source
    assert "googlenet" in source
    assert found["with"]["device_name"] in source
    assert len(AuxiliaryGradients().to_html()) < 60_000


def test_a_mean_square_a_weight_is_the_norm_over_the_root_of_their_number():
    widget = AuxiliaryGradients(stage="inception_4a")
    norm = widget.figures["with_norm"]
    widget.scale = "weight"
    count = book()["with"]["parameters"][book()["with"]["stages"].index("inception_4a")]
    assert widget.figures["with_norm"] == pytest.approx(norm / count**0.5)


def test_the_sentence_and_the_step_follow_the_slider(still):
    page = still(AuxiliaryGradients())
    first = page.text(".iw-say")
    page.set(step=50)
    assert page.number("at") == book()["with"]["steps"][49]
    assert page.text(".iw-say") != first
    assert page.page.locator(".iw-line[d]").count() == 8, "two lines a chart, and their pieces in the legend"


def test_a_recording_that_is_no_pair_gets_one_clear_line(tmp_path):
    other = copy.deepcopy(book())
    other["without"]["stages"] = ["another"]
    for recording in ({}, {"with": book()["with"]}, other):
        with pytest.raises(ValueError, match="'with' and 'without' heads"):
            AuxiliaryGradients(recording)
    with pytest.raises(FileNotFoundError):
        AuxiliaryGradients(tmp_path / "none.json")
