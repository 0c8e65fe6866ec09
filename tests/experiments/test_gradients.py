"""The two gradients of a stage are what backward passes give."""

import pytest
import torch
from torch.nn import functional as F

from inception_edu import create_model
from inception_edu.experiments.gradients import draw_normal, relative_gradients

STAGE = "inception_4a"


@pytest.fixture(scope="module")
def images():
    return torch.randn(4, 3, 80, 80, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def labels():
    return torch.tensor([0, 1, 2, 3])


def make(**more):
    return create_model("googlenet", num_classes=10, image_size=80, width=1 / 16, seed=0, **more)


def norm_of(gradients):
    return torch.cat([gradient.flatten() for gradient in gradients]).norm().item()


def test_they_are_those_of_the_losses(images, labels):
    model = make()
    found = relative_gradients(model, images, labels, weight=0.5)
    plain = model.train()
    for module in plain.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    weights = [value for name, value in plain.stages.get_submodule(STAGE).named_parameters() if name.endswith("weight")]
    main, one, other = (F.cross_entropy(scores, labels) for scores in plain(images))
    alone = torch.autograd.grad(main, weights, retain_graph=True)
    both = torch.autograd.grad(main + 0.5 * (one + other), weights)
    size = norm_of(weights)
    assert found[STAGE] == pytest.approx((norm_of(alone) / size, norm_of(both) / size), rel=1e-4)


def test_heads_reach_nothing_above_them(images, labels):
    found = relative_gradients(make(), images, labels)
    assert [alone == both for alone, both in found.values()] == [False] * 8 + [True] * 4


@pytest.mark.parametrize("name", ["googlenet", "googlenet_bn"])
def test_the_network_stays_as_it_is(images, labels, name):
    model = create_model(name, num_classes=10, image_size=80, width=1 / 16, seed=0, aux_logits=True).eval()
    model.stages.convolution_1.train()
    modes = [module.training for module in model.modules()]
    state = {key: value.clone() for key, value in model.state_dict().items()}
    relative_gradients(model, images, labels)
    assert [module.training for module in model.modules()] == modes
    assert all(weight.grad is None for weight in model.parameters())
    assert all(torch.equal(value, state[key]) for key, value in model.state_dict().items())


def test_weights_of_one_deviation():
    model = make()
    draw_normal(model, 0.01, seed=1)
    drawn = torch.cat([w.flatten() for name, w in model.named_parameters() if name.endswith("weight")])
    assert drawn.std().item() == pytest.approx(0.01, rel=0.02)
    other = make()
    draw_normal(other, 0.01, seed=1)
    assert torch.equal(model.stages.linear.weight, other.stages.linear.weight)
