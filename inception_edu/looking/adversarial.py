"""Adversarial pixels: a change too small to see, in the direction that hurts most.

Goodfellow, Shlens and Szegedy, *Explaining and Harnessing Adversarial Examples*, ICLR 2015 (arXiv:1412.6572), section
4: the fast gradient sign method, shown there on GoogLeNet.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


def fast_gradient_sign(
    model: nn.Module, x: Tensor, labels: Tensor, epsilon: float, mean: Sequence[float], std: Sequence[float]
) -> Tensor:
    """Each value moved by epsilon to where the loss grows.

    Args:
        model: gives logits N×K.
        x: pictures, normalized, N×C×H×W.
        labels: the true classes, N.
        epsilon: how far, for values from 0 (black) to 1 (white); 1/255 is one step of eight bits.
        mean: of the normalization, a number a colour.
        std: of the normalization; what is moved beyond black or white is brought back.

    Returns:
        N×C×H×W, normalized.
    """
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        loss = functional.cross_entropy(model(x), labels, reduction="sum")
    return _moved(x.detach(), torch.autograd.grad(loss, x)[0].sign(), epsilon, mean, std)


def random_sign(x: Tensor, epsilon: float, mean: Sequence[float], std: Sequence[float], seed: int = 0) -> Tensor:
    """The control: each value moved as far, up or down by chance."""
    generator = torch.Generator().manual_seed(seed)
    signs = 2 * torch.randint(2, x.shape, generator=generator).to(x.dtype) - 1
    return _moved(x, signs, epsilon, mean, std)


def _moved(x: Tensor, signs: Tensor, epsilon: float, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    center, spread = (torch.tensor(values, dtype=x.dtype).view(1, -1, 1, 1) for values in (mean, std))
    return ((x * spread + center + epsilon * signs).clamp(0, 1) - center) / spread
