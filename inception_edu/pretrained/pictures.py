"""Any picture as the network saw those of its training.

A picture of CIFAR-10 is a photograph shrunk to 32 pixels, and in training it was enlarged again to what the network
takes. A reader's photograph goes the same way: its middle square, shrunk, enlarged. Without the detour through 32
pixels it would show the network details that none of its training pictures had.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..augmentation.pictures import CenterCrop, EnlargedSquare
from ..datasets.images import read_image, rgb_pixels

__all__ = ["Picture", "pixels", "view"]

Picture = str | os.PathLike[str] | Image.Image | np.ndarray | Tensor
"""A file, a PIL image, uint8 pixels H×W×3 (numpy) or 3×H×W (torch)."""


def pixels(picture: Picture) -> Tensor:
    """A picture of any kind as uint8 3×h×w.

    Raises:
        ValueError: it is none of these kinds, or a file that cannot be read as a picture.
    """
    if isinstance(picture, (str, os.PathLike)):
        picture = read_image(Path(picture))
    elif isinstance(picture, Image.Image):
        picture = rgb_pixels(picture)
    if isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3:
        return torch.from_numpy(picture.transpose(2, 0, 1).copy())
    if isinstance(picture, Tensor) and picture.dtype == torch.uint8 and picture.dim() == 3 and picture.shape[0] == 3:
        return picture
    shape = "×".join(map(str, getattr(picture, "shape", ()))) or type(picture).__name__
    raise ValueError(f"a picture is a file, a PIL image, or uint8 values H×W×3 (numpy) or 3×H×W (torch), not {shape}")


def view(picture: Picture, size: int, native: int | None, resize: int | None = None) -> Tensor:
    """A picture as a network sees it, uint8 3×size×size.

    Args:
        picture: of any kind and size.
        size: side of the result, in pixels.
        native: side to which the middle square is shrunk before; None for the usual view of a photograph.
        resize: what the shorter side is brought to in that view.
    """
    transform = CenterCrop(size, resize) if native is None else EnlargedSquare(size, native)
    return transform(pixels(picture))
