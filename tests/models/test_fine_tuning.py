"""Weights for another number of classes or channels: what does not fit is new, and said to be."""

import warnings

import pytest
import torch
import torchvision

from inception_edu import create_model
from inception_edu.models import NewParametersWarning

from .oracles import randomized

GOOGLENET = {"branch5x5_kernel": 3}
TORCHVISIONS = randomized(torchvision.models.googlenet(init_weights=False)).state_dict()


def tuned(**options):
    with pytest.warns(NewParametersWarning) as caught:
        model = create_model("googlenet_bn", weights=TORCHVISIONS, **GOOGLENET | options)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    return model, str(caught[0].message)


def test_another_number_of_classes_leaves_the_classifiers_new():
    model, message = tuned(num_classes=20, seed=3)
    fresh = create_model("googlenet_bn", num_classes=20, seed=3, **GOOGLENET)
    assert model.new_parameters == tuple(
        f"{place}.linear.{part}" for place in ("stages", "heads.aux1", "heads.aux2") for part in ("weight", "bias")
    )
    for name in model.new_parameters:
        assert torch.equal(model.get_parameter(name), fresh.get_parameter(name))
    assert torch.equal(model.stages.convolution_1.conv.weight, TORCHVISIONS["conv1.conv.weight"])
    assert torch.equal(model.heads["aux1"].fc.weight, TORCHVISIONS["aux1.fc1.weight"])
    assert message.startswith("googlenet_bn: not in this state dict, and new: stages.linear.weight, stages.linear.bias")
    assert "\n" not in message


def test_other_channels_leave_the_first_convolution_new():
    model, _ = tuned(num_classes=1000, in_channels=1, aux_logits=False)
    assert model.new_parameters == ("stages.convolution_1.conv.weight",)
    assert torch.equal(model.stages.linear.weight, TORCHVISIONS["fc.weight"])
    assert torch.equal(model.stages.convolution_1.bn.weight, TORCHVISIONS["conv1.bn.weight"])


def test_a_bias_is_new_with_its_weight():
    saved = create_model("googlenet", stem="cifar", width=0.05, num_classes=5, aux_logits=False).state_dict()
    with pytest.warns(NewParametersWarning):
        model = create_model(
            "googlenet", stem="cifar", width=0.05, num_classes=5, aux_logits=False, in_channels=4, weights=saved
        )
    assert model.new_parameters == ("stages.convolution_1.conv.weight", "stages.convolution_1.conv.bias")


def test_heads_that_the_weights_do_not_have_are_new():
    options = {"width": 0.05, "num_classes": 5, "image_size": 96}
    saved = create_model("googlenet_bn", aux_logits=False, **options).state_dict()
    with pytest.warns(NewParametersWarning, match=r"new: heads.aux1.1x1.conv.weight, .* \(14 of \d+ parameters"):
        model = create_model("googlenet_bn", weights=saved, **options)
    assert {name.partition(".")[0] for name in model.new_parameters} == {"heads"}


def test_heads_for_another_image_size_are_new_where_they_depend_on_it():
    options = {"width": 0.05, "num_classes": 5}
    saved = create_model("googlenet_bn", image_size=224, **options).state_dict()
    with pytest.warns(NewParametersWarning):
        model = create_model("googlenet_bn", image_size=96, weights=saved, **options)
    assert model.new_parameters == tuple(
        f"heads.{head}.fc.{p}" for head in ("aux1", "aux2") for p in ("weight", "bias")
    )


def test_torchvisions_own_networks_too():
    with pytest.warns(NewParametersWarning):
        model = create_model("alexnet", num_classes=7, weights=torchvision.models.alexnet().state_dict())
    assert model.new_parameters == ("classifier.6.weight", "classifier.6.bias")


def test_what_fits_is_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = create_model("googlenet_bn", weights=TORCHVISIONS, **GOOGLENET)
    assert model.new_parameters == ()


TEN = torchvision.models.googlenet(init_weights=False, num_classes=10, aux_logits=False).state_dict()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"fc.weight \(10×1024, not 1000×1024\).* Create the model with num_classes=10\."),
        ({"num_classes": 20, "width": 0.5}, "of another shape: conv1.conv.weight"),
        ({"num_classes": 20, "branch5x5_kernel": 5}, "Create the model with branch5x5_kernel=3"),
    ],
)
def test_only_what_was_asked_for_may_be_new(options, message):
    """A number of classes that nobody asked for is a mistake, not a wish; another width is always one."""
    with pytest.raises(ValueError, match=message):
        create_model("googlenet_bn", weights=TEN, aux_logits=False, **GOOGLENET | options)
