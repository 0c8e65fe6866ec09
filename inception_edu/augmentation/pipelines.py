"""From a recipe's `[augment]` to code: whole batches on the device, or picture by picture in worker processes.

The pieces come from the files beside this one and `torchvision.transforms.v2`. Everything works on uint8; the loop's
batches are normalized last, on the device.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2

from .batches import AlternatingFlip, BatchCompose, Cutout, RandomFlip, RandomTranslate
from .pictures import AreaCrop, Resize
from .spec import AugmentSpec

__all__ = ["BatchAreaCrop", "Normalize", "device_augmentation", "picture_transform"]


class Normalize:
    """From uint8 (0 to 255) to float32 with the given mean and spread of each channel: (x/255 - mean) / std."""

    def __init__(self, mean: Sequence[float], std: Sequence[float], device: torch.device) -> None:
        mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (mean, std))
        self.scale, self.shift = 1 / (255 * std), -mean / std

    def __call__(self, images: Tensor) -> Tensor:
        return torch.addcmul(self.shift, images.float(), self.scale)


class BatchAreaCrop:
    """`RandomResizedCrop` for a whole batch N×C×H×W at once: a random part of the area, scaled back to H×W."""

    def __init__(self, scale: tuple[float, float], ratio: tuple[float, float]) -> None:
        self.scale, self.ratio = scale, ratio

    def __call__(
        self, images: Tensor, generator: torch.Generator, indices: Tensor | None = None, epoch: int = 0
    ) -> Tensor:
        count = len(images)
        chance = torch.rand(4, count, generator=generator, device=generator.device).to(images.device)
        area = self.scale[0] + (self.scale[1] - self.scale[0]) * chance[0]
        low, high = (math.log(limit) for limit in self.ratio)
        aspect = torch.exp(low + (high - low) * chance[1])
        width = (area * aspect).sqrt().clamp(max=1)  # as parts of the image's own width and height
        height = (area / aspect).sqrt().clamp(max=1)
        left, top = (1 - width) * chance[2], (1 - height) * chance[3]
        grid = torch.zeros(count, 2, 3, device=images.device)
        grid[:, 0, 0], grid[:, 0, 2] = width, 2 * left + width - 1  # grid_sample runs from -1 to 1
        grid[:, 1, 1], grid[:, 1, 2] = height, 2 * top + height - 1
        where = F.affine_grid(grid, list(images.shape), align_corners=False)
        found = F.grid_sample(images.float(), where, mode="bilinear", padding_mode="border", align_corners=False)
        return found.round_().to(images.dtype) if not images.is_floating_point() else found


def device_augmentation(spec: AugmentSpec, *, seed: int, mean: Sequence[float]) -> BatchCompose | None:
    """The augmentation of whole batches on the device; None where `spec` needs picture by picture.

    seed: of the run. mean: of each channel, 0 to 1: the colour that covers a part of a picture and tells nothing.
    """
    if spec.crop == "resize" or spec.color_jitter or spec.erasing or spec.interpolation != "bilinear":
        return None
    steps: list[Callable] = []
    if spec.flip != "none":
        steps.append(RandomFlip() if spec.flip == "random" else AlternatingFlip(seed))
    if spec.crop == "translate" and spec.translate:
        steps.append(RandomTranslate(spec.translate))
    if spec.crop == "area":
        steps.append(BatchAreaCrop(spec.scale, spec.ratio))
    if spec.cutout:
        steps.append(Cutout(spec.cutout, fill=_grey(mean)))
    return BatchCompose(steps)


def picture_transform(
    spec: AugmentSpec, size: int, *, train: bool, mean: Sequence[float]
) -> Callable[[Tensor], Tensor]:
    """The transform of one picture (uint8 3×h×w, any size) to uint8 3×size×size.

    With `train` the augmentation of `spec`; without, the same crop without chance: the middle of the scaled picture
    for `resize`, else the whole picture scaled.
    """
    if not train:
        return v2.Compose([v2.Resize(spec.resize), v2.CenterCrop(size)]) if spec.crop == "resize" else Resize(size)
    if spec.flip == "alternate" or spec.cutout:
        raise ValueError("augment.flip = alternate and augment.cutout are for images that fit on the device; "
                         "for pictures read from files use augment.flip = random and augment.erasing")  # fmt: skip
    steps: list[Callable] = []
    if spec.crop == "area":
        modes = {} if spec.interpolation == "random" else {"interpolations": [InterpolationMode.BILINEAR]}
        steps.append(AreaCrop(size, spec.scale, spec.ratio, **modes))
    elif spec.crop == "resize":
        steps += [v2.Resize(spec.resize), v2.RandomCrop(size)]
    else:
        steps.append(Resize(size))
        if spec.crop == "translate":
            steps.append(v2.RandomCrop(size, padding=spec.translate, padding_mode="reflect"))
    if spec.flip == "random":
        steps.append(v2.RandomHorizontalFlip())
    if spec.color_jitter:
        steps.append(v2.ColorJitter(spec.color_jitter, spec.color_jitter, spec.color_jitter))
    if spec.erasing:
        steps.append(v2.RandomErasing(spec.erasing, value=_grey(mean)))
    return v2.Compose(steps)


def _grey(mean: Sequence[float]) -> list[float]:
    return [255 * value for value in mean]
