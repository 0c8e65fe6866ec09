"""Receptive fields against the closed form, maps against the network, the class activation map against the logit."""

import numpy as np
import pytest
import torch
from torch import nn

from inception_edu import create_model
from inception_edu.experiments.activations import record_activations

SETTINGS = {"num_classes": 10, "stem": "cifar", "width": 0.0625, "image_size": 32, "aux_logits": False, "seed": 1}


@pytest.fixture(scope="module")
def model():
    return create_model("googlenet_bn", **SETTINGS).eval()


@pytest.fixture(scope="module")
def found(model):
    return record_activations(model)


def pixels(found):
    return torch.as_tensor((found.pictures / 255 - 0.5) / 0.25, dtype=torch.float32)


def test_maps_are_what_the_layer_gives(model, found):
    layer = next(layer for layer in found.layers if layer.name == "inception_3a")
    with torch.no_grad():
        torch.testing.assert_close(torch.as_tensor(layer.maps), model.stages[:2](pixels(found)))


@pytest.mark.parametrize("name", ["max_pool_3", "inception_3a", "convolution_1"])
def test_in_the_middle_of_a_large_picture_the_receptive_field_is_the_closed_form(name):
    model = create_model("googlenet_bn", **SETTINGS | {"image_size": 64})
    pictures = np.random.default_rng(0).integers(0, 256, (1, 3, 64, 64), dtype=np.uint8)
    (layer,) = record_activations(model, pictures, layers=[name]).layers
    label = name.replace("_", " ", 1).replace("inception 3a", "inception (3a)").replace("pool_", "pool ")
    side, jump = model.architecture.receptive_fields()[label]
    first, last = layer.rows[len(layer.rows) // 2]
    assert last - first + 1 == side
    assert layer.rows[len(layer.rows) // 2 + 1][0] - first == jump


def test_the_mean_of_a_class_activation_map_is_the_logit_without_its_bias(model, found):
    with torch.no_grad():
        logits = model(pixels(found)).numpy()
    bias = model.stages.linear.bias.detach().numpy()
    assert found.cam.mean((2, 3)) + bias == pytest.approx(logits, rel=1e-3, abs=1e-4)
    assert found.logits == pytest.approx(logits, rel=1e-3, abs=1e-4)


def test_the_network_is_left_as_it_was(model):
    model.train()
    record_activations(model, layers=["inception_3a"])
    assert model.training
    assert not any(module._forward_hooks for module in model.modules())
    model.eval()


def test_a_network_without_global_pooling_has_no_class_activation_map():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 2))
    pictures = np.zeros((2, 3, 8, 8), np.uint8)
    found = record_activations(model, pictures, layers=["0"], classes=["no", "yes"])
    assert found.cam is None
    assert found.layers[0].rows[0] == [0, 2]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"pictures": np.zeros((1, 3, 32, 32))}, "uint8, N×3×H×W"),
        ({"layers": ["inception_9z"]}, "no layer 'inception_9z'; it has convolution_1"),
        ({"layers": ["linear"]}, "not linear"),
        ({"classes": ["one"]}, "tells 10 classes apart; 1 names were given"),
    ],
)
def test_what_cannot_be_recorded_gets_one_clear_line(model, given, message):
    with pytest.raises(ValueError, match=message):
        record_activations(model, **{"pictures": np.zeros((1, 3, 32, 32), np.uint8)} | given)


def test_a_foreign_network_needs_pictures():
    with pytest.raises(ValueError, match="say which pictures"):
        record_activations(nn.Conv2d(3, 4, 3))
