"""From a recipe's `[augment]` to code: whole batches on the device, or picture by picture in worker processes.

The pieces come from the files beside this one and `torchvision.transforms.v2`. Everything works on uint8; the loop's
batches are normalized last, on the device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor
from torchvision.transforms import v2

from . import batches
from .pictures import INTERPOLATIONS, CenterCrop, EnlargedSquare, RandomResizedCrop
from .spec import AugmentSpec

__all__ = ["device_augmentation", "picture_transform"]


def device_augmentation(spec: AugmentSpec, *, seed: int, mean: Sequence[float]) -> batches.Compose | None:
    """The augmentation of whole batches on the device; None where `spec` needs picture by picture.

    Args:
        spec: what is done.
        seed: of the run.
        mean: of each channel, 0 to 1: the colour that covers a part of a picture and tells nothing.
    """
    if spec.crop == "resize" or spec.color_jitter or spec.erasing or spec.interpolation != "bilinear":
        return None
    steps: list[Callable[..., Tensor]] = []
    if spec.flip != "none":
        steps.append(batches.RandomHorizontalFlip() if spec.flip == "random" else batches.AlternatingFlip(seed))
    if spec.crop == "translate" and spec.translate:
        steps.append(batches.RandomTranslate(spec.translate))
    if spec.crop == "area":
        steps.append(batches.RandomResizedCrop(spec.scale, spec.ratio))
    if spec.cutout:
        steps.append(batches.Cutout(spec.cutout, fill=_grey(mean)))
    return batches.Compose(steps)


def picture_transform(
    spec: AugmentSpec, size: int, *, train: bool, mean: Sequence[float], native: int = 0
) -> Callable[[Tensor], Tensor]:
    """The transform of one picture (uint8 3×h×w, any size) to uint8 3×size×size.

    With `train` the augmentation of `spec`; without, the same crop without chance: the middle of the scaled picture
    for `resize`, else the whole picture scaled.

    Args:
        spec: what is done.
        size: side of the result, in pixels.
        train: whether pictures are varied.
        mean: of each channel, 0 to 1: the colour that covers a part of a picture and tells nothing.
        native: the side, in pixels, of a small picture between, from which the result is enlarged; 0 where there is
            none.
    """
    square = EnlargedSquare(size, native) if native else v2.Resize([size, size])
    if not train:
        return CenterCrop(size, spec.resize) if spec.crop == "resize" else square
    if spec.flip == "alternate" or spec.cutout:
        raise ValueError(
            "augment.flip = alternate and augment.cutout are for images that fit on the device; for pictures read from"
            " files use augment.flip = random and augment.erasing"
        )
    steps: list[Callable[[Tensor], Tensor]] = []
    if spec.crop == "area":
        modes = INTERPOLATIONS if spec.interpolation == "random" else INTERPOLATIONS[:1]
        steps.append(RandomResizedCrop(native or size, spec.scale, spec.ratio, modes))
        steps += [v2.Resize([size, size])] * (native > 0)
    elif spec.crop == "resize":
        steps += [v2.Resize(spec.resize), v2.RandomCrop(size)]
    else:
        steps.append(square)
        if spec.crop == "translate":
            steps.append(v2.RandomCrop(size, padding=spec.translate, padding_mode="reflect"))
    if spec.flip == "random":
        steps.append(v2.RandomHorizontalFlip())
    if spec.color_jitter:
        steps.append(v2.ColorJitter(spec.color_jitter, spec.color_jitter, spec.color_jitter))
    if spec.erasing:
        erase = v2.RandomErasing(spec.erasing)
        erase.value = _grey(mean)  # torchvision takes one a channel, and says that it is one number
        steps.append(erase)
    return v2.Compose(steps)


def _grey(mean: Sequence[float]) -> list[float]:
    return [255 * value for value in mean]
