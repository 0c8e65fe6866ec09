"""How the naive module that a student writes is checked (exercise 3.6)."""

from __future__ import annotations

from typing import Any

from .code import same_parameters
from .verdict import Wrong


def verify_naive(theirs: Any, right: Any) -> None:
    """Shape, parameters, gradient, and the pool's channels, which are known without weights."""
    import torch
    from torch.nn import functional

    for in_channels, n1x1, n3x3, n5x5, side in ((192, 64, 128, 32, 28), (5, 2, 3, 4, 7)):
        module, known = theirs(in_channels, n1x1, n3x3, n5x5), right(in_channels, n1x1, n3x3, n5x5)
        x = torch.randn(2, in_channels, side, side)
        where = f"for {in_channels} channels on a {side}×{side} grid"
        out, expected = module(x), known(x)
        if not isinstance(out, torch.Tensor) or out.shape != expected.shape:
            shape = "×".join(map(str, getattr(out, "shape", ()))) or type(out).__name__
            raise Wrong(f"It gives {shape} {where}; expected is {'×'.join(map(str, expected.shape))}.")
        same_parameters(module, known)
        pooled = functional.max_pool2d(x, 3, stride=1, padding=1)
        if not torch.allclose(out[:, -in_channels:], pooled):
            raise Wrong(f"The last {in_channels} channels are not the max-pooled input {where}.")
        if (out[:, :-in_channels] < 0).any():
            raise Wrong(f"A convolution's output is negative {where}: a ReLU is missing.")
        out.sum().backward()
        if any(p.grad is None for p in module.parameters()):
            raise Wrong("A gradient does not reach every parameter: is there a layer that forward does not use?")


def without_pool():
    """A module whose fourth branch is missing."""
    from torch import cat, nn

    class Naive(nn.Module):
        def __init__(self, in_channels, n1x1, n3x3, n5x5):
            super().__init__()
            widths = ((n1x1, 1), (n3x3, 3), (n5x5, 5))
            self.branches = nn.ModuleList(
                nn.Sequential(nn.Conv2d(in_channels, n, k, padding=k // 2), nn.ReLU()) for n, k in widths
            )

        def forward(self, x):
            return cat([branch(x) for branch in self.branches], dim=1)

    return Naive
