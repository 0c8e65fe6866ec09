"""DeepDream: whatever a layer sees in a picture, make the picture show more of it.

Mordvintsev, Olah and Tyka, *Inceptionism: Going Deeper into Neural Networks*, 2015. The notebook that came with it
(github.com/google/deepdream) dreams with GoogLeNet, by default with inception (4c): ascent on the layer's L2 norm, the
picture moved by chance before each step, the step's size normalized, from a small copy of the picture to a large one.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ..models import Model


def dream(
    model: Model,
    x: Tensor,
    stage: str = "inception (4c)",
    *,
    octaves: int = 4,
    scale: float = 1.4,
    steps: int = 10,
    rate: float = 0.025,
    jitter: int = 8,
    seed: int = 0,
) -> Tensor:
    """A picture with more of what a row of the table sees in it.

    Args:
        model: the network.
        x: one picture, normalized, 1×3×H×W, of any size that the network takes.
        stage: name of the row.
        octaves: from how many sizes on, each `scale` times the one before; the last is the picture's own.
        scale: see `octaves`.
        steps: in each size.
        rate: of a step: the gradient is scaled to this mean size.
        jitter: by how many pixels the picture is moved at most, before each step, and back after it.
        seed: of the moves.

    Returns:
        Normalized, 1×3×H×W.
    """
    generator = torch.Generator().manual_seed(seed)
    height, width = x.shape[-2:]
    detail = torch.zeros_like(x)
    for octave in reversed(range(octaves)):
        size = [round(height / scale**octave), round(width / scale**octave)]
        base, detail = _resized(x, size), _resized(detail, size)
        dreamt = base + detail
        for _ in range(steps):
            down, right = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
            moved = dreamt.roll((down, right), (2, 3)).requires_grad_()
            with torch.enable_grad():
                goal = model.stage_features(moved, stage)[stage].square().sum() / 2
            gradient = torch.autograd.grad(goal, moved)[0]
            step = rate * gradient / gradient.abs().mean().clamp_min(1e-12)
            dreamt = (moved.detach() + step).roll((-down, -right), (2, 3)).clamp(-2.5, 2.5)
        detail = dreamt - base
    return x + detail


def _resized(x: Tensor, size: list[int]) -> Tensor:
    return functional.interpolate(x, size, mode="bilinear", align_corners=False)
