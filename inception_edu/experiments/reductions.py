"""Three ways to reduce a grid, in networks of equal cost (Szegedy et al. 2016, section 5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

from ..architectures import AdaptiveAvgPool, Conv, Linear, MaxPool, Style
from ..architectures.factorized import GridReduction
from ..architectures.graph import Chain, Node, chain
from ..models.build import build

__all__ = ["PICTURE", "REDUCING", "WAYS", "WIDTHS", "cost", "module", "network"]

PICTURE, STYLE = (3, 32, 32), Style(batch_norm=True)
HALVE = MaxPool("pool", kernel=3, stride=2, padding=1)  # 16 → 8 → 4


def pool_then_convolve(name: str, depth: int) -> Node:
    """Cheap, and narrowest where the pool has been."""
    return chain(HALVE, Conv("3×3", 2 * depth, 3), name=name)


def convolve_then_pool(name: str, depth: int) -> Node:
    """Never narrow, and dear: the convolution runs on the large grid."""
    return chain(Conv("3×3", 2 * depth, 3), HALVE, name=name)


def in_parallel(name: str, depth: int) -> Node:
    """Half of the channels from a convolution of stride 2, half from the pool."""
    return GridReduction(name, depth, HALVE)


REDUCING: dict[str, Callable[[str, int], Node]] = {
    "pool, then convolve": pool_then_convolve,
    "convolve, then pool": convolve_then_pool,
    "in parallel": in_parallel,
}


def network(reduce: Callable[[str, int], Node], width: int) -> Chain:
    """32×32 pictures → 10 logits; both reductions double the channels."""
    return chain(
        Conv("stem", width, 3, stride=2),
        reduce("reduction 1", width),
        Conv("convolution 1", 2 * width, 3),
        reduce("reduction 2", 2 * width),
        Conv("convolution 2", 4 * width, 3),
        AdaptiveAvgPool("avg pool"),
        Linear("linear", 10),
    )


def cost(reduce: Callable[[str, int], Node], width: int) -> int:
    """Multiply-adds of the network for one picture."""
    return sum(layer.macs for layer in network(reduce, width).layers(PICTURE, STYLE))


def width_at(reduce: Callable[[str, int], Node], budget: int) -> int:
    """The width whose cost comes nearest to the budget."""
    return min(range(4, 40), key=lambda width: abs(cost(reduce, width) - budget))


def module(reduce: Callable[[str, int], Node], width: int) -> nn.Module:
    """The network in PyTorch."""
    return build(network(reduce, width), PICTURE, STYLE)


WIDTHS = {name: width_at(reduce, cost(in_parallel, 15)) for name, reduce in REDUCING.items()}
"""As wide as the cost of the parallel network of width 15 allows."""

WAYS = {name: partial(module, reduce, WIDTHS[name]) for name, reduce in REDUCING.items()}
