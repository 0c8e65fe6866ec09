"""Augmentation of one image at a time, for data read from files by worker processes.

Built from `torchvision.transforms.v2`, except for what it lacks. Transforms draw from torch's global random state;
`datasets.AugmentedDataset` sets it from (seed, epoch, sample), so that an epoch is the same however many
workers read it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as F

AREA = "area"
INTERPOLATIONS = (
    InterpolationMode.BILINEAR,
    AREA,
    InterpolationMode.NEAREST_EXACT,
    InterpolationMode.BICUBIC,
)
"""The four ways of resizing that the 2014 recipe chooses among with equal probability."""


class Resize:
    """Resize to a square of `image_size` pixels a side, whatever the image's shape: bilinear, antialiased."""

    def __init__(self, image_size: int):
        self.image_size = image_size

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        return F.resize(image, [self.image_size, self.image_size], antialias=True)

    def __repr__(self) -> str:
        return f"Resize({self.image_size})"


class CenterCrop:
    """The usual view of a photograph for evaluation: the shorter side to 8/7 of `image_size`, then the middle."""

    def __init__(self, image_size: int):
        side = round(image_size * 8 / 7)
        self.crop = v2.Compose([v2.Resize(side, antialias=True), v2.CenterCrop(image_size)])

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        return self.crop(image)

    def __repr__(self) -> str:
        return f"CenterCrop({self.crop})"


class AreaCrop:
    """The crop that the GoogLeNet paper found to work well after the contest (Szegedy et al. 2014, section 6).

    A patch whose area is spread evenly over 8 % to 100 % of the image and whose aspect ratio lies between 3/4 and 4/3,
    resized to a square by an interpolation drawn for each image with equal probability.

    Args:
        image_size: side of the result, in pixels.
        scale: smallest and largest part of the image's area.
        ratio: smallest and largest width over height.
        interpolations: what to draw from: modes of torchvision, and `"area"` (the mean of the pixels that a pixel of
            the result covers), which torchvision has for PIL images alone.
    """

    def __init__(
        self,
        image_size: int,
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3 / 4, 4 / 3),
        interpolations: Sequence[InterpolationMode | str] = INTERPOLATIONS,
    ):
        crops = []
        for mode in interpolations:
            if mode == AREA:
                crops.append(_AreaResizedCrop(image_size, scale, ratio))
            else:
                crops.append(v2.RandomResizedCrop(image_size, scale, ratio, interpolation=mode, antialias=True))
        self.crop = v2.RandomChoice(crops) if len(crops) > 1 else crops[0]

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        return self.crop(image)

    def __repr__(self) -> str:
        return f"AreaCrop({self.crop})"


class _AreaResizedCrop(v2.RandomResizedCrop):
    """`RandomResizedCrop` that resizes by averaging areas."""

    def transform(self, inpt: torch.Tensor, params: dict) -> torch.Tensor:
        patch = F.crop(inpt, params["top"], params["left"], params["height"], params["width"])
        resized = torch.nn.functional.interpolate(patch[None].float(), size=self.size, mode="area")[0]
        return resized if inpt.is_floating_point() else resized.round_().to(inpt.dtype)
