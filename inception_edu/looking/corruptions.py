"""What may happen to a picture on its way to the network: it is turned, blurred, or loses its colours."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode, functional

GREY = 0.5


def rotated(pictures: Tensor, degrees: float) -> Tensor:
    """Turned within their inscribed disc, grey around it at any angle: N×3×S×S in 0…1, the same shape.

    Without the disc the corners alone would say that a picture was turned.
    """
    turned = functional.rotate(pictures, degrees, InterpolationMode.BILINEAR)
    line = torch.linspace(-1, 1, pictures.shape[-1])
    inside = line[:, None] ** 2 + line[None] ** 2 <= 1
    return torch.where(inside, turned, torch.full_like(turned, GREY))


def blurred(pictures: Tensor, sigma: float) -> Tensor:
    """Blurred by a Gaussian of that many pixels; 0 leaves them as they are."""
    if not sigma:
        return pictures
    side = 2 * math.ceil(3 * sigma) + 1
    return functional.gaussian_blur(pictures, [side, side], [sigma, sigma])


def greyed(pictures: Tensor, share: float) -> Tensor:
    """Mixed with their grey version; 1 leaves no colour."""
    grey = functional.rgb_to_grayscale(pictures, num_output_channels=3)
    return (1 - share) * pictures + share * grey


CORRUPTIONS: dict[str, tuple[Callable[[Tensor, float], Tensor], tuple[float, ...]]] = {
    "rotation, degrees": (rotated, (0, 15, 30, 60, 90, 180)),
    "blur, pixels": (blurred, (0, 1, 2, 3, 4)),
    "grey, share": (greyed, (0, 0.5, 1)),
}
"""By name what is done, and how strongly; the first strength is the control."""
