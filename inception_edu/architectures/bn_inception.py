"""BN-Inception: Ioffe and Szegedy, *Batch Normalization*, ICML 2015 (arXiv:1502.03167), figure 5 as code."""

from __future__ import annotations

from .factorized import HALVE_PADDED, MAX, InceptionDouble
from .googlenet import CIFAR_STEM, SIZES, pool
from .inception import AuxiliaryHead, ReducedConv
from .ops import AdaptiveAvgPool, Conv, Linear
from .registry import Design, Stem, register
from .separable import SeparableConv

#                          #1×1  #3×3r  #3×3  d3×3r  d3×3  pool proj
MODULES = [
    InceptionDouble("3a", 64, 64, 64, 64, 96, 32),
    InceptionDouble("3b", 64, 64, 96, 64, 96, 64),
    InceptionDouble("3c", 0, 128, 160, 64, 96, 0, HALVE_PADDED),
    InceptionDouble("4a", 224, 64, 96, 96, 128, 128),
    InceptionDouble("4b", 192, 96, 128, 96, 128, 128),
    InceptionDouble("4c", 160, 128, 160, 128, 160, 96),
    InceptionDouble("4d", 96, 128, 192, 160, 192, 96),
    InceptionDouble("4e", 0, 128, 192, 192, 256, 0, HALVE_PADDED),
    InceptionDouble("5a", 352, 192, 320, 160, 224, 128),
    InceptionDouble("5b", 352, 192, 320, 192, 224, 128, MAX),
]


FIRST = {
    True: SeparableConv("convolution 1", 64, kernel=7, stride=2, multiplier=8, norm_between=True),
    False: Conv("convolution 1", 64, kernel=7, stride=2),
}


@register("BN-Inception", "Ioffe and Szegedy 2015, Batch Normalization, figure 5", SIZES, aux_logits=False)
def bn_inception(num_classes: int, stem: Stem = "imagenet", separable: bool = True) -> Design:
    """GoogLeNet with batch norm, two 3×3 for each 5×5, and pass-through reductions 3c and 4e; no dropout.

    Widths are those of the released model (TF-Slim's ``inception_v2``), which leave 576 channels after each of 4a to
    4d. The paper's table adds up to 608 in 4c and 4d: it prints 128 for pool projections that are 96 wide.

    `separable`, also as released: the first convolution is eight 7×7 filters a channel and then a 1×1. Batch norm
    follows both steps, as it follows every convolution here, and so the total is 11,188,336; the released file has it
    after the second alone, which is 48 learned numbers fewer. ``separable=False`` is the paper's 7×7.

    Reductions pad by one pixel on every side, and leave the grids (28, 14, 7) that TensorFlow's one-sided padding
    leaves. Paper and code have no auxiliary heads; ``aux_logits=True`` adds GoogLeNet's, at 4a and 4d.
    """
    imagenet = [FIRST[separable], pool("max pool 1"), ReducedConv("convolution 2", 64, 192), pool("max pool 2")]
    return Design(
        rows=[
            *(CIFAR_STEM if stem == "cifar" else imagenet),
            *MODULES,
            AdaptiveAvgPool("avg pool"),
            Linear("linear", num_classes),
        ],
        heads=[
            AuxiliaryHead("aux1", "inception (4a)", num_classes),
            AuxiliaryHead("aux2", "inception (4d)", num_classes),
        ],
    )
