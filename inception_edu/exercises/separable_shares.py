"""What is left of a network whose square convolutions become separable, by two wrong ways (exercise 16.5)."""

from __future__ import annotations

from collections.abc import Callable

from ..architectures import Layer, architecture
from ..arithmetic import pair


def left_of(network: str, cost: Callable[[Layer, int], int]) -> float:
    """Share of a network's multiply-adds that is left if each square convolution costs `cost(layer, kernel)`."""
    before = after = 0
    for row in architecture(network, aux_logits=False).trace():
        for layer in row.layers:
            before += layer.macs
            high, wide = pair(getattr(layer.op, "kernel", 1))
            after += cost(layer, high) if layer.macs and high == wide > 1 else layer.macs
    return after / before


def without_pointwise(network: str) -> float:
    """The depthwise part alone."""
    return left_of(network, lambda layer, k: k * k * layer.input[0] * layer.output[1] * layer.output[2])


def without_depthwise(network: str) -> float:
    """The 1×1 alone."""
    return left_of(network, lambda layer, k: layer.input[0] * layer.output[0] * layer.output[1] * layer.output[2])
