"""The convolution unit and the fully connected layer, against the functions of torch."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from inception_edu.models.units import ConvUnit, FullyConnected


def test_a_unit_is_convolution_and_relu():
    unit = ConvUnit(3, 5, kernel_size=3, stride=2, padding=1)
    x = torch.randn(2, 3, 9, 9)
    expected = functional.relu(functional.conv2d(x, unit.conv.weight, unit.conv.bias, stride=2, padding=1))
    assert torch.equal(unit(x), expected)


def test_batch_norm_comes_between_and_replaces_the_bias():
    unit = ConvUnit(3, 5, batch_norm=True).eval()
    unit.bn.running_mean.normal_()
    unit.bn.running_var.uniform_(0.5, 2)
    x = torch.randn(2, 3, 4, 4)
    conv = functional.conv2d(x, unit.conv.weight)
    mean, var = unit.bn.running_mean[:, None, None], unit.bn.running_var[:, None, None]
    assert unit.conv.bias is None
    torch.testing.assert_close(unit(x), functional.relu((conv - mean) / torch.sqrt(var + 1e-3)))


def test_a_unit_without_activation_keeps_its_sign():
    assert (ConvUnit(3, 5, activation=False)(torch.randn(1, 3, 8, 8)) < 0).any()


@pytest.mark.parametrize(
    ("batch_norm", "bias", "expected"), [(False, None, True), (True, None, False), (True, True, True)]
)
def test_a_bias_is_there_where_there_is_no_batch_norm_unless_asked_for(batch_norm, bias, expected):
    assert (ConvUnit(3, 5, batch_norm=batch_norm, bias=bias).conv.bias is not None) == expected


def test_groups_see_their_own_channels_alone():
    unit = ConvUnit(4, 4, groups=2)
    x = torch.randn(1, 4, 3, 3)
    changed = x.clone()
    changed[:, 2:] = 0
    assert torch.equal(unit(x)[:, :2], unit(changed)[:, :2])


def test_a_unit_leaves_its_input_alone():
    x = torch.randn(1, 3, 4, 4)
    before = x.clone()
    ConvUnit(3, 3, batch_norm=True)(x)
    assert torch.equal(x, before)


def test_a_fully_connected_layer_reads_the_whole_grid():
    layer, x = FullyConnected(3 * 4 * 4, 7), torch.randn(2, 3, 4, 4)
    assert torch.equal(layer(x), functional.linear(x.flatten(1), layer.weight, layer.bias))


def test_a_hidden_layer_ends_in_relu():
    layer, x = FullyConnected(6, 7, activation=True), torch.randn(2, 6)
    assert torch.equal(layer(x), functional.relu(functional.linear(x, layer.weight, layer.bias)))


def test_layers_compile_with_torchscript():
    unit = nn.Sequential(
        ConvUnit(3, 4, 3, padding=1, batch_norm=True), FullyConnected(4 * 25, 2, activation=True)
    ).eval()
    x = torch.randn(1, 3, 5, 5)
    assert torch.equal(torch.jit.script(unit)(x), unit(x))
