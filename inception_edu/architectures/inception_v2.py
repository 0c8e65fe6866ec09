"""Inception-v2: Szegedy et al., *Rethinking the Inception Architecture*, CVPR 2016 (arXiv:1512.00567), section 6."""

from __future__ import annotations

from .factorized import HALVE, HALVE_PADDED, MAX, Inception7x7, InceptionDouble, InceptionExpanded
from .graph import Node
from .inception import AuxiliaryHead
from .ops import AdaptiveAvgPool, Conv, Linear, MaxPool
from .registry import Design, Stem, register

SIZES = {"imagenet": 299, "cifar": 32}

STEM = [
    Conv("convolution 1", 32, kernel=3, stride=2, padding=0),
    Conv("convolution 2", 32, kernel=3, padding=0),
    Conv("convolution 3", 64, kernel=3),
    MaxPool("max pool"),
    Conv("convolution 4", 80, kernel=3, padding=0),
    Conv("convolution 5", 192, kernel=3, stride=2, padding=0),
    Conv("convolution 6", 288, kernel=3),
]

# For 32×32 images: one 3×3 convolution, no early down-sampling, so that (3a) sees 32×32 instead of 35×35.
CIFAR_STEM = [Conv("convolution 1", 288, kernel=3)]


def modules(halve: MaxPool) -> list[Node]:
    """The three groups. `halve` is the pool of the reductions: padded, it turns 32 into 16 and 8."""
    #                                #1×1  #n×nr  #n×n  dn×nr  dn×n  pool proj
    return [
        InceptionDouble("3a", 64, 64, 64, 64, 96, 64),
        InceptionDouble("3b", 64, 64, 96, 64, 96, 32),
        InceptionDouble("3c", 0, 128, 320, 64, 160, 0, halve),
        Inception7x7("5a", 192, 96, 160, 96, 160, 256),
        Inception7x7("5b", 192, 96, 160, 96, 160, 256),
        Inception7x7("5c", 192, 96, 160, 96, 160, 256),
        Inception7x7("5d", 192, 96, 160, 96, 160, 256),
        Inception7x7("5e", 0, 128, 192, 128, 320, 0, halve),
        InceptionExpanded("2a", 256, 128, 160, 128, 240, 224),
        InceptionExpanded("2b", 256, 96, 96, 96, 160, 0, MAX),
    ]


@register("Inception-v2", "Szegedy et al. 2016, Rethinking, section 6, widths derived anew", SIZES)
def inception_v2(num_classes: int, stem: Stem = "imagenet") -> Design:
    """Factorized modules, parallel grid reductions (299 → 35 → 17 → 8), one auxiliary head on the last 17×17 grid.

    The paper gives the grids and depths but not the widths inside its modules. These are a derivation that reaches
    every grid and depth of the paper's table. Where it leaves a choice, this is what reaches its shapes and totals:

    * the stem's sixth convolution is padded, as the third is: without padding 35 would become 33;
    * batch norm follows every convolution, the head's too, and no fully connected layer; no convolution has a bias;
    * the first of a double pair is as wide as the last (64 → 96 → 96), in the 7×7 too (96 → 160 → 160 …);
    * 5e factorizes its 7×7 as 5a to 5d do, and then halves the grid by one more 3×3 of stride 2 in each branch, for a
      1×7 or a 7×1 can halve one side only;
    * the branches of 2a and 2b that count twice end in a 1×3 and a 3×1 side by side on the same input;
    * reductions have no padding (35 → 17 → 8); no dropout before the classifier, 70 % in the head, as in GoogLeNet's.

    ``stem="cifar"`` pads the reductions: 32 → 16 → 8.
    """
    cifar = stem == "cifar"
    return Design(
        rows=[
            *(CIFAR_STEM if cifar else STEM),
            *modules(HALVE_PADDED if cifar else HALVE),
            AdaptiveAvgPool("avg pool"),
            Linear("linear", num_classes),
        ],
        heads=[AuxiliaryHead("aux", "inception (5d)", num_classes)],
    )
