"""A trained n×n convolution cut into 1×n and n×1, the nearest pair by the SVD (Jaderberg et al. 2014, scheme 2)."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from ..models.units import ConvUnit

__all__ = ["cut", "factorize", "kept", "large", "middle_for", "separability", "shuffled"]


def as_matrix(weight: Tensor) -> Tensor:
    """Out×in×n×n → (out·n)×(in·n): a row for each output channel and height, a column for each input and width."""
    out, into, n, _ = weight.shape
    return weight.detach().transpose(1, 2).reshape(out * n, into * n)


def factorize(conv: nn.Conv2d, middle: int) -> nn.Sequential:
    """The nearest 1×n and n×1 with `middle` channels between, for an n×n without bias."""
    out, into, n, _ = conv.weight.shape
    u, s, v = torch.linalg.svd(as_matrix(conv.weight), full_matrices=False)
    root = s[:middle].sqrt()
    across = nn.Conv2d(into, middle, (1, n), padding=(0, n // 2), bias=False)
    down = nn.Conv2d(middle, out, (n, 1), padding=(n // 2, 0), bias=False)
    across.weight.data = (root[:, None] * v[:middle]).view(middle, into, 1, n)
    columns = (u[:, :middle] * root).view(out, n, middle)
    down.weight.data = columns.transpose(1, 2).unsqueeze(3).contiguous()
    return nn.Sequential(across, down)


def kept(weight: Tensor, middle: int) -> float:
    """Share of the squares that the nearest pair keeps."""
    squares = torch.linalg.svdvals(as_matrix(weight)) ** 2
    return float(squares[:middle].sum() / squares.sum())


def separability(weight: Tensor) -> float:
    """Share of the squares that one row and one column keep of a single kernel, the mean over all pairs of channels."""
    squares = torch.linalg.svdvals(weight.detach().flatten(0, 1)) ** 2
    return float((squares[:, 0] / squares.sum(1)).mean())


def shuffled(weight: Tensor, seed: int) -> Tensor:
    """Every kernel's own numbers in an order drawn at random: a control that keeps the numbers and loses the shapes."""
    generator = torch.Generator().manual_seed(seed)
    flat = weight.detach().flatten(2)
    return flat.gather(2, torch.rand(flat.shape, generator=generator).argsort(2)).view_as(weight)


def middle_for(weight: Tensor, share: float) -> int:
    """Channels between with which a pair has this share of the weights."""
    out, into, n, _ = weight.shape
    return max(1, round(share * weight.numel() / (n * (into + out))))


def large(model: nn.Module, n: int = 5) -> list[ConvUnit]:
    """The n×n convolutions of a network, those that were cut left out."""
    units = [module for module in model.modules() if isinstance(module, ConvUnit)]
    return [unit for unit in units if getattr(unit.conv, "kernel_size", None) == (n, n)]


def cut(model: nn.Module, share: float) -> nn.Module:
    """A copy of the network with each 5×5 replaced by its nearest pair, of this share of the weights."""
    model = copy.deepcopy(model)
    for unit in large(model):
        unit.conv = factorize(unit.conv, middle_for(unit.conv.weight, share))  # pyright: ignore[reportAttributeAccessIssue]
    return model
