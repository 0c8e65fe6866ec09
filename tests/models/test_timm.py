"""timm as an oracle, where it is installed: totals, and with the same random weights the same outputs."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from inception_edu import create_model

from ..architectures.published import TOTALS
from .oracles import assert_agree, randomized

timm = pytest.importorskip("timm")

NAMES = {
    "inception_v3": "inception_v3",
    "inception_v4": "inception_v4",
    "inception_resnet_v2": "inception_resnet_v2",
    "xception": "legacy_xception",
}


@pytest.mark.parametrize("name", NAMES)
def test_timm_holds_as_many_parameters(name):
    theirs = timm.create_model(NAMES[name], device="meta", **({"aux_logits": False} if name == "inception_v3" else {}))
    assert sum(p.numel() for p in theirs.parameters()) == TOTALS[name].params


@pytest.mark.parametrize("name", NAMES)
def test_timm_does_as_many_multiply_adds(name):
    theirs = timm.create_model(NAMES[name], device="meta").eval()
    with FlopCounterMode(display=False) as counter:
        theirs(torch.empty(1, 3, 299, 299, device="meta"))
    assert counter.get_total_flops() == 2 * TOTALS[name].macs


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", ["inception_v4", "inception_resnet_v2", "xception"])
def test_timm_gives_the_same_outputs(name, training):
    theirs = randomized(timm.create_model(NAMES[name]))
    ours = create_model(name, weights=theirs.state_dict())
    assert_agree(ours, theirs, torch.randn(2, 3, 83, 75), training)


def test_the_head_of_timms_inception_v3_loads_too():
    theirs = timm.create_model("inception_v3", aux_logits=True, num_classes=10)
    ours = create_model("inception_v3", num_classes=10, weights=theirs.state_dict())
    assert torch.equal(ours.heads["aux"].linear.weight, theirs.AuxLogits.fc.weight)
