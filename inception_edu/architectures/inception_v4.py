"""Inception-v4, figures 3 to 9 of its paper.

Szegedy et al., *Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning*, AAAI 2017
(arXiv:1602.07261).
"""

from __future__ import annotations

from dataclasses import dataclass

from .factorized import (
    AVG_INSIDE,
    HALVE,
    TALL,
    WIDE,
    ConvolutionalHead,
    GridReduction,
    Inception7x7,
    InceptionDouble,
    InceptionExpanded,
    Reduction7x7,
)
from .graph import Block, Concat, chain, channels
from .ops import AdaptiveAvgPool, Conv, Dropout, Linear
from .registry import Design, register


@dataclass(frozen=True)
class StemFork(Block):
    """The middle of figure 3: a 3×3, beside 1×7, 7×1 and a 3×3, each after a 1×1; neither 3×3 is padded."""

    reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    KIND = "stem"

    def body(self) -> Concat:
        """Its two branches."""
        return Concat(
            self.name,
            {
                "3x3": chain(Conv("#3×3 reduce", self.reduce), Conv("#3×3", self.n3x3, kernel=3, padding=0)),
                "7x7": chain(
                    Conv("#7×7 reduce", self.reduce),
                    Conv("#7×7 a, 1×7", self.reduce, WIDE),
                    Conv("#7×7 b, 7×1", self.reduce, TALL),
                    Conv("#7×7 c, 3×3", self.n3x3, kernel=3, padding=0),
                ),
            },
        )


STEM = [
    Conv("convolution 1", 32, kernel=3, stride=2, padding=0),
    Conv("convolution 2", 32, kernel=3, padding=0),
    Conv("convolution 3", 64, kernel=3),
    GridReduction("stem a", 96, pool_first=True),
    StemFork("inception (stem b)", 64, 96),
    GridReduction("stem c", 192),
]


@register("Inception-v4", "Szegedy et al. 2017, Inception-v4 and Inception-ResNet", {"imagenet": 299}, aux_logits=False)
def inception_v4(num_classes: int) -> Design:
    """A uniform design without residuals: four modules A, seven B, three C, a reduction between the groups.

    Average pools leave padding out of the mean, as TensorFlow does. ``aux_logits=True`` adds the auxiliary head of the
    authors' code, after the last module B.
    """
    a = [InceptionDouble(f"A{k}", 96, 64, 96, 64, 96, 96, AVG_INSIDE) for k in range(1, 5)]
    b = [
        Inception7x7(f"B{k}", 384, 192, 256, 192, 256, 128, AVG_INSIDE, inner=(224, 192, 224, 224)) for k in range(1, 8)
    ]
    c = [InceptionExpanded(f"C{k}", 256, 384, 256, 384, 256, 256, AVG_INSIDE, inner=(448, 512)) for k in range(1, 4)]
    return Design(
        rows=[
            *STEM,
            *a,
            InceptionDouble("reduction A", 0, 0, 384, 192, 256, 0, HALVE, inner=224),
            *b,
            Reduction7x7("reduction B", 192, 192, 256, 320),
            *c,
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout", 0.2),
            Linear("linear", num_classes),
        ],
        heads=[ConvolutionalHead("aux", "inception (B7)", num_classes)],
    )
