"""How training images are varied, as the data of a recipe's `[augment]`. Nothing here needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..settings import Section, setting

__all__ = ["AugmentSpec"]


def _range(limits: Sequence[float]) -> str | None:
    return "must be [smallest, largest]" if limits[0] > limits[1] else None


@dataclass(frozen=True)
class AugmentSpec(Section):
    """`[augment]`: how training images are varied."""

    flip: str = setting(
        "none",
        "mirror images: half of them at random, or each one every other epoch (`alternate`, from cifar10-airbench)",
        choices=("none", "random", "alternate"),
    )
    crop: str = setting(
        "none",
        "how the crop is found: `translate` shifts by a few pixels, `resize` scales the short "
        "side and crops at random, `area` takes a random part of the area (Szegedy et al. 2014)",
        choices=("none", "translate", "resize", "area"),
    )
    translate: int = setting(0, "largest shift, pixels (crop = translate)", at_least=0, at_most=8192)
    resize: int = setting(256, "short side before the random crop, pixels (crop = resize)", at_least=1, at_most=8192)
    scale: tuple[float, float] = setting(
        (0.08, 1.0), "part of the area that is kept (crop = area)", above=0, at_most=1, rule=_range
    )
    ratio: tuple[float, float] = setting(
        (0.75, 1.3333333333333333), "aspect ratio of the crop (crop = area)", above=0, at_most=1e6, rule=_range
    )
    interpolation: str = setting(
        "bilinear",
        "`random` draws one of several with equal chance, as the 2014 paper did",
        choices=("bilinear", "random"),
    )
    cutout: int = setting(0, "side of a square that is blanked, pixels", at_least=0, at_most=8192)
    color_jitter: float = setting(0.0, "largest relative change of brightness, contrast and saturation", at_least=0)
    erasing: float = setting(0.0, "chance that a random rectangle is erased", at_least=0, at_most=1)
