"""A task to learn by heart, and what label smoothing does on it."""

import pytest
import torch
from torch.nn import functional

from inception_edu.experiments import calibration
from inception_edu.experiments.by_heart import KINDS, fit, pictures
from inception_edu.experiments.records import recorded


def test_pictures_are_normalized_and_of_four_kinds():
    images, labels = pictures("train", 60)
    assert images.shape == (60, 3, 16, 16)
    assert images.mean((2, 3)).abs().max() < 1e-5
    torch.testing.assert_close(images.std((1, 2, 3)), torch.ones(60))
    assert set(labels.tolist()) == set(range(len(KINDS)))


def test_the_same_seed_trains_the_same_network():
    data = pictures("train", 100)
    one, other = (calibration.trained(0.1, data, seed=3, epochs=1).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_calibration_error_by_hand():
    # two pictures at 90 %, one of them wrong; two at 60 %, both right: (|0.9 - 0.5| + |0.6 - 1|) / 2
    p = torch.tensor([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    assert calibration.calibration_error(p.log(), torch.tensor([0, 1, 0, 1])) == pytest.approx(0.4)


def test_it_learns():
    data = pictures("train", 100)
    model = fit(calibration.small_network(), data, functional.cross_entropy, seed=0, epochs=6)
    assert (model(data[0]).argmax(1) == data[1]).float().mean() > 0.6


def test_the_record_has_a_value_a_seed():
    record = recorded("11_label_smoothing")
    for group in record["measured"]:
        assert {len(values) for values in group.values() if isinstance(values, list)} == {len(record["seeds"])}
        assert len(record["seeds"]) >= 5
