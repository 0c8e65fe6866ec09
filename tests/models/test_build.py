"""Modules built from rows: the same parameters, shapes and values as the row says."""

import doctest
import sys

import pytest
import torch
from torch import nn

from inception_edu.architectures import (
    AdaptiveAvgPool,
    AuxiliaryHead,
    AvgPool,
    Concat,
    Conv,
    DepthwiseConv,
    Dropout,
    HiddenLinear,
    Inception,
    Linear,
    LocalResponseNorm,
    MaxPool,
    Op,
    ReducedConv,
    ReLU,
    Residual,
    Style,
    factorized,
)
from inception_edu.architectures.graph import chain
from inception_edu.architectures.inception_resnet_v2 import (
    InceptionResNetDouble,
    InceptionResNetFactorized,
    TripleReduction,
)
from inception_edu.architectures.inception_v4 import StemFork
from inception_edu.architectures.separable import SeparableConv
from inception_edu.architectures.xception import XceptionBlock
from inception_edu.models.build import build

HALVE, MAX = factorized.HALVE, factorized.MAX

ROWS = [
    Conv("conv", 6, kernel=(1, 7), stride=2),
    DepthwiseConv("depthwise", kernel=3, multiplier=2, batch_norm=True),
    MaxPool("pool", ceil_mode=True),
    AvgPool("pool", 5, stride=3),
    AdaptiveAvgPool("pool", 4),
    Linear("fc", 10),
    HiddenLinear("fc", 10),
    Dropout("dropout", 0.4),
    LocalResponseNorm("norm"),
    ReLU(),
    ReducedConv("convolution 2", 4, 6),
    Inception("3a", 4, 6, 8, 2, 3, 3),
    Inception("naive", 4, 0, 8, 0, 3, 0),
    AuxiliaryHead("aux", "", 10),
    AuxiliaryHead("aux", "", 10, adaptive=4),
    factorized.ConvolutionalHead("aux", "", 10),
    factorized.ConvolutionalHead("aux", "", 10, adaptive=True),
    factorized.InceptionDouble("3a", 4, 3, 5, 2, 6, 7),
    factorized.InceptionDouble("3c", 0, 3, 5, 2, 6, 0, HALVE, inner=3),
    factorized.InceptionDouble("3c", 0, 0, 5, 2, 6, 0, factorized.HALVE_PADDED),
    factorized.InceptionMixed("5b", 4, 3, 5, 2, 6, 7),
    factorized.Inception7x7("5a", 4, 3, 5, 2, 6, 7),
    factorized.Inception7x7("B", 4, 3, 5, 2, 6, 7, inner=(2, 3, 4, 5)),
    factorized.Inception7x7("5e", 0, 3, 5, 2, 6, 0, HALVE),
    factorized.Reduction7x7("7a", 3, 5, 2, 6),
    factorized.InceptionExpanded("2a", 4, 3, 5, 2, 6, 7),
    factorized.InceptionExpanded("2b", 4, 3, 5, 2, 6, 0, MAX),
    factorized.InceptionExpanded("C", 4, 3, 5, 2, 6, 7, inner=(3, 4)),
    factorized.GridReduction("stem a", 5, pool_first=True),
    StemFork("stem b", 3, 5),
    InceptionResNetDouble("A1", 3, 2, 3, 2, 4, 3, scale=0.17),
    InceptionResNetFactorized("C1", 3, 2, 4, 3, kernel=3, activation=False),
    TripleReduction("reduction B", 2, 3, 4, 5, 3),
    SeparableConv("separable", 6, kernel=7, stride=2, multiplier=8, norm_between=True),
    XceptionBlock("block 1", (4, 6), stride=2, relu_first=False),
    XceptionBlock("block 4", (8, 8, 8)),
]
SHAPE = (8, 17, 17)


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{type(row).__name__} {row.name}")
def test_a_row_is_what_its_module_does(row, batch_norm):
    style = Style(batch_norm)
    module = build(row, SHAPE, style).eval()
    output = module(torch.randn(2, *SHAPE))
    assert sum(p.numel() for p in module.parameters()) == sum(layer.params for layer in row.layers(SHAPE, style))
    expected = row.output(SHAPE, style)
    assert output.shape == (2, *expected) or output.shape == (2, expected[0])


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(sys.modules[build.__module__]).failed == 0


def test_branches_are_joined_in_order():
    row = Inception("3a", 4, 6, 8, 2, 3, 5)
    module, x = build(row, SHAPE), torch.randn(1, *SHAPE)
    joined = torch.cat([branch(x) for branch in module.branches.values()], dim=1)
    assert list(module.branches) == ["1x1", "3x3", "5x5", "pool"]
    assert torch.equal(module(x), joined)


def test_an_inception_block_computes_what_its_figure_shows():
    module, x = build(Inception("3a", 4, 6, 8, 2, 3, 5), SHAPE), torch.randn(1, *SHAPE)
    weights = dict(module.named_parameters())

    def conv(branch: str, name: str, x: torch.Tensor, padding: int = 0) -> torch.Tensor:
        at = f"branches.{branch}.{name}.conv"
        return torch.relu(torch.conv2d(x, weights[f"{at}.weight"], weights[f"{at}.bias"], padding=padding))

    pooled = nn.functional.max_pool2d(x, 3, stride=1, padding=1)
    expected = [
        conv("1x1", "n1x1", x),
        conv("3x3", "n3x3", conv("3x3", "n3x3_reduce", x), padding=1),
        conv("5x5", "n5x5", conv("5x5", "n5x5_reduce", x), padding=2),
        conv("pool", "pool_proj", pooled),
    ]
    torch.testing.assert_close(module(x), torch.cat(expected, dim=1))


