"""A kernel cut into a row and a column: exact with enough channels between, and the controls keep what they say."""

import json

import pytest
import torch
from torch import nn

from inception_edu.experiments import records
from inception_edu.experiments.cutting import cut, factorize, kept, large, middle_for, separability, shuffled
from inception_edu.experiments.factorizing import WAYS


@pytest.fixture
def conv():
    torch.manual_seed(0)
    return nn.Conv2d(4, 6, 5, padding=2, bias=False)


def test_with_enough_channels_between_nothing_is_lost(conv):
    x = torch.randn(2, 4, 9, 9)
    assert torch.allclose(factorize(conv, 20)(x), conv(x), atol=1e-5)
    assert kept(conv.weight, 20) == pytest.approx(1)


def test_what_is_lost_is_what_the_singular_values_say(conv):
    pair = factorize(conv, 7)
    across, down = (layer.weight.squeeze() for layer in pair)  # m×in×n and out×m×n
    made = torch.einsum("omh,miw->oihw", down, across)
    lost = (made - conv.weight).square().sum() / conv.weight.square().sum()
    assert 1 - lost.item() == pytest.approx(kept(conv.weight, 7), abs=1e-5)


def test_a_column_times_a_row_is_separable():
    rows, columns = torch.randn(2, 3, 5), torch.randn(2, 3, 5)
    assert separability(torch.einsum("oih,oiw->oihw", columns, rows)) == pytest.approx(1, abs=1e-5)
    assert separability(torch.eye(5).view(1, 1, 5, 5)) == pytest.approx(1 / 5)


def test_the_control_has_every_kernels_own_numbers(conv):
    mixed = shuffled(conv.weight, seed=1)
    assert not torch.equal(mixed, conv.weight)
    assert torch.equal(mixed.flatten(2).sort(2).values, conv.weight.detach().flatten(2).sort(2).values)


def test_a_cut_network_has_the_weights_that_were_asked_for():
    model = WAYS["one 5×5"]()
    pairs = cut(model, 0.4)
    assert not large(pairs)
    for unit in large(model):
        out, into, n, _ = unit.conv.weight.shape
        middle = middle_for(unit.conv.weight, 0.4)
        assert n * middle * (into + out) == pytest.approx(0.4 * unit.conv.weight.numel(), rel=0.02)
    assert pairs(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_the_record_says_all_for_every_seed():
    record = json.loads((records.FOLDER / "cut_kernels.json").read_text(encoding="utf-8"))
    assert len(record["measured"]) == record["seeds"] >= 5
    for row in record["measured"]:
        assert len(row["cut"]) == len(record["shares"])
        assert {len(row[what]["kept"]) for what in ("random", "trained", "shuffled")} == {len(record["shares"])}
