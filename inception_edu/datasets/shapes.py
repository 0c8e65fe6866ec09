"""`shapes`: a synthetic set of multi-scale objects, drawn in memory from a seed; needs no download.

Ten classes, on purpose not to be told apart by colour, place or size:

- eight outlines (disc, ring, square, triangle, star, cross, crescent, flower) of any colour, from a third of the
  image's side to most of it, turned and stretched, so that the same corner or hole must be found at several scales;
- two textures (stripes, checks) on an outline of any kind, so that fine detail and not the outline decides.

Backgrounds have gradients and clutter; a third of the objects are crossed by a bar; every image has noise of its own
strength. A scene is a pure function of (seed, split, index): the same one at every image size, in sets of every
length, on every platform. For that, only arithmetic that IEEE 754 rounds exactly is used (no sines, no exponentials),
on NumPy's raw random numbers. A set that takes a second to draw is kept in the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import torch

from ..arguments import optional, whole
from .base import InMemoryDataset, check_memory, check_split
from .cache import cache_key, kept_or_made
from .picture_files import in_threads
from .streams import raw_stream
from .subsets import subset_indices

CLASSES = ("disc", "ring", "square", "triangle", "star", "cross", "crescent", "flower", "stripes", "checks")
SIZES = {"train": 4_000, "test": 1_000}
SMALLEST_RADIUS, LARGEST_RADIUS = 0.16, 0.42  # of the image's side
DOTS = 4  # clutter in the background
PIXELS_A_CHUNK = 1 << 18  # how much is drawn at once: small enough for a processor's cache
WORTH_KEEPING = 4 << 20  # bytes of images, a quarter of a second; what is less is drawn each time
MOST_KEPT = 8  # sets; the two of the recipe `quick` take 61 MB


class Shapes(InMemoryDataset):
    """The synthetic set; `.radii` holds the size of each object, as a fraction of the image's side."""

    def __init__(self, images: torch.Tensor, radii: torch.Tensor, **about):
        super().__init__(images, **about)
        self.radii = radii


def open_split(
    *,
    root: Path | None = None,
    split: str = "train",
    image_size: int | None = None,
    subset: int | float | None = None,
    seed: int = 0,
    verify: bool = True,
    download: bool = False,
    size: Annotated[int | None, optional(whole(len(CLASSES)))] = None,
) -> Shapes:
    """Draw a split; `size` is how many images it has. `root`, `verify` and `download` have nothing to do here."""
    check_split("shapes", split)
    size, side = SIZES[split] if size is None else size, image_size or 32
    check_memory("shapes", size, side)
    indices = np.arange(size)
    labels = indices % len(CLASSES)
    indices = indices[subset_indices(labels, subset, seed, CLASSES)]
    drawn = _kept(indices, split, side, seed)
    return Shapes(
        torch.from_numpy(drawn["images"]),
        torch.from_numpy(drawn["radii"]),
        name="shapes",
        split=split,
        classes=CLASSES,
        labels=labels[indices],
        official=True,
        subset=subset,
        seed=seed,
    )


