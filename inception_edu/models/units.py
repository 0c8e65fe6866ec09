"""The layers that everything is built from, in PyTorch: convolution unit, fully connected layer, pools, normalization.

The pools and the normalization are PyTorch's. They are classes of this file because torch.fx looks into modules that
are not PyTorch's own: torchvision's `create_feature_extractor`, which drops a number at the end of a leaf's name, then
finds ``stages.max_pool_2`` where it is.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class ConvUnit(nn.Module):
    """Convolution, optional batch norm, optional ReLU: (N, C, H, W) → (N, C', H', W').

    Without batch norm the convolution has a bias; with it the bias would be subtracted again, and is left out.
    The names `conv` and `bn` in state dicts are torchvision's, too.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int] = 1,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        groups: int = 1,
        batch_norm: bool = False,
        bias: bool | None = None,
        activation: bool = True,
        eps: float = 1e-3,
    ):
        super().__init__()
        bias = not batch_norm if bias is None else bias
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=bias)
        self.bn = nn.BatchNorm2d(out_channels, eps=eps) if batch_norm else nn.Identity()
        self.relu = nn.ReLU(inplace=True) if activation else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) → (N, C', H', W')."""
        return self.relu(self.bn(self.conv(x)))


class FullyConnected(nn.Linear):
    """A fully connected layer on the flattened input: (N, C, H, W) → (N, out_features), with ReLU if asked for."""

    def __init__(self, in_features: int, out_features: int, activation: bool = False):
        super().__init__(in_features, out_features)
        self.activation = activation

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) → (N, out_features)."""
        x = functional.linear(torch.flatten(input, 1), self.weight, self.bias)
        return torch.relu(x) if self.activation else x


class MaxPool2d(nn.MaxPool2d):
    """The largest value in each window: (N, C, H, W) → (N, C, H', W')."""


class AvgPool2d(nn.AvgPool2d):
    """The mean of each window: (N, C, H, W) → (N, C, H', W')."""


class LocalResponseNorm(nn.LocalResponseNorm):
    """Krizhevsky et al. 2012, section 3.3: (N, C, H, W) → (N, C, H, W)."""
