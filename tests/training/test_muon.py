"""Muon: orthogonal steps for filters, plain ones for the rest."""

import pytest
import torch
from torch import nn

from inception_edu.models import create_model
from inception_edu.training.muon import Muon, orthogonalized
from inception_edu.training.optimizers import make_optimizer
from inception_edu.training.recipe import OptimizerSpec


@pytest.mark.parametrize("shape", [(8, 8), (6, 30), (30, 6), (1, 5)])
def test_many_turns_bring_all_singular_values_near_one(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    turned = orthogonalized(matrix, turns=8)
    values = torch.linalg.svdvals(turned)
    assert turned.shape == matrix.shape
    assert values.min() > 0.6
    assert values.max() < 1.3


def test_the_directions_of_the_gradient_stay():
    matrix = torch.randn(5, 9, generator=torch.Generator().manual_seed(1))
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    inner = left.T @ orthogonalized(matrix) @ right.T
    assert torch.allclose(inner, torch.diag(inner.diagonal()), atol=1e-5)


@pytest.mark.parametrize("size", [0.1, 0.5, 1.0])
def test_three_turns_suffice_for_all_but_the_weakest(size):
    one = orthogonalized(torch.diag(torch.tensor([size, (1 - size**2) ** 0.5])))
    assert 0.6 < one[0, 0] < 1.3


def two_of_each():
    torch.manual_seed(0)
    weights = [torch.randn(4, 3), torch.randn(4)]
    return [[nn.Parameter(w.clone()) for w in weights] for _ in range(2)]


@pytest.mark.parametrize("nesterov", [False, True])
def test_what_is_not_filters_moves_as_with_sgd(nesterov):
    ours, theirs = two_of_each()
    settings = {"lr": 0.1, "momentum": 0.9, "nesterov": nesterov, "weight_decay": 0.01}
    rules = Muon(ours, **settings), torch.optim.SGD(theirs, **settings)
    for step in range(4):
        for weights in (ours, theirs):
            for weight in weights:
                weight.grad = torch.full_like(weight, step + 1.0) * weight.detach()
        for rule in rules:
            rule.step()
    assert all(torch.allclose(one, other) for one, other in zip(ours, theirs))


def test_a_step_turns_filters_by_the_rate_and_keeps_their_length():
    weight = nn.Parameter(torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(0)))
    rule = Muon([weight], lr=0.05, orthogonal=True, fixed_length=True)
    weight.grad = torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    before = weight.detach() * 4 / weight.detach().norm()  # √16
    rule.step()
    moved = (weight.detach() - before).norm() / before.norm()
    assert moved.item() == pytest.approx(0.05, rel=0.2)
    assert weight.norm().item() == pytest.approx(4, rel=0.02)


def test_filters_that_are_all_zero_learn_too():
    weight = nn.Parameter(torch.zeros(4, 2, 3, 3))
    weight.grad = torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    Muon([weight], lr=0.05, orthogonal=True, fixed_length=True).step()
    assert weight.norm().item() == pytest.approx(0.05 * 2, rel=0.2)


def test_other_filters_move_by_the_rate_and_decay():
    weight = nn.Parameter(torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(0)))
    before = weight.detach().clone()
    rule = Muon([weight], lr=0.05, weight_decay=0.1, orthogonal=True)
    weight.grad = torch.zeros_like(weight)
    rule.step()
    assert torch.allclose(weight, before * 0.995)
    weight.grad = torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    rule.step()
    assert (weight.detach() - before * 0.995**2).norm().item() == pytest.approx(0.05 * 4, rel=0.2)


def small(name):
    return create_model(name, width=0.125, aux_logits=False, num_classes=3)


def test_filters_are_turned_and_the_rest_learns_faster():
    model = small("googlenet_bn")
    spec = OptimizerSpec("muon", lr=0.05, others_lr=4.0, weight_decay=0.1, decay_norms=False)
    filters, *others = make_optimizer(model, spec).param_groups
    assert {id(w) for w in filters["params"]} == {id(m.weight) for m in model.modules() if isinstance(m, nn.Conv2d)}
    assert (filters["orthogonal"], filters["fixed_length"], filters["lr"]) == (True, True, 0.05)
    assert {(g["orthogonal"], g["fixed_length"], g["lr"]) for g in others} == {(False, False, 0.2)}
    assert sorted(g["weight_decay"] for g in others) == [0.0, 0.1]


def test_the_length_of_filters_without_batch_norm_is_free():
    filters, *others = make_optimizer(small("googlenet"), OptimizerSpec("muon", weight_decay=0.1)).param_groups
    assert (filters["orthogonal"], filters["fixed_length"], filters["weight_decay"]) == (True, False, 0.1)
    assert not any(group["orthogonal"] for group in others)
