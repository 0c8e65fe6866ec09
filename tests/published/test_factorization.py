"""The claims on factorized convolutions and grid reduction, from a second side: modules of PyTorch that are counted."""

import pytest
from torch import nn

from inception_edu.architectures.factorized import Module
from inception_edu.models.build import build
from inception_edu.published import claims
from inception_edu.published.factorization_claims import BATCH_NORM, CLAIMS, keeping, reduction_costs, remaining
from inception_edu.published.lookups import block, module

BY_ID = {claim.id: claim for claim in CLAIMS}


def weights(*convolutions: nn.Conv2d) -> int:
    return sum(convolution.weight.numel() for convolution in convolutions)


def test_claims_are_registered():
    assert set(BY_ID) <= {claim.id for claim in claims()}
    assert len(BY_ID) == len(CLAIMS)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (nn.Conv2d(64, 96, 5), [nn.Conv2d(64, 96, 3), nn.Conv2d(96, 96, 3)]),
        (nn.Conv2d(96, 160, 7), [nn.Conv2d(96, 160, (1, 7)), nn.Conv2d(160, 160, (7, 1))]),
    ],
)
def test_remaining_weights_are_those_of_modules(whole, parts):
    widths = (whole.in_channels, parts[0].out_channels, whole.out_channels)
    kernels = [part.kernel_size for part in parts]
    assert remaining(whole.kernel_size[0], kernels, widths) == pytest.approx(weights(*parts) / weights(whole))


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("notes-inception-v2/two-3x3", "disagrees"),
        ("notes-inception-v2/two-3x3-in-3a", "disagrees"),
        ("notes-inception-v2/1x3-and-3x1", "agrees"),
        ("notes-inception-v2/1x3-beside-3x1", "disagrees"),
        ("notes-inception-v2/1x7-and-7x1", "disagrees"),
        ("notes-inception-v2/medium-grids", "disagrees"),
        ("rethinking/two-3x3", "agrees"),
        ("rethinking/medium-grids", "agrees"),
        ("rethinking/pooling-first-by-a-quarter", "disagrees"),
        ("rethinking/pooling-last-3-times", "agrees"),
        ("rethinking/parallel-costs-less", "agrees"),
        ("rethinking/figure-10-costs-less", "disagrees"),
    ],
)
def test_verdict(name, verdict):
    assert BY_ID[name].check().verdict == verdict


@pytest.mark.parametrize(("name", "label"), [("inception_v2", "3c"), ("inception_v2", "5e"), ("inception_v3", "7a")])
def test_keeping_is_the_same_module_at_stride_1(name, label):
    row = module(name, label)
    twin = keeping(block(name, label, Module))
    assert twin.output(row.input, BATCH_NORM) == (row.output[0], *row.input[1:])
    built = [build(node, row.input, BATCH_NORM).state_dict() for node in (row.node, twin)]
    assert [value.shape for value in built[0].values()] == [value.shape for value in built[1].values()]


def test_parallel_cost_is_the_rows():
    assert reduction_costs("inception_v2", "3c")["in parallel"] == module("inception_v2", "3c").macs
