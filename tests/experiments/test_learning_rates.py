"""The tower of chapter 7, its trainings and what is recorded of them."""

import copy

import torch

from inception_edu.experiments import learning_rates
from inception_edu.experiments.by_heart import pictures
from inception_edu.experiments.records import recorded


def test_a_tower_has_batch_norm_or_biases():
    plain, normed = (learning_rates.tower(batch_norm, depth=3) for batch_norm in (False, True))
    assert plain(torch.rand(2, 3, 16, 16)).shape == normed(torch.rand(2, 3, 16, 16)).shape == (2, 4)
    assert sum(p.numel() for p in normed.parameters()) - sum(p.numel() for p in plain.parameters()) == 3 * 16


def test_the_same_seed_has_the_same_losses():
    data = pictures("train", 40)
    model = learning_rates.tower(True, depth=2)
    one, other = (
        learning_rates.losses(copy.deepcopy(model), data, rate=0.01, steps=3, seed=1, batch=8) for _ in range(2)
    )
    assert one == other
    assert len(one) == 3


def test_a_training_that_leaves_the_numbers_ends():
    told = learning_rates.losses(learning_rates.tower(False), pictures("train", 40), rate=1e6, steps=30, seed=0)
    assert len(told) < 30


def test_company_matters_to_batch_norm_alone_and_leaves_the_model():
    data = pictures("test", 24)
    for batch_norm in (False, True):
        model = learning_rates.tower(batch_norm, depth=2)
        before = copy.deepcopy(model.state_dict())
        found = {learning_rates.accuracy_in_company(model, data, size) for size in (2, 4, 24)}
        assert batch_norm or len({round(value, 5) for value in found}) == 1
        assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_record_has_a_value_a_seed_for_both_networks_at_each_rate():
    record = recorded("07_batch_normalization")
    seeds = len(record["seeds"])
    assert seeds >= 5
    rates = [[one["rate"] for one in record["measured"] if one["batch_norm"] is kind] for kind in (False, True)]
    assert rates[0] == rates[1]
    assert all(len(one["accuracy"]) == len(one["loss"]) == seeds for one in record["measured"])
