"""The modules of BN-Inception, Inception-v2, v3 and v4 as rows: large kernels factorized, grids reduced in parallel.

From Szegedy et al., *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016 (arXiv:1512.00567):
a 5×5 becomes two 3×3 (figure 5), an n×n becomes 1×n and n×1 (figure 6), the last modules expand the filter bank by
1×3 and 3×1 side by side (figure 7), and a grid is halved by convolutions and a pool in parallel (figure 10).

A row's `pool` says how the grid moves: the last convolution of every branch has its stride and padding. A width of 0
leaves a branch or a reduction out; a projection of 0 passes the pool through. Widths of convolutions inside a branch,
which the papers' tables do not print, are in `inner`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from .graph import Chain, Concat, Head, LabelledBlock, chain, channels
from .inception import reduction
from .ops import AdaptiveAvgPool, AvgPool, Conv, Linear, MaxPool, Pool

AVG = AvgPool("pool", 3, stride=1, padding=1)
AVG_INSIDE = AvgPool("pool", 3, stride=1, padding=1, count_include_pad=False)  # padding zeros are not averaged
MAX = MaxPool("pool", 3, stride=1, padding=1)
HALVE = MaxPool("pool", 3, stride=2)  # 35 → 17 → 8
HALVE_PADDED = MaxPool("pool", 3, stride=2, padding=1)  # 28 → 14 → 7, 32 → 16 → 8

TALL, WIDE = (7, 1), (1, 7)


class Module(LabelledBlock):
    """What the rows below share: the `pool` that says how the grid moves, and the branches that follow it."""

    pool: Pool

    @property
    def kind(self) -> str:
        """An Inception module, or a grid reduction if the pool halves the grid."""
        return "inception" if self.pool.stride == 1 else "grid reduction"

    @property
    def patch(self) -> str:
        """The stride, where it is not 1."""
        return "" if self.pool.stride == 1 else f"stride {self.pool.stride}"

    @abstractmethod
    def body(self) -> Concat:
        """Its branches, the pool among them."""

    def last(self, name: str, width: int) -> Conv:
        """The 3×3 convolution that ends a branch: it moves as the pool does."""
        return Conv(name, width, 3, self.pool.stride, self.pool.padding)

    def double3x3(self, reduce: int, first: int, last: int) -> Chain:
        """The branch of two 3×3 convolutions."""
        return chain(
            Conv("double #3×3 reduce", reduce),
            Conv("double #3×3 a", first, kernel=3),
            self.last("double #3×3 b", last),
        )

    def pooled(self, projection: int) -> Chain:
        """The branch of the pool and its projection."""
        return chain(self.pool, *reduction("pool proj", projection))


@dataclass(frozen=True)
class InceptionDouble(Module):
    """Figure 5, and the module of BN-Inception: two 3×3 in place of the 5×5. `inner`: the first of the two."""

    n1x1: int = channels("#1×1")
    n3x3_reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    double_reduce: int = channels("double #3×3 reduce")
    double: int = channels("double #3×3")
    pool_proj: int = channels("pool proj")
    pool: Pool = AVG
    inner: int = channels("", 0)

    def body(self) -> Concat:
        """Its branches, the pool last."""
        direct = {"1x1": chain(Conv("#1×1", self.n1x1))} if self.n1x1 else {}
        return Concat(
            self.name,
            {
                **direct,
                "3x3": chain(*reduction("#3×3 reduce", self.n3x3_reduce), self.last("#3×3", self.n3x3)),
                "double3x3": self.double3x3(self.double_reduce, self.inner or self.double, self.double),
                "pool": self.pooled(self.pool_proj),
            },
        )


@dataclass(frozen=True)
class InceptionMixed(Module):
    """A 5×5 and two 3×3 side by side: the first modules of Inception-v3 and Inception-ResNet-v2 as released."""

    n1x1: int = channels("#1×1")
    n5x5_reduce: int = channels("#5×5 reduce")
    n5x5: int = channels("#5×5")
    double_reduce: int = channels("double #3×3 reduce")
    double: int = channels("double #3×3")
    pool_proj: int = channels("pool proj")
    pool: Pool = AVG

    def body(self) -> Concat:
        """Its branches, the pool last."""
        return Concat(
            self.name,
            {
                "1x1": chain(Conv("#1×1", self.n1x1)),
                "5x5": chain(Conv("#5×5 reduce", self.n5x5_reduce), Conv("#5×5", self.n5x5, kernel=5)),
                "double3x3": self.double3x3(self.double_reduce, self.double, self.double),
                "pool": self.pooled(self.pool_proj),
            },
        )


@dataclass(frozen=True)
class Inception7x7(Module):
    """Figure 6 with n = 7: a 7×7 as 1×7 and 7×1, and two of them as 7×1, 1×7, 7×1, 1×7.

    With a pool of stride 2, each branch ends in one 3×3 more, which halves the grid. `inner`: the widths of the 1×7 of
    the single and of the first three of the double; as wide as the last ones if left out.
    """

    n1x1: int = channels("#1×1")
    n7x7_reduce: int = channels("#7×7 reduce")
    n7x7: int = channels("#7×7")
    double_reduce: int = channels("double #7×7 reduce")
    double: int = channels("double #7×7")
    pool_proj: int = channels("pool proj")
    pool: Pool = AVG
    inner: tuple[int, ...] = channels("", ())

    def body(self) -> Concat:
        """Its branches, the pool last."""
        direct = {"1x1": chain(Conv("#1×1", self.n1x1))} if self.n1x1 else {}
        halves = self.pool.stride == 2
        first, *double = self.inner or (self.n7x7, *[self.double] * 3)
        return Concat(
            self.name,
            {
                **direct,
                "7x7": chain(
                    Conv("#7×7 reduce", self.n7x7_reduce),
                    Conv("#7×7 a, 1×7", first, WIDE),
                    Conv("#7×7 b, 7×1", self.n7x7, TALL),
                    *([self.last("#7×7 c, 3×3", self.n7x7)] if halves else []),
                ),
                "double7x7": chain(
                    Conv("double #7×7 reduce", self.double_reduce),
                    Conv("double #7×7 a, 7×1", double[0], TALL),
                    Conv("double #7×7 b, 1×7", double[1], WIDE),
                    Conv("double #7×7 c, 7×1", double[2], TALL),
                    Conv("double #7×7 d, 1×7", self.double, WIDE),
                    *([self.last("double #7×7 e, 3×3", self.double)] if halves else []),
                ),
                "pool": self.pooled(self.pool_proj),
            },
        )


@dataclass(frozen=True)
class Reduction7x7(Module):
    """The second grid reduction of Inception-v3 and v4: a 3×3 of stride 2, beside 1×7, 7×1 and a 3×3 of stride 2."""

    n3x3_reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    n7x7_reduce: int = channels("#7×7 reduce")
    n7x7: int = channels("#7×7")
    pool: Pool = HALVE

    def body(self) -> Concat:
        """Its branches, the pool last."""
        return Concat(
            self.name,
            {
                "3x3": chain(Conv("#3×3 reduce", self.n3x3_reduce), self.last("#3×3", self.n3x3)),
                "7x7": chain(
                    Conv("#7×7 reduce", self.n7x7_reduce),
                    Conv("#7×7 a, 1×7", self.n7x7_reduce, WIDE),
                    Conv("#7×7 b, 7×1", self.n7x7, TALL),
                    self.last("#7×7 c, 3×3", self.n7x7),
                ),
                "pool": self.pooled(0),
            },
        )


@dataclass(frozen=True)
class InceptionExpanded(Module):
    """Figure 7: each 3×3 that ends a branch becomes a 1×3 and a 3×1 side by side, so its width counts twice.

    `inner`: what stands before the pair in the double branch. Left out, it is one 3×3 as wide as each of the pair; of
    two widths, it is a 3×1 and a 1×3, as in Inception-v4.
    """

    n1x1: int = channels("#1×1")
    n3x3_reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    double_reduce: int = channels("double #3×3 reduce")
    double: int = channels("double #3×3")
    pool_proj: int = channels("pool proj")
    pool: Pool = AVG
    inner: tuple[int, ...] = channels("", ())

    def body(self) -> Concat:
        """Its branches, the pool last."""
        kernels = [(3, 1), (1, 3)] if self.inner else [(3, 3)]
        return Concat(
            self.name,
            {
                "1x1": chain(Conv("#1×1", self.n1x1)),
                "3x3": chain(Conv("#3×3 reduce", self.n3x3_reduce), _pair("#3×3", self.n3x3)),
                "double3x3": chain(
                    Conv("double #3×3 reduce", self.double_reduce),
                    *[
                        Conv(f"double #3×3 {height}×{width}", out, (height, width))
                        for (height, width), out in zip(kernels, self.inner or [self.double])
                    ],
                    _pair("double #3×3", self.double),
                ),
                "pool": self.pooled(self.pool_proj),
            },
        )


def _pair(name: str, width: int) -> Concat:
    """A 1×3 and a 3×1 on the same input."""
    return Concat(
        f"{name} expanded",
        {
            "1x3": chain(Conv(f"{name} expanded, 1×3", width, kernel=(1, 3))),
            "3x1": chain(Conv(f"{name} expanded, 3×1", width, kernel=(3, 1))),
        },
    )


@dataclass(frozen=True)
class GridReduction(Module):
    """Figure 10 at its simplest: a convolution and a pool, both of stride 2; `pool_first` joins the pool first."""

    n3x3: int = channels("#3×3")
    pool: Pool = HALVE
    pool_first: bool = False

    def body(self) -> Concat:
        """Its two branches, in the order in which they are joined."""
        branches = [("3x3", chain(self.last("#3×3", self.n3x3))), ("pool", self.pooled(0))]
        return Concat(self.name, dict(reversed(branches) if self.pool_first else branches))


@dataclass(frozen=True)
class ConvolutionalHead(Head):
    """The auxiliary classifier of Inception-v3 as published in code, and of v4.

    An average pool 5×5/3, a 1×1 convolution, a 5×5 convolution that leaves one value a channel, and the classifier.

    `adaptive` replaces the pool by one that leaves 5×5 whatever comes in, for grids smaller than 17×17.
    """

    num_classes: int
    n1x1: int = channels("", 128)
    n5x5: int = channels("", 768)
    adaptive: bool = False

    def body(self) -> Chain:
        """Pool, 1×1 and 5×5 convolution, mean of each channel, classifier."""
        return chain(
            AdaptiveAvgPool("avg pool", 5) if self.adaptive else AvgPool("avg pool", 5, stride=3),
            Conv("1×1", self.n1x1),
            Conv("5×5", self.n5x5, kernel=5, padding=0),
            AdaptiveAvgPool("global avg pool"),
            Linear("linear", self.num_classes),
        )
