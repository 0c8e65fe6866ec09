"""Five ways to see 5×5, in networks that differ in nothing else (Szegedy et al. 2016, section 3 and figure 2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

from ..arithmetic import Pair, pair
from ..models.units import ConvUnit

__all__ = ["SEEING", "WAYS", "network"]


def conv_unit(into: int, out: int, kernel: int | Pair, stride: int = 1, relu: bool = True) -> ConvUnit:
    """A convolution with batch norm that keeps the grid, but for the stride."""
    height, width = pair(kernel)
    return ConvUnit(into, out, kernel, stride, (height // 2, width // 2), batch_norm=True, activation=relu)


def one_5x5(into: int, out: int) -> list[nn.Module]:
    """The layer that is to be factorized."""
    return [conv_unit(into, out, 5)]


def two_3x3_linear(into: int, out: int) -> list[nn.Module]:
    """Two that see as much, and are one linear map up to batch norm."""
    return [conv_unit(into, out, 3, relu=False), conv_unit(out, out, 3)]


def two_3x3_relu(into: int, out: int) -> list[nn.Module]:
    """Two that see as much, with a ReLU between."""
    return [conv_unit(into, out, 3), conv_unit(out, out, 3)]


def row_column_linear(into: int, out: int) -> list[nn.Module]:
    """A row, then a column, and nothing but batch norm between."""
    return [conv_unit(into, out, (1, 5), relu=False), conv_unit(out, out, (5, 1))]


def row_column_relu(into: int, out: int) -> list[nn.Module]:
    """A row, then a column, with a ReLU between."""
    return [conv_unit(into, out, (1, 5)), conv_unit(out, out, (5, 1))]


SEEING: dict[str, Callable[[int, int], list[nn.Module]]] = {
    "one 5×5": one_5x5,
    "two 3×3, linear between": two_3x3_linear,
    "two 3×3, ReLU between": two_3x3_relu,
    "1×5, 5×1, linear between": row_column_linear,
    "1×5, 5×1, ReLU between": row_column_relu,
}


def network(see: Callable[[int, int], list[nn.Module]], width: int = 16) -> nn.Sequential:
    """32×32 pictures → 10 logits, with three places that see 5×5."""
    return nn.Sequential(
        conv_unit(3, width, 3, stride=2),
        *see(width, width),
        nn.MaxPool2d(2),
        *see(width, 2 * width),
        nn.MaxPool2d(2),
        *see(2 * width, 2 * width),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2 * width, 10),
    )


WAYS = {name: partial(network, see) for name, see in SEEING.items()}
