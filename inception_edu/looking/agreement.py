"""Do two maps of the same picture say the same? Their rank correlation; and what is lost where a map points."""

from __future__ import annotations

import torch
from torch import Tensor


def blocks(image: Tensor, grid: int) -> Tensor:
    """Means over grid×grid equal blocks: H×W → grid×grid, H and W multiples of grid."""
    height, width = image.shape
    return image.reshape(grid, height // grid, grid, width // grid).mean((1, 3))


def ranks(values: Tensor) -> Tensor:
    """The rank of each of N values, from 0; equal values share the mean of theirs."""
    ordered, where = torch.unique(values, return_inverse=True)
    counts = torch.bincount(where, minlength=len(ordered)).double()
    return (counts.cumsum(0) - (counts + 1) / 2)[where]


def rank_correlation(one: Tensor, other: Tensor) -> float:
    """Spearman's: 1 where both order the places alike, 0 where knowing one says nothing of the other.

    A map that is the same everywhere orders nothing, and gets 0.
    """
    a, b = (ranks(values.flatten().double()) for values in (one, other))
    a, b = a - a.mean(), b - b.mean()
    size = (a.norm() * b.norm()).item()
    return (a @ b).item() / size if size else 0.0


def hide_strongest(x: Tensor, score: Tensor, share: float) -> Tensor:
    """A picture with grey in the places where a map is largest.

    Args:
        x: one picture, normalized, 1×C×H×W.
        score: its map, g×g.
        share: of the places, 0 to 1.
    """
    grid = len(score)
    count = round(share * score.numel())
    hidden = torch.zeros(score.numel())
    hidden[score.flatten().argsort(descending=True)[:count]] = 1
    mask = hidden.view(grid, grid).repeat_interleave(x.shape[-2] // grid, 0).repeat_interleave(x.shape[-1] // grid, 1)
    return x * (1 - mask)
