"""torchvision as an oracle: with the same random weights, the same outputs."""

import pytest
import torch
import torchvision

from inception_edu import create_model
from inception_edu.models import normalization

from .oracles import assert_agree, outputs, randomized

GOOGLENET = {"branch5x5_kernel": 3}


def torchvisions(name: str, **options):
    return randomized(torchvision.models.get_model(name, weights=None, init_weights=False, **options))


@pytest.mark.parametrize("training", [False, True])
def test_googlenet_agrees(training):
    theirs = torchvisions("googlenet")
    ours = create_model("googlenet_bn", weights=theirs.state_dict(), **GOOGLENET)
    assert_agree(ours, theirs, torch.randn(2, 3, 96, 96), training)


def test_inception_v3_agrees_in_evaluation():
    theirs = torchvisions("inception_v3")
    ours = create_model("inception_v3", weights=theirs.state_dict())
    assert_agree(ours, theirs, torch.randn(1, 3, 107, 91), training=False)


def test_inception_v3_agrees_in_training():
    theirs = torchvisions("inception_v3")
    ours = create_model("inception_v3", weights=theirs.state_dict())
    assert_agree(ours, theirs, torch.randn(2, 3, 299, 299), training=True)


@pytest.mark.parametrize(("name", "options"), [("googlenet", GOOGLENET), ("inception_v3", {})])
def test_heads_are_left_out_where_the_model_has_none(name, options):
    theirs = torchvisions(name)
    ours = create_model(
        {"googlenet": "googlenet_bn"}.get(name, name), weights=theirs.state_dict(), aux_logits=False, **options
    )
    assert_agree(ours, theirs, torch.randn(1, 3, 80, 80), training=False)


@pytest.mark.parametrize("name", ["alexnet", "vgg16"])
def test_the_networks_for_comparison_are_torchvisions(name):
    ours = create_model(name, device="meta", num_classes=10)
    theirs = torchvision.models.get_model(name, weights=None, num_classes=10)
    assert {key: value.shape for key, value in ours.state_dict().items()} == {
        key: value.shape for key, value in theirs.state_dict().items()
    }


@pytest.mark.parametrize(("name", "options"), [("googlenet", GOOGLENET), ("inception_v3", {})])
def test_images_in_our_normalization_give_what_torchvision_gives_for_its_own(name, options):
    """Its pretrained networks take ImageNet's mean and deviation, and turn them into −1…1 inside."""
    theirs = torchvisions(name, transform_input=True).eval()
    our_name = {"googlenet": "googlenet_bn"}.get(name, name)
    ours = create_model(our_name, weights=theirs.state_dict(), **options).eval()
    images = torch.rand(1, 3, 80, 80)

    def normalized(mean, std):
        return (images - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]

    (found,), (expected,) = (
        outputs(ours, normalized(*normalization(our_name))),
        outputs(theirs, normalized(*normalization("alexnet"))),
    )
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4 * expected.abs().max().item())
