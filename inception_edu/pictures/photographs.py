"""The supplied photographs and where they come from."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
SIDE = 192
"""Pixels of each side."""


@dataclass(frozen=True)
class Photograph:
    """A photograph, cut to a square in which the thing that it shows is large.

    Attributes:
        name: its name here, and that of its file.
        label: what it shows, a class of CIFAR-10.
        title: what it shows, for people.
        author: who took it, as far as the source says.
        source: address of the original.
        licence: "CC0 1.0" or "public domain".
        licence_url: what that means.
        obtained: the copy that it was cut from, and what there says that it is free.
        crop: left, top, right and bottom of the square in that copy, in pixels.
    """

    name: str
    label: str
    title: str
    author: str
    source: str
    licence: str
    licence_url: str
    obtained: str
    crop: tuple[int, int, int, int] = field(repr=False)

    @property
    def path(self) -> Path:
        """The JPEG file."""
        return HERE / "files" / f"{self.name}.jpg"

    @property
    def image(self) -> Image.Image:
        """The picture, RGB."""
        with Image.open(self.path) as file:
            return file.convert("RGB")

    @property
    def array(self) -> np.ndarray:
        """The picture as uint8, height×width×3."""
        return np.array(self.image)

    @property
    def credit(self) -> str:
        """One line of credit."""
        return f"{self.title}. {self.author}, {self.licence}, {self.source}"


@functools.cache
def photographs() -> tuple[Photograph, ...]:
    """The supplied photographs, in the order of their names; several may show the same thing.

    >>> sorted({photo.label for photo in photographs()})
    ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse']
    """
    rows = json.loads((HERE / "credits.json").read_text(encoding="utf-8"))
    return tuple(Photograph(**{**row, "crop": tuple(row["crop"])}) for row in rows)