def test_a_residual_sum_scales_its_body_and_ends_in_relu():
    module = build(Residual("sum", Conv("a", 8, activation=False), scale=0.1), SHAPE)
    x = torch.randn(1, *SHAPE)
    torch.testing.assert_close(module(x), torch.relu(x + 0.1 * module.body(x)))


def test_a_residual_sum_may_be_linear_and_have_a_shortcut():
    row = Residual("sum", Conv("a", 4), shortcut=Conv("b", 4, activation=False), activation=False)
    module, x = build(row, SHAPE), torch.randn(1, *SHAPE)
    torch.testing.assert_close(module(x), module.shortcut(x) + module.body(x))


def test_an_expansion_is_linear_with_a_bias_and_no_batch_norm():
    module = build(InceptionResNetFactorized("B1", 3, 2, 4, 3), SHAPE, Style(batch_norm=True))
    expansion = module.body.expansion
    assert (expansion.conv.out_channels, expansion.conv.bias is None) == (8, False)
    assert isinstance(expansion.bn, nn.Identity)
    assert isinstance(expansion.relu, nn.Identity)


def test_a_separable_convolution_has_nothing_between_its_steps():
    module = build(SeparableConv("a", 6), SHAPE, Style(batch_norm=True)).eval()
    x = torch.randn(1, *SHAPE)
    depthwise, pointwise = module.depthwise.conv, module.pointwise
    between = torch.conv2d(x, depthwise.weight, padding=1, groups=8)
    torch.testing.assert_close(module(x), pointwise(between))
    assert isinstance(build(SeparableConv("a", 6, norm_between=True), SHAPE, Style(True)).depthwise.bn, nn.BatchNorm2d)


def test_an_average_pool_may_leave_padding_out():
    x = torch.ones(1, 1, 4, 4)
    assert build(factorized.AVG, (1, 4, 4))(x).min() < 1
    assert torch.equal(build(factorized.AVG_INSIDE, (1, 4, 4))(x), x)


def test_the_epsilon_of_batch_norm_is_the_networks():
    assert build(Conv("a", 2), SHAPE, Style(True, batch_norm_eps=0.5)).bn.eps == 0.5


def test_a_block_leaves_its_input_alone():
    x = torch.randn(1, *SHAPE)
    before = x.clone()
    for row in ROWS:
        build(row, SHAPE, Style(True)).eval()(x)
    assert torch.equal(x, before)


def test_what_no_module_is_known_for_is_refused():
    class Unknown(Op):
        pass

    with pytest.raises(TypeError, match="no module is known for Unknown"):
        build(Unknown("unknown"), SHAPE)


# Fields of view, measured: which input pixels have a gradient, with every weight positive so that none can cancel.
SEEING = [
    chain(Conv("a", 2, kernel=3), Conv("b", 2, kernel=3)),
    chain(Conv("a", 2, kernel=7, stride=2), AvgPool("b", 3, stride=2), Conv("c", 2, kernel=3)),
    chain(Conv("a", 2, kernel=(1, 7)), Conv("b", 2, kernel=(7, 1))),
    Conv("a", 2, kernel=(1, 7)),
    Concat("a", {"wide": Conv("a", 1, kernel=(1, 5)), "tall": Conv("b", 1, kernel=(3, 1))}),
    Inception("3a", 2, 2, 2, 2, 2, 0),
    factorized.InceptionDouble("3a", 2, 2, 2, 2, 2, 2),
    chain(
        factorized.InceptionDouble("3c", 0, 2, 2, 2, 2, 0, HALVE), factorized.InceptionDouble("4a", 2, 2, 2, 2, 2, 2)
    ),
    factorized.Inception7x7("5a", 2, 2, 2, 2, 2, 2),
    factorized.InceptionExpanded("2a", 2, 2, 2, 2, 2, 2),
    InceptionResNetDouble("A1", 2, 2, 2, 2, 2, 2),
    SeparableConv("a", 2, kernel=5),
    XceptionBlock("block 4", (3, 3, 3)),
]


@pytest.mark.parametrize("row", SEEING, ids=lambda row: type(row).__name__)
def test_a_field_of_view_is_what_gradients_reach(row):
    shape = (3, 63, 63)
    module = build(row, shape)
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    x = torch.rand(1, *shape, requires_grad=True)
    output = module(x)
    middle = [side // 2 for side in output.shape[2:]]
    output[0, :, middle[0], middle[1]].sum().backward()
    reached = x.grad.abs().sum(dim=(0, 1)) > 0
    extent = [
        int(reached.any(dim=other).nonzero().max() - reached.any(dim=other).nonzero().min()) + 1 for other in (1, 0)
    ]
    assert tuple(extent) == row.field_of_view()[0]
