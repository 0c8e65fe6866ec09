"""Occlusion: cover a part of the picture and see how much the score falls.

Zeiler and Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014 (arXiv:1311.2901), section 4.2.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
def occlusion(
    model: nn.Module,
    x: Tensor,
    target: int,
    side: int = 16,
    stride: int = 8,
    *,
    probability: bool = True,
    batch_size: int = 64,
) -> Tensor:
    """By how much the score of a class falls where a grey square covers the picture.

    Args:
        model: gives logits N×K.
        x: one picture, normalized, 1×C×H×W.
        target: the class.
        side: of the square, in pixels. It is of the mean colour, which normalization makes 0.
        stride: from one place of the square to the next.
        probability: take the class's probability as its score; else its logit.
        batch_size: covered pictures computed at a time.

    Returns:
        rows×columns: the score of the whole picture minus that of the covered one; (H − side) / stride + 1 rows,
        rounded down.

    Raises:
        ValueError: several pictures, or a square that does not fit.
    """
    height, width = x.shape[-2:]
    if len(x) != 1 or not 0 < side <= min(height, width) or stride < 1:
        raise ValueError("one picture at a time, a square that lies within it, and a stride of 1 or more")
    tops, lefts = range(0, height - side + 1, stride), range(0, width - side + 1, stride)
    covered = x.repeat(len(tops) * len(lefts), 1, 1, 1)
    for number, (top, left) in enumerate((top, left) for top in tops for left in lefts):
        covered[number, :, top : top + side, left : left + side] = 0
    scores = torch.cat([_score(model(part), target, probability) for part in covered.split(batch_size)])
    return (_score(model(x), target, probability) - scores).view(len(tops), len(lefts))


def _score(logits: Tensor, target: int, probability: bool) -> Tensor:
    return (logits.softmax(1) if probability else logits)[:, target]
