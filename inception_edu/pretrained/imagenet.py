"""torchvision's ImageNet weights, with the same card as the package's own. Nothing is downloaded for it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .cards import Weights

IMAGENET: dict[str, tuple[str, dict[str, Any]]] = {
    "alexnet": ("alexnet", {}),
    "vgg16": ("vgg16", {}),
    "googlenet_bn": ("googlenet", {"branch5x5_kernel": 3}),
    "inception_v3": ("inception_v3", {}),
}
"""Networks of which torchvision has ImageNet weights: its name, and the options that make ours the same network."""

MINUS_ONE_TO_ONE = ("googlenet", "inception_v3")
"""Those that were ported from the authors' code and want images in −1…1; see `inception_edu.models.normalization`."""

LICENCE = (
    'none of their own: "may have their own licenses or terms and conditions derived from the dataset used for '
    'training" (README of torchvision); ImageNet is for research and teaching'
)


@lru_cache(maxsize=len(IMAGENET))
def imagenet_card(model: str) -> Weights:
    """The card of torchvision's weights for a network of `IMAGENET`."""
    from torchvision.models import get_model_weights

    theirs, options = IMAGENET[model]
    published = get_model_weights(theirs)["IMAGENET1K_V1"]
    view, meta = published.transforms(), published.meta
    halves = (0.5, 0.5, 0.5)
    mean, std = (halves, halves) if theirs in MINUS_ONE_TO_ONE else (tuple(view.mean), tuple(view.std))
    (figures,) = meta["_metrics"].values()
    return Weights(
        model=model,
        name="imagenet",
        options=options,
        classes=tuple(meta["categories"]),
        mean=mean,
        std=std,
        image_size=view.crop_size[0],
        resize=view.resize_size[0],
        source=f"torchvision's {theirs}, {published.name}",
        data="ImageNet (ILSVRC 2012), 1,000 classes; the accuracy is torchvision's, on one crop a validation picture",
        recipe=meta["recipe"],
        accuracy=figures["acc@1"] / 100,
        licence=LICENCE,
        sha256=published.url.rpartition("-")[2].removesuffix(".pth"),
        bytes=round(meta["_file_size"] * 2**20),
        url=published.url,
        details={"params": meta["num_params"], "top5": figures["acc@5"] / 100},
    )
