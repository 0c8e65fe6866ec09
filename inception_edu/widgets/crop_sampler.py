"""Random crops of a picture, as the 2014 recipe draws them (*Going Deeper with Convolutions*, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import exp, floor, log, sqrt
from typing import Any

import numpy as np

from .base import Widget
from .packing import pack
from .params import Param, choice, integer
from .random_numbers import stream

DRAWS = 200  # crops from which the shares are counted
ATTEMPTS = 10  # as torchvision's RandomResizedCrop, before it falls back on the middle of the picture
ASPECTS = {"1": 1.0, "4/3": 4 / 3, "3/2": 1.5, "2": 2.0, "3": 3.0}


def _round(value: float) -> int:
    return floor(value + 0.5)


def draw_crop(p: Mapping[str, Any], width: int, height: int, draw: Callable[[], float]) -> dict[str, Any]:
    """One crop of a picture, by the rules of torchvision's ``RandomResizedCrop``.

    Args:
        p: settings, of which the areas and the aspect count.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        draw: gives numbers of [0, 1).

    Returns:
        left, top, width and height in pixels, how many attempts it took, and whether it is the fallback.
    """
    low, high = sorted((p["min_area"], p["max_area"]))
    widest = ASPECTS[p["aspect"]]
    for attempt in range(1, ATTEMPTS + 1):
        area = width * height * (low + (high - low) * draw()) / 100
        ratio = exp((2 * draw() - 1) * log(widest))
        w, h = _round(sqrt(area * ratio)), _round(sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            left, top = floor(draw() * (width - w + 1)), floor(draw() * (height - h + 1))
            return {"left": left, "top": top, "width": w, "height": h, "attempts": attempt, "fallback": False}
    w, h = width, height
    if width / height < 1 / widest:
        h = _round(width * widest)
    elif width / height > widest:
        w = _round(height * widest)
    left, top = (width - w) // 2, (height - h) // 2
    return {"left": left, "top": top, "width": w, "height": h, "attempts": ATTEMPTS, "fallback": True}


def _overlap(crop: Mapping[str, Any], box: Sequence[float]) -> float:
    """The share of `box` (left, top, right, bottom in pixels) that lies in the crop."""
    across = min(crop["left"] + crop["width"], box[2]) - max(crop["left"], box[0])
    down = min(crop["top"] + crop["height"], box[3]) - max(crop["top"], box[1])
    return max(across, 0) * max(down, 0) / ((box[2] - box[0]) * (box[3] - box[1]))


@cache
def _shapes() -> dict[str, dict[str, Any]]:
    """Three pictures of the synthetic set: a small object, a middling and a large one."""
    from ..datasets.shapes import object_boxes, open_split

    images = open_split(split="test", image_size=96, size=60)
    order = images.radii[:50].argsort().tolist()  # without the last class, for its texture says what it is
    chosen = [order[0], order[len(order) // 2], order[-1]]
    boxes = object_boxes(np.array(chosen), "test", images.seed)
    return {
        f"{size} {images.classes[images[i][1]]}": {"image": images[i][0].numpy(), "box": (box * 96).tolist()}
        for size, i, box in zip(("small", "middling", "large"), chosen, boxes)
    }


class CropSampler(Widget):
    """Crops with a random area and aspect ratio, and one of them resized in four ways.

    Args:
        pictures: by name, an array 3×H×W of uint8, or a dict with such an ``image`` and a ``box`` (left, top, right,
            bottom in pixels) around its object; without a box, the middle quarter counts as the object. None takes
            three pictures of the synthetic set.
        **more: as in :class:`Widget`.

    Raises:
        ValueError: a picture is no uint8 array 3×H×W from 8 to 512 pixels a side, or a box lies outside its picture.
    """

    KIND = "crop-sampler"
    FRONT = "crop_sampler"
    TITLE = "Crop sampler"
    QUESTION = "How often does a crop miss half of the object, and what if the smallest area were 40 %?"
    PARAMS = (
        integer("min_area", 8, 1, 100, "Smallest area", unit="%"),
        integer("max_area", 100, 1, 100, "Largest area", unit="%"),
        choice(
            "aspect",
            "4/3",
            [
                ("1", "1, squares only"),
                ("4/3", "3/4 to 4/3"),
                ("3/2", "2/3 to 3/2"),
                ("2", "1/2 to 2"),
                ("3", "1/3 to 3"),
            ],
            "Width ÷ height",
        ),
        integer("shown", 12, 1, DRAWS, "Crops drawn"),
        integer("crop", 1, 1, DRAWS, "Look at crop", limit="shown"),
        integer("size", 64, 8, 160, "Resize it to", unit="pixels a side", step=8),
        integer("seed", 0, 0, 999, "Seed"),
    )
    FIGURES = {
        "area": "Area of the crop (share of the picture)",
        "kept": "Share of the object in it",
        "mean_kept": f"Mean share of the object kept, {DRAWS} crops",
        "halved": f"Crops that keep less than half of it, of {DRAWS}",
        "fallbacks": f"Crops from the fallback, of {DRAWS}",
    }

    def __init__(self, pictures: Mapping[str, Any] | None = None, **more: Any) -> None:
        given = _shapes() if pictures is None else pictures
        if not given:
            raise ValueError("the crop sampler needs a picture")
        data = {"pictures": [_checked(str(name), picture) for name, picture in given.items()]}
        if pictures is None:
            more = {
                "source": "Pictures: the book's synthetic set, drawn from a seed. The frame is the object's.",
                **more,
            }
        self.names = [picture["name"] for picture in data["pictures"]]
        super().__init__(data=data, **more)

    def _rows(self) -> Iterable[Param]:
        return (choice("picture", self.names[0], self.names, "Picture"), *self.PARAMS)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The crop looked at, and what all draws come to."""
        picture = self.data["pictures"][self.names.index(p["picture"])]
        _, height, width = picture["pixels"]["shape"]
        draw = stream(p["seed"])
        crops = [draw_crop(p, width, height, draw) for _ in range(DRAWS)]
        shares = [_overlap(crop, picture["box"]) for crop in crops]
        at = min(p["crop"], p["shown"]) - 1
        return {
            "shown": p["shown"],
            **crops[at],
            "area": crops[at]["width"] * crops[at]["height"] / (width * height),
            "ratio": crops[at]["width"] / crops[at]["height"],
            "kept": shares[at],
            "mean_area": sum(crop["width"] * crop["height"] for crop in crops) / (DRAWS * width * height),
            "mean_kept": sum(shares) / DRAWS,
            "halved": sum(share < 0.5 for share in shares),
            "fallbacks": sum(crop["fallback"] for crop in crops),
        }


def _checked(name: str, picture: Any) -> dict[str, Any]:
    about = picture if isinstance(picture, Mapping) else {"image": picture}
    image = np.asarray(about["image"])
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[0] != 3:
        raise ValueError(f"picture {name!r} must be an array 3×H×W of uint8, not {image.dtype} {image.shape}")
    _, height, width = image.shape
    if not (8 <= height <= 512 and 8 <= width <= 512):
        raise ValueError(f"picture {name!r} must have 8 to 512 pixels a side, not {height}×{width}")
    box = [float(v) for v in about.get("box", (width / 4, height / 4, 3 * width / 4, 3 * height / 4))]
    if len(box) != 4 or not (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height):
        raise ValueError(f"the box of {name!r} is left, top, right, bottom within {width}×{height}, not {box}")
    return {"name": name, "pixels": pack(image), "box": box}
