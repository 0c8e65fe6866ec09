"""The Inception module of *Going Deeper with Convolutions*, its auxiliary classifier and its stem, as rows."""

from __future__ import annotations

from dataclasses import dataclass

from .graph import Block, Chain, Concat, Head, LabelledBlock, Node, chain, channels
from .ops import AdaptiveAvgPool, AvgPool, Conv, Dropout, HiddenLinear, Linear, MaxPool


@dataclass(frozen=True)
class Inception(LabelledBlock):
    """Figure 2(b) of the paper: four branches on the same input, joined by depth, named by their table columns.

    A reduction of 0 leaves the 1×1 convolution before the 3×3 or 5×5 out, and a projection of 0 leaves the pooled
    input as it is: that is the naive module of figure 2(a). `kernel5` is the side of the "5×5"; torchvision's is 3.
    """

    n1x1: int = channels("#1×1")
    n3x3_reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    n5x5_reduce: int = channels("#5×5 reduce")
    n5x5: int = channels("#5×5")
    pool_proj: int = channels("pool proj")
    kernel5: int = 5
    KIND = "inception"

    def body(self) -> Concat:
        """Its four branches."""
        return Concat(
            self.name,
            {
                "1x1": chain(Conv("#1×1", self.n1x1)),
                "3x3": chain(*reduction("#3×3 reduce", self.n3x3_reduce), Conv("#3×3", self.n3x3, kernel=3)),
                "5x5": chain(*reduction("#5×5 reduce", self.n5x5_reduce), Conv("#5×5", self.n5x5, kernel=self.kernel5)),
                "pool": chain(MaxPool("pool", 3, stride=1, padding=1), *reduction("pool proj", self.pool_proj)),
            },
        )


def reduction(name: str, width: int) -> list[Node]:
    """A 1×1 convolution of `width` filters, or nothing for width 0."""
    return [Conv(name, width)] if width else []


@dataclass(frozen=True)
class ReducedConv(Block):
    """The paper's second convolution row: a 1×1 reduction and a 3×3, in one row of depth 2."""

    n3x3_reduce: int = channels("#3×3 reduce")
    n3x3: int = channels("#3×3")
    KIND = "convolution"

    @property
    def patch(self) -> str:
        """The 3×3's, as Table 1 prints it."""
        return "3×3/1"

    def body(self) -> Chain:
        """The 1×1, then the 3×3."""
        return chain(Conv("#3×3 reduce", self.n3x3_reduce), Conv("#3×3", self.n3x3, kernel=3))


@dataclass(frozen=True)
class AuxiliaryHead(Head):
    """The auxiliary classifier of the paper's section 5: 5×5/3 average pool, 1×1 convolution, two linear layers.

    `adaptive` replaces the 5×5/3 pool by one that leaves so many places a side at any image size: 4, as torchvision
    has it, or 5.
    """

    num_classes: int
    dropout: float = 0.7
    n1x1: int = channels("", 128)
    hidden: int = channels("", 1024)
    adaptive: int = 0

    def body(self) -> Chain:
        """Pool, 1×1 convolution, 1,024 units, dropout, classifier."""
        return chain(
            AdaptiveAvgPool("avg pool", self.adaptive) if self.adaptive else AvgPool("avg pool", 5, stride=3),
            Conv("1×1", self.n1x1),
            HiddenLinear("fc", self.hidden),
            Dropout("dropout", self.dropout),
            Linear("linear", self.num_classes),
        )
