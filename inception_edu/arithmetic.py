"""Closed forms for what a layer costs: parameters, multiply-adds, output size, receptive field.

Plain integers in, plain integers out, however large; nothing here imports torch. Conventions:

* A *parameter* is a learned number: weights, biases, and batch norm's scale and shift.
* A *multiply-add* (MAC) is one multiplication with its addition, in a convolution or a fully
  connected layer. Biases, batch norm, activations and pooling are not counted.
* A size, kernel, stride or padding is one integer for a square, or a pair (height, width).
* What is not such a number, or too small, is refused by a ValueError of one line.

The formulas are those of Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (2016).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import Annotated, Any, overload

from . import formulas
from .arguments import Kind, Pair, checked, sides, whole

Count = Annotated[int, whole(0)]  # channels, features: of nothing, the cost is nothing
Positive = Annotated[int, whole(1)]
Sides = Annotated[int | Pair, sides(1)]  # a size, kernel or stride
Padding = Annotated[int | Pair, sides(0)]


def _layers(value: Any) -> list[Pair]:
    positive = whole(1)
    return [(positive.take(kernel), positive.take(stride)) for kernel, stride in value]


Layers = Annotated[Iterable[Pair], Kind("pairs (kernel, stride) of whole numbers of at least 1", _layers)]


@checked
def pair(value: Annotated[int | Pair, sides()]) -> Pair:
    """Return ``(height, width)``: an integer stands for a square.

    >>> pair(3), pair((1, 7))
    ((3, 3), (1, 7))
    """
    return formulas.as_pair(value)


@overload
def output_size(
    size: int, kernel: int | Pair, stride: int | Pair = 1, padding: int | Pair = 0, ceil_mode: bool = False
) -> int: ...
@overload
def output_size(
    size: Pair, kernel: int | Pair, stride: int | Pair = 1, padding: int | Pair = 0, ceil_mode: bool = False
) -> Pair: ...
@checked
def output_size(
    size: Sides, kernel: Sides, stride: Sides = 1, padding: Padding = 0, ceil_mode: bool = False
) -> int | Pair:
    """Size of the grid that a convolution or pool leaves, in pixels; a pair if `size` is a pair.

    ``floor((size + 2·padding − kernel) / stride) + 1``. With `ceil_mode` the division rounds up, but, as in
    PyTorch and Caffe, a last window that would start beyond the input and its left padding is dropped.

    Raises:
        ValueError: nothing is left, for the kernel is larger than the padded input (rounding up, by a stride); or
            `size` is one number, and what is left of the square is not a square.

    >>> output_size(224, kernel=7, stride=2, padding=3)
    112
    >>> output_size((17, 17), kernel=(1, 7), padding=(0, 3))
    (17, 17)
    """
    as_pair = formulas.as_pair
    grid = formulas.output_grid(as_pair(size), as_pair(kernel), as_pair(stride), as_pair(padding), ceil_mode)
    height, width = grid
    if not isinstance(size, int):
        return height, width
    if height != width:
        raise ValueError(f"of a square, a kernel of {kernel} leaves {height}×{width}: give the size as a pair")
    return height


@checked
def same_padding(kernel: Sides) -> Pair:
    """Padding (height, width) that keeps the size of the grid at stride 1, for odd kernels: ``(kernel − 1) / 2``.

    Raises:
        ValueError: a side of the kernel is even.

    >>> same_padding(5), same_padding((1, 7))
    ((2, 2), (0, 3))
    """
    return formulas.same_padding(formulas.as_pair(kernel))


@checked
def conv_params(
    in_channels: Count, out_channels: Count, kernel: Sides, groups: Positive = 1, bias: bool = False
) -> int:
    """Parameters of a convolution: ``k_h · k_w · (in / groups) · out``, and `out` more with a bias.

    Raises:
        ValueError: the groups do not divide the channels.

    >>> conv_params(512, 64, kernel=5)
    819200
    >>> conv_params(512, 24, kernel=1) + conv_params(24, 64, kernel=5)
    50688
    """
    weights = formulas.conv_weights(in_channels, out_channels, formulas.as_pair(kernel), groups)
    return weights + (out_channels if bias else 0)


@checked
def conv_macs(in_channels: Count, out_channels: Count, kernel: Sides, output: Sides, groups: Positive = 1) -> int:
    """Multiply-adds of a convolution for one image: its weights, once at every position of the `output` grid.

    >>> conv_macs(3, 64, kernel=7, output=112)
    118013952
    """
    height, width = formulas.as_pair(output)
    return formulas.conv_weights(in_channels, out_channels, formulas.as_pair(kernel), groups) * height * width


@checked
def batch_norm_params(channels: Count) -> int:
    """Learned numbers of batch normalization: a scale and a shift a channel (running statistics are not learned)."""
    return 2 * channels


@checked
def linear_params(in_features: Count, out_features: Count, bias: bool = True) -> int:
    """Parameters of a fully connected layer: ``in · out``, and `out` more with a bias.

    >>> linear_params(1024, 1000)
    1025000
    """
    return in_features * out_features + (out_features if bias else 0)


@checked
def linear_macs(in_features: Count, out_features: Count) -> int:
    """Multiply-adds of a fully connected layer for one image: ``in · out``."""
    return in_features * out_features


@checked
def receptive_field(layers: Layers) -> int:
    """Side of the square of input pixels that one output unit can see, for a chain of (kernel, stride).

    Each layer adds ``(kernel − 1) · jump``, where `jump` is the product of the strides before it.

    >>> receptive_field([(3, 1), (3, 1)])
    5
    >>> receptive_field([(7, 2), (3, 2), (1, 1), (3, 1), (3, 2)])
    27
    """
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


@checked
def break_even_reduction(in_channels: Positive, out_channels: Positive, kernel: Sides) -> int:
    """Widest 1×1 reduction that still costs less than the direct convolution (weights and MACs alike, at stride 1).

    Reducing to `r` channels costs ``in·r + k²·r·out`` weights against ``k²·in·out``, so it pays while
    ``r < k²·in·out / (in + k²·out)``. Returns 0 where no reduction pays, as for a 1×1 kernel with few filters.

    >>> break_even_reduction(512, 64, kernel=5)
    387
    """
    height, width = formulas.as_pair(kernel)
    area = height * width
    limit = Fraction(area * in_channels * out_channels, in_channels + area * out_channels)
    return max(ceil(limit) - 1, 0)
