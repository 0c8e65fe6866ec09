"""Augmentation of one image at a time, for data read from files by worker processes.

Built from `torchvision.transforms.v2`, except for what it lacks. Transforms draw from torch's global random state;
`datasets.AugmentedDataset` sets it from (seed, epoch, sample), so that an epoch is the same however many
workers read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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


class CenterCrop(v2.Compose):
    """The usual view of a photograph for evaluation: the shorter side resized, then the middle.

    Args:
        size: side of the result, in pixels.
        resize: what the shorter side is brought to before, in pixels; by default 8/7 of `size`, as 256 is of 224.
    """

    def __init__(self, size: int, resize: int | None = None):
        side = round(size * 8 / 7) if resize is None else resize
        super().__init__([v2.Resize(side), v2.CenterCrop(size)])


class EnlargedSquare(v2.Compose):
    """A photograph as a data set of small pictures holds it, enlarged: middle square, shrunk, enlarged bilinearly.

    Shrinking averages over the pixels that a small one covers (antialiasing).

    Args:
        size: side of the result, in pixels.
        native: side of the small picture between.
    """

    def __init__(self, size: int, native: int):
        super().__init__([_middle_square, v2.Resize([native, native]), v2.Resize([size, size])])


def _middle_square(picture: torch.Tensor) -> torch.Tensor:
    """The largest square in the middle of C×H×W; of an odd remainder the smaller half lies before it."""
    height, width = picture.shape[-2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[..., top : top + side, left : left + side]


class RandomResizedCrop(v2.RandomChoice):
    """The crop that the GoogLeNet paper found to work well after the contest (Szegedy et al. 2014, section 6).

    A patch whose area is spread evenly over 8 % to 100 % of the image and whose aspect ratio lies between 3/4 and 4/3,
    resized to a square: torchvision's transform of this name, with an interpolation drawn for each image, all equally
    likely.

    Args:
        size: side of the result, in pixels.
        scale: smallest and largest part of the image's area.
        ratio: smallest and largest width over height.
        interpolations: what to draw from: modes of torchvision, and `"area"` (the mean of the pixels that a pixel of
            the result covers), which torchvision has for PIL images alone.
    """

    def __init__(
        self,
        size: int,
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3 / 4, 4 / 3),
        interpolations: Sequence[InterpolationMode | str] = INTERPOLATIONS,
    ):
        super().__init__([_crop(size, scale, ratio, mode) for mode in interpolations])

    def forward(self, *inputs: Any) -> Any:
        """Draw an interpolation, where there are several, and a patch."""
        return super().forward(*inputs) if len(self.transforms) > 1 else self.transforms[0](*inputs)


def _crop(
    size: int, scale: tuple[float, float], ratio: tuple[float, float], mode: InterpolationMode | str
) -> v2.RandomResizedCrop:
    if isinstance(mode, InterpolationMode):
        return v2.RandomResizedCrop(size, scale, ratio, interpolation=mode)
    if mode != AREA:
        raise ValueError(f"unknown interpolation {mode!r}; there are torchvision's modes and {AREA!r}")
    return _AreaResizedCrop(size, scale, ratio)


class _AreaResizedCrop(v2.RandomResizedCrop):
    """The same, resized by averaging areas."""

    def transform(self, inpt: torch.Tensor, params: dict) -> torch.Tensor:
        """Cut and resize one image C×H×W."""
        patch = F.crop(inpt, params["top"], params["left"], params["height"], params["width"])
        resized = torch.nn.functional.interpolate(patch[None].float(), size=self.size, mode="area")[0]
        return resized if inpt.is_floating_point() else resized.round_().to(inpt.dtype)
