"""Gradients at the picture: which pixels would move a class's score most.

Simonyan, Vedaldi and Zisserman, *Deep Inside Convolutional Networks: Visualising Image Classification Models and
Saliency Maps*, 2013 (arXiv:1312.6034), section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def input_gradient(model: nn.Module, x: Tensor, targets: Tensor) -> Tensor:
    """The gradient of each picture's logit for its target.

    Args:
        model: gives logits N×K, those of a picture by that picture alone.
        x: pictures, normalized, N×C×H×W.
        targets: a class for each, N.

    Returns:
        N×C×H×W.
    """
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        scores = model(x).gather(1, targets[:, None]).sum()
    return torch.autograd.grad(scores, x)[0]


def saliency(model: nn.Module, x: Tensor, targets: Tensor) -> Tensor:
    """At each pixel the largest size of the gradient over the colours: N×C×H×W → N×H×W."""
    return input_gradient(model, x, targets).abs().amax(1)
