"""Pictures that grow while a network learns: small ones first, which cost less, the full size last.

The operations of a convolutional network go with the area of its picture, and its first epochs, which learn colours and
edges, need few pixels. So a run sees more pictures in the same time (Tan and Le 2021, *EfficientNetV2*, section 4:
progressive learning). Augmentation has been done by then, at full size: shifts and blanked squares shrink along.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from .recipe import Recipe

__all__ = ["shrink", "side_in_epoch"]


def side_in_epoch(recipe: Recipe, epoch: int, full: int) -> int:
    """Side of the training pictures of an epoch (from 0), in pixels, where the data's own are `full` pixels a side.

    It rises from `progressive.start` by `progressive.step` pixels at a time, each side for as many epochs as any other,
    and is `full` once `progressive.until` of the epochs are over.
    """
    spec = recipe.progressive
    growing = spec.until * recipe.epochs
    if spec.start == 0 or epoch >= growing:
        return full
    steps = -(-(full - spec.start) // spec.step)  # rounded up: the last one may be shorter
    return min(full, spec.start + spec.step * int(epoch / growing * steps))


def shrink(images: Tensor, side: int) -> Tensor:
    """Square pictures (n × channels × height × width) at `side` pixels, averaged over what a new pixel covers."""
    if images.shape[-1] == side:
        return images
    return F.interpolate(images, size=side, mode="bilinear", antialias=True)
