"""Augmentation of whole batches that already lie on the device.

Each class is called as `augment(images, generator, indices=..., epoch=...)` on a batch N×C×H×W of any dtype, and
returns a new batch of the same shape, dtype and device. All randomness comes from `generator` (which may live on the
CPU while the images do not), or is a pure function of the sample's index and the epoch; so a run that restores the
generator's state goes on exactly as if it had never stopped. No loop over images: N images cost a few kernels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


def _uniform(shape: tuple[int, ...], generator: torch.Generator, device: torch.device) -> torch.Tensor:
    """Uniform numbers in [0, 1), drawn where the generator lives, so one seed gives the same images on any device."""
    return torch.rand(shape, generator=generator, device=generator.device).to(device, non_blocking=True)


def _randint(high: int, count: int, generator: torch.Generator, device: torch.device) -> torch.Tensor:
    drawn = torch.randint(high, (count,), generator=generator, device=generator.device)
    return drawn.to(device, non_blocking=True)


class RandomTranslate:
    """Shift every image by up to `padding` pixels each way: the same as padding it and cutting out a random window.

    Args:
        padding: the largest shift, in pixels, along each axis; each of the 2·padding + 1 shifts is equally likely.
        mode: what comes in at the border: `"reflect"` (the picture mirrored, edge pixels not doubled) or `"zeros"`.
    """

    def __init__(self, padding: int = 4, mode: str = "reflect"):
        if isinstance(padding, bool) or not isinstance(padding, int) or padding < 0:
            raise ValueError(f"padding must be a whole number of pixels from 0 up, not {padding!r}")
        if mode not in ("reflect", "zeros"):
            raise ValueError(f"unknown border mode {mode!r}; there are: reflect, zeros")
        self.padding = padding
        self.mode = mode

    def __call__(self, images, generator, indices=None, epoch=0):
        n, _, height, width = images.shape
        if self.mode == "reflect" and self.padding >= min(height, width):
            raise ValueError(f"cannot reflect {self.padding} pixels of a {height}×{width} image")
        rows = self._window(n, height, generator, images.device)  # N×H: where each output row comes from
        columns = self._window(n, width, generator, images.device)  # N×W
        inside = None
        if self.mode == "reflect":
            rows, columns = self._mirror(rows, height), self._mirror(columns, width)
        else:
            inside = self._within(rows, height)[:, None, :, None] & self._within(columns, width)[:, None, None, :]
            rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
        sample = torch.arange(n, device=images.device)[:, None, None, None]
        channel = torch.arange(images.shape[1], device=images.device)[None, :, None, None]
        moved = images[sample, channel, rows[:, None, :, None], columns[:, None, None, :]]  # N×C×H×W
        return moved if inside is None else moved * inside

    def _window(self, n: int, length: int, generator, device) -> torch.Tensor:
        shift = _randint(2 * self.padding + 1, n, generator, device) - self.padding
        return shift[:, None] + torch.arange(length, device=device)

    @staticmethod
    def _mirror(position: torch.Tensor, length: int) -> torch.Tensor:
        last = length - 1
        return last - (last - position.abs()).abs()

    @staticmethod
    def _within(position: torch.Tensor, length: int) -> torch.Tensor:
        return (position >= 0) & (position < length)


class RandomFlip:
    """Mirror each image left to right with probability `p`."""

    def __init__(self, p: float = 0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"p must be a probability, not {p!r}")
        self.p = p

    def __call__(self, images, generator, indices=None, epoch=0):
        flip = _uniform((len(images),), generator, images.device) < self.p
        return _flip(images, flip)


class AlternatingFlip:
    """Mirror each image in every second epoch, half of them in the even ones and half in the odd ones.

    Over two epochs the network sees each image and its mirror image once, where random flips show the same one twice
    half of the time (Jordan 2024, *94% on CIFAR-10 in 3.29 seconds on a single GPU*). Which half an image belongs to
    is a hash of its index and the seed, so there is no state to save.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def __call__(self, images, generator, indices=None, epoch=0):
        if indices is None:
            raise ValueError("AlternatingFlip needs the indices of the samples in the data set")
        flip = (self._half(indices.to(images.device)) + epoch) % 2 == 1
        return _flip(images, flip)

    def _half(self, indices: torch.Tensor) -> torch.Tensor:
        """0 or 1 for each index, as good as a coin (the finalizer of MurmurHash3 on 32 bits held in int64)."""
        mask = 0xFFFFFFFF
        h = (indices.long() * 0x9E3779B1 + self.seed * 0x85EBCA77) & mask
        h = ((h ^ (h >> 16)) * 0x85EBCA6B) & mask
        h = ((h ^ (h >> 13)) * 0xC2B2AE35) & mask
        return (h ^ (h >> 16)) & 1


def _flip(images: torch.Tensor, flip: torch.Tensor) -> torch.Tensor:
    return torch.where(flip[:, None, None, None], images.flip(-1), images)


class Cutout:
    """Cover one square of each image, its centre anywhere, so part of it may hang over the border (DeVries and Taylor
    2017, *Improved Regularization of Convolutional Neural Networks with Cutout*).

    Args:
        size: side of the square, in pixels.
        fill: the value that covers, one number or one a channel. 0 is the mean colour of images already normalised;
            for uint8 images give the mean colour itself.
    """

    def __init__(self, size: int, fill: float | Sequence[float] = 0.0):
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"size must be a positive whole number of pixels, not {size!r}")
        self.size = size
        self.fill = fill

    def __call__(self, images, generator, indices=None, epoch=0):
        n, _, height, width = images.shape
        rows = self._covered(n, height, generator, images.device)
        columns = self._covered(n, width, generator, images.device)
        covered = rows[:, None, :, None] & columns[:, None, None, :]  # N×1×H×W
        fill = torch.as_tensor(self.fill, dtype=images.dtype, device=images.device).reshape(1, -1, 1, 1)
        return torch.where(covered, fill, images)

    def _covered(self, n: int, length: int, generator, device) -> torch.Tensor:
        start = _randint(length, n, generator, device)[:, None] - self.size // 2
        position = torch.arange(length, device=device)
        return (position >= start) & (position < start + self.size)


class BatchCompose:
    """Several augmentations of this module, one after the other."""

    def __init__(self, augmentations: Sequence):
        self.augmentations = tuple(augmentations)

    def __call__(self, images, generator, indices=None, epoch=0):
        for augment in self.augmentations:
            images = augment(images, generator, indices=indices, epoch=epoch)
        return images
