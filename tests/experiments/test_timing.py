"""Times in turns, by a clock of the test's own: nothing here is timed by a real one."""

import pytest
import torch
from torch import nn

from inception_edu import create_model
from inception_edu.experiments.layer_times import kind_of, layer_times
from inception_edu.experiments.timing import bandwidth, ceiling, paired, repeated, turns


class Clock:
    """Goes forward when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def takes(self, seconds):
        def call():
            self.now += seconds

        return call


def test_contestants_take_turns_and_the_first_rounds_do_not_count():
    clock, order = Clock(), []

    def contestant(name, seconds):
        return lambda: (order.append(name), clock.takes(seconds if len(order) > 4 else 9.0)())

    times = turns({"a": contestant("a", 2), "b": contestant("b", 1)}, rounds=4, clock=clock)
    assert times == {"a": [2000] * 4, "b": [1000] * 4}
    pairs = ["".join(order[place : place + 2]) for place in range(0, len(order), 2)]
    assert pairs == [pairs[0], pairs[0][::-1]] * 3


def test_the_ratio_is_that_to_the_first():
    clock = Clock()
    found = paired({"slow": clock.takes(3), "quick": clock.takes(1)}, rounds=5, clock=clock)
    assert (found["slow"]["times_as_quick"], found["quick"]["times_as_quick"]) == (1, 3)
    assert found["quick"]["median_ms"] == 1000
    assert found["quick"]["interval"] == [pytest.approx(3), pytest.approx(3)]


def test_repeated_calls_so_often():
    clock = Clock()
    repeated(clock.takes(1), 7)()
    assert clock.now == 7


def test_ceilings_are_of_the_quickest_round():
    seconds = iter([0, 4, 10, 12, 20, 23])  # rounds of 4, 2 and 3 seconds
    assert ceiling(8, rounds=3, clock=lambda: next(seconds)) == 8**3 / 2
    seconds = iter([0, 4, 10, 12, 20, 23])
    assert bandwidth(1, rounds=3, clock=lambda: next(seconds)) == 2**20


def test_the_work_of_each_layer_is_that_of_the_table():
    model = create_model("bn_inception", width=0.125, aux_logits=False, seed=0).eval()
    found = layer_times(model, torch.randn(2, 3, 64, 64), rounds=1)
    total = sum(row.macs for row in model.architecture.trace(64))
    assert sum(layer.macs for layer in found) == 2 * total
    assert sum(layer.params for layer in found) == sum(weight.numel() for weight in model.parameters())
    assert {"convolution", "depthwise", "batch norm", "ReLU", "max pool", "average pool", "linear"} == {
        layer.kind for layer in found
    }
    first = next(layer for layer in found if layer.kind == "batch norm")
    channels = first.params // 2
    assert first.bytes == 4 * (2 * 2 * channels * 32 * 32 + first.params)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_a_layer_takes_the_median_of_its_rounds_without_the_first():
    clock = Clock()
    seconds = iter([50.0, 1.0, 9.0, 2.0])

    class Slow(nn.ReLU):
        def forward(self, input):
            clock.now += next(seconds)
            return input

    (found,) = layer_times(nn.Sequential(Slow()), torch.ones(1, 2, 3, 3), rounds=3, clock=clock)
    assert (found.kind, found.seconds, found.macs, found.bytes) == ("ReLU", 2.0, 0, 4 * 2 * 18)


def test_what_is_no_layer_has_no_kind():
    assert kind_of(nn.Dropout()) == kind_of(nn.Sequential()) == ""


def test_apart_each_measurement_has_a_call_before_it_that_is_not_counted(monkeypatch):
    monkeypatch.setattr("inception_edu.experiments.timing.REST", 0)
    clock, order = Clock(), []
    calls = {name: lambda name=name: (order.append(name), clock.takes(1)()) for name in "ab"}
    assert turns(calls, rounds=2, warm_up=0, clock=clock, apart=True) == {"a": [1000] * 2, "b": [1000] * 2}
    assert "".join(order) in ("aabbbbaa", "bbaaaabb")
