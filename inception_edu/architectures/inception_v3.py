"""Inception-v3: the best model of *Rethinking the Inception Architecture* (arXiv:1512.00567), as published in code."""

from __future__ import annotations

from .factorized import (
    HALVE,
    HALVE_PADDED,
    ConvolutionalHead,
    Inception7x7,
    InceptionDouble,
    InceptionExpanded,
    InceptionMixed,
    Reduction7x7,
)
from .graph import Node
from .inception_v2 import SIZES
from .ops import AdaptiveAvgPool, Conv, Dropout, Linear, MaxPool
from .registry import Design, Stem, register

STEM = [
    Conv("convolution 1", 32, kernel=3, stride=2, padding=0),
    Conv("convolution 2", 32, kernel=3, padding=0),
    Conv("convolution 3", 64, kernel=3),
    MaxPool("max pool 1"),
    Conv("convolution 4", 80),
    Conv("convolution 5", 192, kernel=3, padding=0),
    MaxPool("max pool 2"),
]

# For 32×32 images: one 3×3 convolution, no early down-sampling, so that (5b) sees 32×32 instead of 35×35.
CIFAR_STEM = [Conv("convolution 1", 192, kernel=3)]


def seven(label: str, n: int) -> Inception7x7:
    """A 17×17 module: `n` channels inside, 192 out of every branch."""
    return Inception7x7(label, 192, n, 192, n, 192, 192, inner=(n, n, n, n))


def modules(halve: MaxPool) -> list[Node]:
    """The three groups. `halve` is the pool of the reductions: padded, it turns 32 into 16 and 8."""
    return [
        InceptionMixed("5b", 64, 48, 64, 64, 96, 32),
        InceptionMixed("5c", 64, 48, 64, 64, 96, 64),
        InceptionMixed("5d", 64, 48, 64, 64, 96, 64),
        InceptionDouble("6a", 0, 0, 384, 64, 96, 0, halve),
        seven("6b", 128),
        seven("6c", 160),
        seven("6d", 160),
        seven("6e", 192),
        Reduction7x7("7a", 192, 320, 192, 192, halve),
        InceptionExpanded("7b", 320, 384, 384, 448, 384, 192),
        InceptionExpanded("7c", 320, 384, 384, 448, 384, 192),
    ]


@register("Inception-v3", "Szegedy et al. 2016, Rethinking, as published in code", SIZES)
def inception_v3(num_classes: int, stem: Stem = "imagenet") -> Design:
    """The network that the paper's authors released and torchvision ships, layer for layer; modules named as there.

    It departs from the paper's table: a 1×1 and a second max pool stand for two of the stem's 3×3, a 5×5 beside the
    double 3×3 in the first group, and four 17×17 modules of growing width. Initial weights are normal with deviation
    0.1, cut at two deviations.

    ``stem="cifar"`` pads the reductions (32 → 16 → 8), and the head pools to 5×5 whatever comes in.
    """
    cifar = stem == "cifar"
    return Design(
        rows=[
            *(CIFAR_STEM if cifar else STEM),
            *modules(HALVE_PADDED if cifar else HALVE),
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout", 0.5),
            Linear("linear", num_classes),
        ],
        heads=[ConvolutionalHead("aux", "inception (6e)", num_classes, adaptive=cifar)],
        init="truncated_normal",
    )
