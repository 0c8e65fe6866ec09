"""Inception-ResNet-v2, as released in code.

Szegedy et al., *Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning*, AAAI 2017
(arXiv:1602.07261).
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from .factorized import AVG_INSIDE, HALVE, ConvolutionalHead, InceptionDouble, InceptionMixed, Module
from .graph import Concat, LabelledBlock, Residual, chain, channels
from .inception_v3 import STEM
from .ops import AdaptiveAvgPool, Conv, Dropout, Linear, Pool
from .registry import Design, register


def expansion(depth: int) -> Conv:
    """The linear 1×1 convolution that brings the branches back to the depth they are added to; it has a bias."""
    return Conv("expansion", depth, batch_norm=False, bias=True, activation=False)


class ResidualModule(LabelledBlock):
    """An Inception module without a pool, whose output, expanded and scaled, is added to its input."""

    scale: float
    activation: bool
    KIND = FAMILY = "inception-resnet"

    @abstractmethod
    def branches(self) -> Concat:
        """The Inception module."""

    def body(self) -> Residual:
        """``ReLU(x + scale · expansion(branches(x)))``."""
        return Residual(self.name, self.branches(), expansion=expansion, scale=self.scale, activation=self.activation)


@dataclass(frozen=True)
class InceptionResNetDouble(ResidualModule):
    """Inception-ResNet-A: 1×1, 3×3 and two 3×3. `inner`: the first of the two."""

    n1x1: int = channels("#1×1")
    n3x3_reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    double_reduce: int = channels("double #3×3 reduce")
    double: int = channels("double #3×3")
    inner: int = channels("")
    scale: float = 1.0
    activation: bool = True

    def branches(self) -> Concat:
        """1×1, 3×3 and double 3×3, without a pool."""
        return Concat(
            "inception",
            {
                "1x1": chain(Conv("#1×1", self.n1x1)),
                "3x3": chain(Conv("#3×3 reduce", self.n3x3_reduce), Conv("#3×3", self.n3x3, kernel=3)),
                "double3x3": chain(
                    Conv("double #3×3 reduce", self.double_reduce),
                    Conv("double #3×3 a", self.inner, kernel=3),
                    Conv("double #3×3 b", self.double, kernel=3),
                ),
            },
        )


@dataclass(frozen=True)
class InceptionResNetFactorized(ResidualModule):
    """Inception-ResNet-B and C: 1×1, and a `kernel`×`kernel` as 1×n and n×1. `inner`: the 1×n."""

    n1x1: int = channels("#1×1")
    reduce: int = channels("#n×n reduce")
    nxn: int = channels("#n×n")
    inner: int = channels("")
    kernel: int = 7
    scale: float = 1.0
    activation: bool = True

    def branches(self) -> Concat:
        """1×1, and 1×n with n×1, without a pool."""
        n = self.kernel
        return Concat(
            "inception",
            {
                "1x1": chain(Conv("#1×1", self.n1x1)),
                "nxn": chain(
                    Conv(f"#{n}×{n} reduce", self.reduce),
                    Conv(f"#{n}×{n} a, 1×{n}", self.inner, (1, n)),
                    Conv(f"#{n}×{n} b, {n}×1", self.nxn, (n, 1)),
                ),
            },
        )


@dataclass(frozen=True)
class TripleReduction(Module):
    """The second grid reduction: a 3×3, another 3×3 and a double 3×3, each after a 1×1 and halving, beside the pool."""

    reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    second: int = channels("second #3×3")
    double: int = channels("double #3×3")
    inner: int = channels("")
    pool: Pool = HALVE

    def body(self) -> Concat:
        """Its branches, the pool last."""
        return Concat(
            self.name,
            {
                "3x3": chain(Conv("#3×3 reduce", self.reduce), self.last("#3×3", self.n3x3)),
                "second3x3": chain(Conv("second #3×3 reduce", self.reduce), self.last("second #3×3", self.second)),
                "double3x3": self.double3x3(self.reduce, self.inner, self.double),
                "pool": self.pooled(0),
            },
        )


@register(
    "Inception-ResNet-v2", "Szegedy et al. 2017, Inception-v4 and Inception-ResNet", {"imagenet": 299}, aux_logits=False
)
def inception_resnet_v2(num_classes: int) -> Design:
    """Residual Inception modules: 10 of A, 20 of B and 10 of C, their outputs scaled before they are added.

    This is the network of the released code and weights, which departs from the paper: the stem is Inception-v3's with
    one more module, and the counts are twice the paper's 5, 10 and 5. Scales are 0.17, 0.10 and 0.20; the last module C
    is added unscaled, without ReLU. ``aux_logits=True`` adds the auxiliary head of the authors' code, after the last
    module B.
    """
    return Design(
        rows=[
            *STEM,
            InceptionMixed("mixed", 96, 48, 64, 64, 96, 64, AVG_INSIDE),
            *[InceptionResNetDouble(f"A{k}", 32, 32, 32, 32, 64, 48, scale=0.17) for k in range(1, 11)],
            InceptionDouble("reduction A", 0, 0, 384, 256, 384, 0, HALVE, inner=256),
            *[InceptionResNetFactorized(f"B{k}", 192, 128, 192, 160, scale=0.10) for k in range(1, 21)],
            TripleReduction("reduction B", 256, 384, 288, 320, 288),
            *[InceptionResNetFactorized(f"C{k}", 192, 192, 256, 224, kernel=3, scale=0.20) for k in range(1, 10)],
            InceptionResNetFactorized("C10", 192, 192, 256, 224, kernel=3, activation=False),
            Conv("convolution 6", 1536),
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout", 0.2),
            Linear("linear", num_classes),
        ],
        heads=[ConvolutionalHead("aux", "inception-resnet (B20)", num_classes)],
    )