def draw(indices: np.ndarray, split: str, image_size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The images with the given indices (uint8 N×3×S×S; the class of image i is i mod 10) and their objects' radii."""
    images = np.empty((len(indices), 3, image_size, image_size), np.uint8)
    radii = np.empty(len(indices), np.float32)
    chunk = max(1, PIXELS_A_CHUNK // image_size**2)
    parts = []
    for label, name in enumerate(CLASSES):
        members = np.flatnonzero(indices % len(CLASSES) == label)
        parts += [(name, members[start : start + chunk]) for start in range(0, len(members), chunk)]

    def drawn(part):
        return _draw_class(part[0], indices[part[1]], split, image_size, seed)

    for (_, members), found in zip(parts, in_threads(drawn, parts, at_once=16)):
        images[members], radii[members] = found
    return images, radii


def _kept(indices: np.ndarray, split: str, image_size: int, seed: int) -> Mapping[str, np.ndarray]:
    """The images and radii that `draw` gives, drawn once for as long as this file stays the same."""

    def make() -> dict[str, np.ndarray]:
        return dict(zip(("images", "radii"), draw(indices, split, image_size, seed)))

    if 3 * len(indices) * image_size**2 < WORTH_KEEPING:
        return make()
    source = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    key = cache_key("shapes", source, split, image_size, seed, indices.tolist())
    return kept_or_made("shapes", key, make, MOST_KEPT)


def object_boxes(indices: np.ndarray, split: str = "test", seed: int = 0) -> np.ndarray:
    """n×4: left, top, right and bottom of a square around the object of each image, as shares of the image's side.

    The square reaches one radius from the object's centre each way, and ends where the image does.
    """
    dice = _Dice(np.asarray(indices), split, 1, seed)
    radius = np.float32(SMALLEST_RADIUS) + np.float32(LARGEST_RADIUS - SMALLEST_RADIUS) * dice()
    centre_x, centre_y = _centre(dice, radius)
    box = np.stack([centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius], axis=1)
    return np.clip(box[:, :, 0, 0], 0, 1)


class _Dice:
    """The random numbers of n images, taken one call after the other; each is an array n×1×1 in [0, 1)."""

    DRAWS = 80

    def __init__(self, indices: np.ndarray, split: str, image_size: int, seed: int):
        noise_words = -(-3 * image_size**2 // 8)
        key = (seed, list(SIZES).index(split))
        raw = np.stack([raw_stream(self.DRAWS + noise_words, *key, int(index)) for index in indices])
        self._uniform = ((raw[:, : self.DRAWS] >> np.uint64(11)) * 2.0**-53).astype(np.float32)
        noise = raw[:, self.DRAWS :].astype("<u8").view(np.uint8)[:, : 3 * image_size**2]
        self.noise = noise.reshape(-1, 3, image_size, image_size)
        self._next = 0

    def __call__(self, low: float = 0.0, high: float = 1.0) -> np.ndarray:
        drawn = self._uniform[:, self._next, None, None]
        self._next += 1
        return np.float32(low) + np.float32(high - low) * drawn


def _draw_class(name: str, indices: np.ndarray, split: str, image_size: int, seed: int):
    """Images (uint8 n×3×S×S) of one class, and their radii (n)."""
    dice = _Dice(indices, split, image_size, seed)
    centres = (np.arange(image_size, dtype=np.float32) + np.float32(0.5)) / np.float32(image_size)
    x, y = centres[None, None, :], centres[None, :, None]  # the image is the unit square, y down
    pixel = np.float32(1 / image_size)

    radius = np.float32(SMALLEST_RADIUS) + np.float32(LARGEST_RADIUS - SMALLEST_RADIUS) * dice()
    u, v = _place(dice, x, y, radius)
    distance = radius * _outline(name, u, v, dice)  # below zero inside
    inside = _coverage(distance, pixel)

    ground, light = _background(dice, x, y, pixel)
    shadow = _coverage(distance + np.float32(0.02), np.float32(0.12)) * dice(0, 0.35)
    ground = ground * (1 - shadow[:, None])

    light = _away_from(light, dice(), gap=0.35)
    body = _colour(dice, light, chroma=dice(0.2, 0.75))
    shade = 1 + dice(0, 0.25) * -(u + v)  # lit from one side
    body = body * shade[:, None]
    detail = _texture(name, u * radius, v * radius, radius, distance, pixel, dice)
    body = body + detail[:, None] * (_colour(dice, _away_from(light, dice(), gap=0.35), chroma=dice(0.1, 0.6)) - body)
    image = ground + inside[:, None] * (body - ground)

    bar = _bar(dice, u * radius, v * radius, radius, pixel)
    image = image + bar[:, None] * (_colour(dice, dice(0.1, 0.9), chroma=dice(0, 0.5)) - image)

    strength = np.float32(0.02) + np.float32(0.12) * dice() ** 2
    image = image + strength[:, None] * (dice.noise.astype(np.float32) / np.float32(255) - np.float32(0.5))
    return np.floor(np.clip(image, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8), radius[:, 0, 0]


def _coverage(distance: np.ndarray, pixel: np.float32) -> np.ndarray:
    """How much of a pixel lies inside an outline at this signed distance: an antialiased mask."""
    return np.clip(np.float32(0.5) - distance / pixel, 0, 1)


def _turn(dice: _Dice) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine of a random angle, by the rational points of the circle."""
    t = dice(-1, 1)
    sign = np.where(dice() < 0.5, np.float32(-1), np.float32(1))
    return sign * (1 - t * t) / (1 + t * t), sign * 2 * t / (1 + t * t)


def _centre(dice: _Dice, radius) -> tuple[np.ndarray, np.ndarray]:
    """Where an object is: anywhere, most of it within the image."""
    margin = np.float32(0.9) * radius
    return margin + (1 - 2 * margin) * dice(), margin + (1 - 2 * margin) * dice()


def _place(dice: _Dice, x, y, radius):
    """Coordinates (u, v) of every pixel in a frame around the object: turned, stretched, 1 at its radius."""
    centre_x, centre_y = _centre(dice, radius)
    cos, sin = _turn(dice)
    stretch = dice(0.85, 1.18)
    dx, dy = (x - centre_x) / radius, (y - centre_y) / radius
    return (cos * dx + sin * dy) * stretch, (cos * dy - sin * dx) / stretch


# ---- outlines: signed distances (below zero inside), for objects of about radius 1 ----


def _outline(name: str, u, v, dice: _Dice) -> np.ndarray:
    if name in OUTLINES:
        return OUTLINES[name](u, v)
    choices = list(OUTLINES.values())
    chosen = (dice() * np.float32(len(choices))).astype(int)
    return np.choose(chosen, [outline(u, v) for outline in choices])


def _length(u, v) -> np.ndarray:
    return np.sqrt(u * u + v * v)


def _disc(u, v, radius=0.95):
    return _length(u, v) - np.float32(radius)


def _ring(u, v):
    return np.abs(_length(u, v) - np.float32(0.74)) - np.float32(0.22)


def _square(u, v):
    return np.maximum(np.abs(u), np.abs(v)) - np.float32(0.8)


def _triangle(u, v):
    slanted = np.abs(u) * np.float32(0.8660254) + v * np.float32(0.5)
    return np.maximum(slanted, -v) - np.float32(0.55)


def _star(u, v):
    """Five points: fold the plane onto one point's half by the star's mirror lines, then measure to its edge."""
    u = np.abs(u)
    for nu, nv in ((0.809017, -0.5877853), (-0.809017, -0.5877853)):
        nu, nv = np.float32(nu), np.float32(nv)
        beyond = 2 * np.maximum(nu * u + nv * v, 0)
        u, v = u - beyond * nu, v - beyond * nv
    tip, notch = 1.1, 0.5  # distances from the centre
    u, v = np.abs(u), v - np.float32(tip)
    edge_u, edge_v = np.float32(notch * 0.5877853), np.float32(notch * 0.809017 - tip)  # from the tip to the notch
    along = np.clip((u * edge_u + v * edge_v) / (edge_u**2 + edge_v**2), 0, 1)
    away_u, away_v = u - edge_u * along, v - edge_v * along
    return _length(away_u, away_v) * np.where(v * edge_u - u * edge_v > 0, np.float32(1), np.float32(-1))


def _cross(u, v):
    u, v = np.abs(u), np.abs(v)
    long, wide = np.maximum(u, v), np.minimum(u, v)
    return np.maximum(long - np.float32(0.98), wide - np.float32(0.32))


def _crescent(u, v):
    return np.maximum(_disc(u, v), np.float32(0.74) - _length(u - np.float32(0.45), v))


FIFTHS = ((1, 0), (0.309017, 0.9510565), (-0.809017, 0.5877853), (-0.809017, -0.5877853), (0.309017, -0.9510565))


def _flower(u, v):
    petals = _disc(u, v, 0.42)
    for cos, sin in FIFTHS:
        cos, sin = np.float32(0.6 * cos), np.float32(0.6 * sin)
        petals = np.minimum(petals, _disc(u - cos, v - sin, 0.38))
    return petals


OUTLINES = {
    "disc": _disc,
    "ring": _ring,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "cross": _cross,
    "crescent": _crescent,
    "flower": _flower,
}


# ---- what fills them ----


def _texture(name: str, a, b, radius, distance, pixel, dice: _Dice) -> np.ndarray:
    """Where the second colour shows, 0 to 1: stripes, checks, or for the outlines, on half of them, a thin rim."""
    if name in OUTLINES:
        width = dice(0.08, 0.2) * radius
        return (1 - _coverage(distance + width, pixel)) * (dice() < 0.5) * np.float32(0.6)
    # No finer than four pixels of a 32-pixel image, however small the object.
    period = np.maximum(np.float32(0.125), radius * dice(0.4, 0.75))
    stripes = _wave(a / period + dice(), period, pixel)
    if name == "stripes":
        return stripes
    across = _wave(b / period + dice(), period, pixel)
    return stripes + across - 2 * stripes * across


def _wave(position, period, pixel) -> np.ndarray:
    """A square wave of period 1 with antialiased edges."""
    triangle = np.abs(position - np.floor(position) - np.float32(0.5)) - np.float32(0.25)
    return _coverage(triangle * period, pixel)


def _bar(dice: _Dice, a, b, radius, pixel) -> np.ndarray:
    """A bar across a third of the objects."""
    cos, sin = _turn(dice)
    offset, width = dice(-0.8, 0.8) * radius, dice(0.08, 0.2) * radius
    return _coverage(np.abs(cos * a + sin * b - offset) - width, pixel) * (dice() < np.float32(1 / 3))


# ---- colours and background ----


def _colour(dice: _Dice, light, chroma) -> np.ndarray:
    """n×3×1×1 (or ×S×S): a colour of a random hue with the given lightness and colourfulness."""
    hue = 6 * dice()
    pure = [np.clip(np.abs((hue + shift) % 6 - 3) - 1, 0, 1) for shift in (np.float32(0), np.float32(4), np.float32(2))]
    grey = np.float32(0.3) * pure[0] + np.float32(0.59) * pure[1] + np.float32(0.11) * pure[2]
    return np.stack([np.clip(light + chroma * (channel - grey), 0, 1) for channel in pure], axis=1)


def _away_from(light, drawn, gap: float) -> np.ndarray:
    """A lightness that differs from `light` by `gap` at least, evenly spread over what is left of [0.05, 0.95]."""
    below = np.maximum(light - np.float32(gap + 0.05), 0)
    above = np.maximum(np.float32(0.95 - gap) - light, 0)
    at = drawn * (below + above)
    return np.where(at < below, np.float32(0.05) + at, light + np.float32(gap) + at - below)


def _background(dice: _Dice, x, y, pixel):
    """n×3×S×S with a gradient and a few dots, and its lightness n×1×1."""
    light = dice(0.1, 0.9)
    cos, sin = _turn(dice)
    one, other = _colour(dice, light - dice(0, 0.08), dice(0, 0.4)), _colour(dice, light + dice(0, 0.08), dice(0, 0.4))
    along = np.clip(cos * (x - np.float32(0.5)) + sin * (y - np.float32(0.5)) + np.float32(0.5), 0, 1)
    ground = one + along[:, None] * (other - one)
    for _ in range(DOTS):
        dot = _coverage(_length(x - dice(), y - dice()) - dice(0.015, 0.06), pixel) * dice(0, 0.9)
        ground = ground + dot[:, None] * (_colour(dice, dice(0.1, 0.9), dice(0, 0.6)) - ground)
    return ground, light
