"""Each schedule against its formula, rate by rate."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu.training.recipe import ScheduleSpec
from inception_edu.training.schedules import make_schedule

LR = 0.3


def rates(spec, epochs=10, steps_per_epoch=5):
    """The learning rate of every step of a run."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)
    schedule, every_step = make_schedule(optimizer, spec, epochs, steps_per_epoch)
    seen = []
    for step in range(epochs * steps_per_epoch):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if every_step or (step + 1) % steps_per_epoch == 0:
            schedule.step()
    return seen


def test_constant():
    assert rates(ScheduleSpec("constant")) == [LR] * 50


def test_step_is_four_per_cent_less_every_eight_epochs():
    expected = [LR * 0.96 ** (epoch // 8) for epoch in range(20) for _ in range(3)]
    assert rates(ScheduleSpec("step", every=8, gamma=0.96), 20, 3) == pytest.approx(expected)


def test_milestones_are_parts_of_the_run():
    expected = [LR * 0.1 ** ((epoch >= 100) + (epoch >= 150)) for epoch in range(180)]
    spec = ScheduleSpec("milestones", milestones=(0.5556, 0.8333), gamma=0.1)
    assert rates(spec, 180, 1) == pytest.approx(expected)
    short = [LR * 0.1 ** ((epoch >= 10) + (epoch >= 15)) for epoch in range(18)]
    assert rates(spec, 18, 1) == pytest.approx(short)


def test_cosine_with_warm_up():
    expected = [LR * (step + 1) / 11 for step in range(10)]
    expected += [LR * 0.1 + LR * 0.9 * (1 + math.cos(math.pi * step / 40)) / 2 for step in range(40)]
    assert rates(ScheduleSpec("cosine", warmup=0.2, end=0.1)) == pytest.approx(expected)


def test_one_cycle_is_a_triangle():
    seen = rates(ScheduleSpec("one_cycle", warmup=0.25, start=0.2, end=0.0), 10, 10)
    top = seen.index(max(seen))
    assert seen[0] == pytest.approx(0.2 * LR)
    assert seen[top] == pytest.approx(LR, rel=0.03)
    assert top == pytest.approx(25, abs=1.5)
    for part in (seen[: top - 1], seen[top + 1 :]):  # straight both ways
        steps = [b - a for a, b in pairwise(part)]
        assert steps == pytest.approx([steps[0]] * len(steps))
    assert 0 < seen[-1] < 0.02 * LR


@given(
    name=st.sampled_from(["constant", "step", "milestones", "cosine", "one_cycle"]),
    warmup=st.floats(0, 0.99),
    end=st.floats(0, 1),
    epochs=st.integers(1, 6),
    steps=st.integers(1, 7),
)
@settings(deadline=None, max_examples=60)
def test_no_rate_is_negative_or_above_the_top_however_short_the_run(name, warmup, end, epochs, steps):
    seen = rates(ScheduleSpec(name, warmup=warmup, end=end), epochs, steps)
    assert all(0 <= rate <= LR * (1 + 1e-9) for rate in seen)
