"""Read a picture file as it is meant to be seen, or say that it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from .files import open_regular

FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP")
"""What is opened: pixels only. Pillow would hand some of its other formats to programs outside."""

UNREADABLE = "images missing, unreadable or truncated"
"""The reason under which a data set's report counts them."""

EIGHT_BITS = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV")
"""Pillow's modes whose channels run from 0 to 255, which its own conversion to RGB gets right."""
TRANSPARENT = ("LA", "La", "PA", "RGBA", "RGBa")
BITS_PER_SAMPLE, PHOTOMETRIC, WHITE_IS_ZERO = 258, 262, 0  # of TIFF 6.0, section 8
LARGEST_PICTURE = 100_000_000  # pixels; one of 50 MP is a large photograph, more would fill the memory


class UnreadableImage(ValueError):
    """A file that is no picture, only the beginning of one, or of numbers whose black and white are not known."""


def read_image(path: Path, upright: bool = True) -> np.ndarray:
    """The picture as uint8 H×W×3, as a viewer shows it: grey and palette pictures in RGB, what is transparent white.

    Grey of 16 bits is brought to 8; numbers with a fraction must lie between 0 (black) and 1 (white).

    Args:
        path: the file.
        upright: turn the picture as its EXIF data say. Boxes that count stored pixels need it as it is stored.

    Raises:
        UnreadableImage: missing, not a picture in one of `FORMATS`, truncated, of an absurd size, or of numbers of
            which nobody says where white lies (whole numbers of 32 bits).
    """
    with _opened(path) as image:
        image.load()
        turned = ImageOps.exif_transpose(image) if upright else image
        return rgb_pixels(image if turned is None else turned, image)


def check_image(path: Path) -> None:
    """Decode the whole file, in the fastest way there is.

    Raises:
        UnreadableImage: `read_image` would raise it.
    """
    with _opened(path) as image:
        quick = image.format == "JPEG" and image.mode in EIGHT_BITS
        if quick:
            image.draft(None, (1, 1))  # an eighth as wide and high; the entropy code is read to its end all the same
            image.load()
    if not quick:
        read_image(path)


def glance_at_image(path: Path) -> tuple[int, int]:
    """(width, height) in pixels; a JPEG file that begins and ends as one should is not decoded, others are.

    Raises:
        UnreadableImage: missing, no picture, or cut short.
    """
    with _opened(path) as image, open_regular(path) as file:
        file.seek(-2, 2)
        if image.format != "JPEG" or file.read() != b"\xff\xd9":
            image.load()
        return image.size


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A picture of which only the head has been read; whatever goes wrong from here on makes it unreadable."""
    try:
        with open_regular(path) as file, Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PICTURE:
                raise ValueError(f"{image.width:,}×{image.height:,} pixels are too many")
            yield image
    except UnidentifiedImageError:
        raise UnreadableImage(f"{path} cannot be read as a picture: it is none of {', '.join(FORMATS)}") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreadableImage(f"{path} cannot be read as a picture: {reason}") from None


def rgb_pixels(image: Image.Image, original: Image.Image | None = None) -> np.ndarray:
    """The pixels of a PIL image as uint8 H×W×3, as `read_image` describes them.

    Args:
        image: in any mode.
        original: the image as it was opened, with what its file says, where it has been turned since.

    Raises:
        ValueError: nobody says where white lies in these numbers, or they lie beyond black and white.
    """
    original = image if original is None else original
    if image.mode in EIGHT_BITS:
        if image.mode in TRANSPARENT or "transparency" in image.info:
            over = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
        return np.asarray(image.convert("RGB"))
    grey = np.asarray(image).astype(np.float64) / _white(image, original)
    if not ((grey >= 0) & (grey <= 1)).all():  # false for NaN too
        raise ValueError("its values do not lie between black (0) and white")
    if _tags(original).get(PHOTOMETRIC) == WHITE_IS_ZERO:
        grey = 1 - grey
    return np.repeat(np.rint(255 * grey).astype(np.uint8)[:, :, None], 3, axis=2)


def _white(image: Image.Image, original: Image.Image) -> float:
    """The value that means white."""
    if image.mode == "F":
        return 1.0
    if image.mode.startswith("I;16"):
        return 2.0 ** _tags(original).get(BITS_PER_SAMPLE, (16,))[0] - 1
    if image.mode == "I" and original.format in ("PNG", "PPM"):  # how Pillow opens their 16 bits, by its version
        return 65_535.0
    raise ValueError(f"where white lies in pixels of mode {image.mode!r} is not known")


def _tags(image: Image.Image) -> Mapping[int, Any]:
    return getattr(image, "tag_v2", {})
