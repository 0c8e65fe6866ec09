"""Augmentation of one image at a time, for data read from files by worker processes.

Built from `torchvision.transforms.v2`, except for what it lacks. Transforms draw from torch's global random state;
`AugmentedDataset` sets it from (seed, epoch, sample), so that an epoch is the same however many workers read it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.utils.data import Dataset
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as F

from inception_edu.datasets.base import ImageDataset
from inception_edu.datasets.streams import check_seed, raw_stream

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


class CentreCrop:
    """The usual view of a photograph for evaluation: the shorter side to 8/7 of `image_size`, then the middle."""

    def __init__(self, image_size: int):
        side = round(image_size * 8 / 7)
        self.crop = v2.Compose([v2.Resize(side, antialias=True), v2.CenterCrop(image_size)])

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        return self.crop(image)

    def __repr__(self) -> str:
        return f"CentreCrop({self.crop})"


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


class AugmentedDataset(Dataset):
    """A data set seen through a transform, every sample with a random state of its own.

    The state follows from (seed, epoch, index) and nothing else: the same pictures come out for any number of worker
    processes, any batch size and any number of devices, and after a resumed run.

    Args:
        dataset: the source; the transform gets its images as stored, before they are resized.
        transform: from a uint8 tensor 3×h×w to one of a fixed size, drawing from torch's global random state.
        seed: the seed of the run.
    """

    def __init__(self, dataset: ImageDataset, transform, seed: int = 0):
        self.dataset = dataset
        self.transform = transform
        self.seed = check_seed(seed)
        # Shared, so that workers kept alive between epochs see the change too.
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch comes next; call it before iterating over the loader."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image, label = self.dataset.native(index)
        state = torch.get_rng_state()
        try:
            # The CPU's generator alone: torch.manual_seed would reach for every GPU from every worker.
            seed = int(raw_stream(1, self.seed, int(self._epoch), int(index))[0] >> 1)
            torch.default_generator.manual_seed(seed)
            return self.transform(image), label
        finally:
            torch.set_rng_state(state)
