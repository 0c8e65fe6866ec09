"""Averaged weights against their formulas."""

import pytest
import torch
from torch import nn

from inception_edu.training.averaging import Averaging
from inception_edu.training.recipe import AveragingSpec


def averaged(spec, values):
    """What the averaging gives for a weight that takes `values` one step after another."""
    model = nn.Linear(1, 1, bias=False)
    averaging = Averaging(model, spec, total_steps=len(values))
    for step, value in enumerate(values, start=1):
        with torch.no_grad():
            model.weight.fill_(value)
        averaging.update(model, step)
    return averaging.best_model(model).weight.item()


VALUES = [3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0]


def test_none_is_the_network_itself():
    assert averaged(AveragingSpec("none"), VALUES) == 6.0


def test_mean():
    assert averaged(AveragingSpec("mean"), VALUES) == pytest.approx(sum(VALUES) / 8)
    assert averaged(AveragingSpec("mean", start=0.5), VALUES) == pytest.approx(sum(VALUES[4:]) / 4)


def test_exponential():
    expected = VALUES[1]
    for value in VALUES[3::2]:
        expected = 0.7 * expected + 0.3 * value
    assert averaged(AveragingSpec("ema", decay=0.7, every=2), VALUES) == pytest.approx(expected)


def test_before_it_starts_the_network_itself_is_tested():
    assert averaged(AveragingSpec("mean", start=0.9), VALUES[:1]) == 3.0


def test_batch_norm_statistics_are_averaged_along():
    model = nn.BatchNorm2d(1)
    averaging = Averaging(model, AveragingSpec("mean"), total_steps=2)
    for step, mean in enumerate((1.0, 3.0), start=1):
        model.running_mean.fill_(mean)
        averaging.update(model, step)
    assert averaging.best_model(model).running_mean.item() == pytest.approx(2.0)
