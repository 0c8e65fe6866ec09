"""Feature visualisation: pixels that a channel answers to, found by climbing its gradient from noise.

Simonyan et al. 2013 (arXiv:1312.6034), section 2, did so for classes. Without anything that keeps it smooth, what is
found looks like noise; here the picture is moved a little at every step, and blurred a little now and then.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from ..models import Model


def visualise_channels(
    model: Model,
    stage: str,
    channels: Sequence[int],
    size: int = 64,
    *,
    steps: int = 60,
    rate: float = 0.08,
    jitter: int = 4,
    blur_every: int = 4,
    seed: int = 0,
) -> Tensor:
    """A picture for each of some channels of a row; the sum of the channel over its map is climbed.

    Args:
        model: the network.
        stage: name of a row; "linear" for the classes themselves.
        channels: their numbers.
        size: side of the pictures, in pixels.
        steps: how often the gradient is followed.
        rate: how far each time: the gradient is scaled to this mean size.
        jitter: by how many pixels the picture is moved at most, before each step, and back after it.
        blur_every: steps between two light blurs; 0 for none.
        seed: of the noise and of the moves.

    Returns:
        Normalized pictures, N×3×size×size.
    """
    generator = torch.Generator().manual_seed(seed)
    x = _starts(model, stage, channels, size, generator)
    numbers = torch.arange(len(channels)), torch.tensor(list(channels))
    for step in range(steps):
        down, right = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
        moved = x.roll((down, right), (2, 3)).requires_grad_()
        with torch.enable_grad():
            goal = model.stage_features(moved, stage)[stage][numbers].sum()
        gradient = torch.autograd.grad(goal, moved)[0]
        gradient = gradient / gradient.abs().mean((1, 2, 3), keepdim=True).clamp_min(1e-12)
        x = (moved.detach() + rate * gradient).roll((-down, -right), (2, 3)).clamp(-2.5, 2.5)
        if blur_every and step % blur_every == 0:
            x = functional.gaussian_blur(x, [3, 3], [0.6, 0.6])
    return x


@torch.no_grad()
def _starts(
    model: Model, stage: str, channels: Sequence[int], size: int, generator: torch.Generator, tries: int = 8
) -> Tensor:
    """Noise for each channel; where the channel is silent on it, coarser noise, for silence has no gradient."""
    fine = 0.5 * torch.randn(1, 3, size, size, generator=generator)
    coarse = torch.randn(tries, 3, size // 8, size // 8, generator=generator)
    noises = torch.cat([fine, functional.resize(coarse, [size, size])])
    found = model.stage_features(noises, stage)[stage][:, list(channels)]
    speaks = found.flatten(2).mean(2) != 0 if found.dim() == 4 else torch.ones_like(found, dtype=torch.bool)
    return noises[speaks.int().argmax(0)]  # the first that it answers to
