"""Effective receptive fields: how much each pixel moves a unit, in place of whether it can.

Luo, Li, Urtasun and Zemel, *Understanding the Effective Receptive Field in Deep Convolutional Neural Networks*,
NIPS 2016 (arXiv:1701.04128).
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..models import Model


def mosaic(x: Tensor, side: int, seed: int = 0) -> Tensor:
    """Pictures side by side, drawn with replacement, cut to a square: N×C×H×W → 1×C×side×side.

    A unit deep in a network sees farther than a small picture reaches. In a mosaic it has something to look at.
    """
    height, width = x.shape[-2:]
    rows, columns = -(-side // height), -(-side // width)
    generator = torch.Generator().manual_seed(seed)
    chosen = x[torch.randint(len(x), (rows * columns,), generator=generator)]
    tiled = chosen.view(rows, columns, *chosen.shape[1:]).permute(2, 0, 3, 1, 4)  # C, rows, H, columns, W
    return tiled.reshape(1, x.shape[1], rows * height, columns * width)[..., :side, :side]


def effective_field(model: Model, x: Tensor, stage: str) -> Tensor:
    """How much each pixel moves the middle unit of a row of the table.

    Args:
        model: the network.
        x: pictures, normalized, N×C×H×W, large enough that the unit's field lies within.
        stage: name of a row whose output is N×C'×h×w.

    Returns:
        H×W: the size of the gradient of the middle unit, summed over its channels; the mean over pictures and colours.
    """
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        maps = model.stage_features(x, stage)[stage]
        middle = maps[:, :, maps.shape[2] // 2, maps.shape[3] // 2].sum()
    return torch.autograd.grad(middle, x)[0].abs().mean((0, 1))


def side_holding(field: Tensor, share: float = 0.95) -> int:
    """Side of the smallest odd square, around the field's centre of mass, that holds a share of its sum.

    >>> field = torch.zeros(9, 9)
    >>> field[3:6, 3:6] = 1
    >>> side_holding(field)
    3
    """
    height, width = field.shape
    total = field.sum()
    rows, columns = torch.arange(height, dtype=field.dtype), torch.arange(width, dtype=field.dtype)
    row = round(((field.sum(1) * rows).sum() / total).item())
    column = round(((field.sum(0) * columns).sum() / total).item())
    for reach in range(max(height, width)):
        inside = field[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        if inside.sum() >= share * total:
            return 2 * reach + 1
    return max(height, width)
