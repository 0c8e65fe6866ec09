"""The claims of *Batch Normalization*, from a second side: PyTorch's own modules, and the paper's printed totals."""

import pytest
from torch import nn

from inception_edu import create_model
from inception_edu.published import claims
from inception_edu.published.batch_norm import FIGURE_3, FIGURE_5, googlenet_with, single_changes
from inception_edu.published.batch_norm_claims import CLAIMS, cost, kept
from inception_edu.published.lookups import trunk

BY_ID = {claim.id: claim for claim in CLAIMS}


def test_claims_are_registered():
    assert set(BY_ID) <= {claim.id for claim in claims()}
    assert len(BY_ID) == len(CLAIMS)


@pytest.mark.parametrize(
    ("name", "verdict"),
    {
        "two-3x3-parameters": "disagrees",
        "two-3x3-operations": "disagrees",
        "9-layers-deeper": "agrees",
        "up-to-128-filters": "disagrees",
        "separable-costs-less": "agrees",
        "separable-takes-memory": "agrees",
        "two-parameters": "agrees",
        "14-times-fewer-steps": "rounds",
        "figure-5/inception_3c/output": "disagrees",
        "figure-5/inception_4a/output": "agrees",
        "figure-5/inception_4e/output": "disagrees",
        "figure-5/convolution_2/depth": "disagrees",
        "4c-depth": "disagrees",
    }.items(),
)
def test_verdict(name, verdict):
    assert BY_ID[f"batch-norm/{name}"].check().verdict == verdict


def test_figure_5_has_every_row_of_the_network_but_the_classifier():
    assert [*FIGURE_5, "linear"] == list(trunk("bn_inception"))


def test_figure_3_is_in_the_order_of_its_accuracies_but_for_the_sigmoid():
    accuracies = [run.accuracy for run in FIGURE_3.values()]
    assert accuracies[:-1] == sorted(accuracies[:-1])
    assert [name for name, run in FIGURE_3.items() if run.steps is None] == ["BN-x5-Sigmoid"]


def learned(*modules: nn.Module) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


def convolution(in_channels: int, out_channels: int, kernel: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(in_channels, out_channels, kernel, bias=False), nn.BatchNorm2d(out_channels)]


def test_a_third_module_is_paid_for_where_it_stands_and_where_it_is_read():
    third = [*convolution(480, 128), *convolution(128, 160, 3), *convolution(480, 64), *convolution(64, 96, 3),
             *convolution(96, 96, 3)]  # fmt: skip
    deeper_input = (160 + 96 + 480 - 480) * (192 + 96 + 16 + 64)  # what (4a)'s four 1×1 read
    grown = cost(single_changes()["(3c) for a pool"], "params") - cost(googlenet_with({}), "params")
    assert grown == learned(*third) + deeper_input


def test_no_change_is_the_network_itself():
    assert cost(googlenet_with({}), "params") == learned(create_model("googlenet_bn", aux_logits=False, device="meta"))


def test_what_training_keeps_of_a_separable_convolution():
    channels = (3 * 8, 64)
    assert kept(trunk("bn_inception")["convolution 1"]) == sum(channels) * 112 * 112
