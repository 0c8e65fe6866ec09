"""What is recorded of gradients is what the backward pass gives."""

import pytest
import torch

from inception_edu import train
from inception_edu.experiments.gradients import record_gradients

TINY = {"epochs": 1, "batch_size": 8, "data.subset": 40, "data.test_subset": 10}
SETTINGS = TINY | {"model.width": 0.0625, "model.stem": "cifar", "data.image_size": 32, "progress": False}


def test_recorded_norms_are_those_of_the_backward_pass():
    seen, correct = [], []

    def look(event, loop):
        if event == "gradients":
            weights = loop.model.stages.linear.parameters()
            seen.append(torch.cat([w.grad.flatten() for w in weights]).norm().item())
            correct.append(loop.sums[1].item())

    train("quick", callback=look, **SETTINGS)
    recorded = record_gradients("quick", **SETTINGS)
    assert [row[-1] for row in recorded["norms"]] == pytest.approx(seen, rel=1e-4)
    assert sum(recorded["accuracy"]) * 8 == pytest.approx(correct[-1])
