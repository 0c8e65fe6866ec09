"""Which parameters decay, and how fast each group learns."""

import pytest
import torch
from torch import nn

from inception_edu.training.optimizers import make_optimizer
from inception_edu.training.recipe import OptimizerSpec

from .tiny import TinyNet


def groups(spec):
    model = TinyNet()
    optimizer = make_optimizer(model, spec)
    found = {id(p): group for group in optimizer.param_groups for p in group["params"]}
    assert len(found) == sum(len(group["params"]) for group in optimizer.param_groups)
    return {name: found[id(p)] for name, p in model.named_parameters()}


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_every_parameter_is_in_one_group(name):
    assert set(groups(OptimizerSpec(name))) == {name for name, _ in TinyNet().named_parameters()}


def test_biases_and_norms_can_be_spared_decay():
    found = groups(OptimizerSpec(weight_decay=0.1, decay_norms=False))
    decayed = {name for name, group in found.items() if group["weight_decay"]}
    assert decayed == {"conv.weight", "aux.weight", "linear.weight"}
    assert all(group["weight_decay"] == 0.1 for group in groups(OptimizerSpec(weight_decay=0.1)).values())


def test_settings_reach_torch():
    sgd = make_optimizer(nn.Linear(2, 2), OptimizerSpec(lr=0.2, momentum=0.8, nesterov=True))
    assert isinstance(sgd, torch.optim.SGD)
    (group,) = {(g["lr"], g["momentum"], g["nesterov"]) for g in sgd.param_groups}
    assert group == (0.2, 0.8, True)
    adam = make_optimizer(nn.Linear(2, 2), OptimizerSpec("adam", betas=(0.8, 0.9), eps=1e-3))
    assert (adam.param_groups[0]["betas"], adam.param_groups[0]["eps"]) == ((0.8, 0.9), 1e-3)


def test_a_network_without_parameters_is_told():
    with pytest.raises(ValueError, match="no parameters to train"):
        make_optimizer(nn.ReLU(), OptimizerSpec())
