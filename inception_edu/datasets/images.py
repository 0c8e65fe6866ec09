"""Read a picture file, or say that it cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP")
"""What is opened: pixels only. Pillow would hand some of its other formats to programs outside."""


UNREADABLE = "images missing, unreadable or truncated"
"""The reason under which a data set's report counts them."""


class UnreadableImage(ValueError):
    """A file that is no picture, or only the beginning of one."""


def read_image(path: Path) -> np.ndarray:
    """The picture as uint8 H×W×3, grey and palette pictures converted.

    Raises:
        UnreadableImage: missing, not a picture in one of `FORMATS`, truncated, or of an absurd size.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            return np.asarray(image.convert("RGB"))
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise UnreadableImage(f"{path} cannot be read as a picture: {error}") from None


def check_image(path: Path) -> None:
    """Raise UnreadableImage if the file is missing, no picture or cut short.

    A JPEG file that begins and ends as one should is taken to be whole; only others are decoded to find out.
    """
    try:
        with path.open("rb") as file:
            head = file.read(3)
            file.seek(-2, 2)
            tail = file.read(2)
    except OSError as error:
        raise UnreadableImage(f"{path} cannot be read: {error.strerror or error}") from None
    if head != b"\xff\xd8\xff" or tail != b"\xff\xd9":
        read_image(path)
