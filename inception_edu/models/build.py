"""From rows to modules: how branches join, and which module each operation of `architectures` becomes.

The structure of a block, which branch holds which convolution, is written once, in its row's `body`
(`architectures.Inception.body` is the picture in the paper). Here stands what PyTorch does with it.

>>> from inception_edu.architectures import Inception
>>> block = build(Inception("3a", 64, 96, 128, 16, 32, 32), (192, 28, 28))
>>> block(torch.zeros(1, 192, 28, 28)).shape
torch.Size([1, 256, 28, 28])
"""

from __future__ import annotations

from functools import singledispatch

import torch
from torch import Tensor, nn

from ..architectures import graph, ops
from ..architectures.graph import Shape, Style
from .units import AvgPool2d, ConvUnit, FullyConnected, LocalResponseNorm, MaxPool2d

PLAIN = Style(batch_norm=False)


class Branches(nn.Module):
    """Every branch on the same input, the outputs joined by depth: N×C×H×W → N×ΣCᵢ×H'×W'.

    All branches must leave the same grid: that is what their paddings are for.
    """

    def __init__(self, branches: dict[str, nn.Module]):
        super().__init__()
        self.branches = nn.ModuleDict(branches)

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W → N×ΣCᵢ×H'×W'."""
        return torch.cat([branch(x) for branch in self.branches.values()], dim=1)


class ResidualSum(nn.Module):
    """``ReLU(shortcut(x) + scale · body(x))``; the shapes of both must agree."""

    def __init__(self, body: nn.Module, shortcut: nn.Module, scale: float, activation: bool):
        super().__init__()
        self.body, self.shortcut, self.scale = body, shortcut, scale
        self.relu = nn.ReLU() if activation else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) → (N, C', H', W')."""
        return self.relu(self.shortcut(x) + self.scale * self.body(x))


@singledispatch
def build(node: graph.Node, shape: Shape, style: Style = PLAIN) -> nn.Module:
    """The PyTorch module of a part of a network.

    Args:
        node: an operation or a row.
        shape: (C, H, W) of its input.
        style: batch norm or biases.

    Raises:
        TypeError: nobody has said which module it becomes.
    """
    raise TypeError(f"no module is known for {type(node).__name__}")


@build.register
def _(node: graph.Block, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return build(node.body(), shape, style)


@build.register
def _(node: graph.Chain, shape: Shape, style: Style = PLAIN) -> nn.Module:
    modules = nn.Sequential()
    for part in node.parts:
        modules.add_module(part.key, build(part, shape, style))
        shape = part.output(shape, style)
    return modules


@build.register
def _(node: graph.Concat, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return Branches({name: build(branch, shape, style) for name, branch in node.branches.items()})


@build.register
def _(node: graph.Residual, shape: Shape, style: Style = PLAIN) -> nn.Module:
    shortcut = build(node.shortcut, shape, style) if node.shortcut else nn.Identity()
    return ResidualSum(build(node.summand(shape, style), shape, style), shortcut, node.scale, node.activation)


@build.register
def _(op: ops.Conv, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return ConvUnit(
        shape[0],
        op.out_channels,
        op.kernel,
        op.stride,
        op.pads(),
        op.groups,
        op.has_batch_norm(style),
        op.has_bias(style),
        op.activation,
        style.batch_norm_eps,
    )


@build.register
def _(op: ops.DepthwiseConv, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return build(op.conv(shape[0]), shape, style)


@build.register
def _(op: ops.MaxPool, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return MaxPool2d(op.kernel, op.stride, op.padding, ceil_mode=op.ceil_mode)


@build.register
def _(op: ops.AvgPool, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return AvgPool2d(op.kernel, op.stride, op.padding, op.ceil_mode, op.count_include_pad)


@build.register
def _(op: ops.AdaptiveAvgPool, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return nn.AdaptiveAvgPool2d(op.size)


@build.register
def _(op: ops.Linear, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return FullyConnected(op.in_features(shape), op.out_features, op.activation)


@build.register
def _(op: ops.Dropout, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return nn.Dropout(op.p)


@build.register
def _(op: ops.LocalResponseNorm, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return LocalResponseNorm(op.size, op.alpha, op.beta, op.k)


@build.register
def _(op: ops.ReLU, shape: Shape, style: Style = PLAIN) -> nn.Module:
    return nn.ReLU()
