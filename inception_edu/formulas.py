"""The formulas behind `arithmetic`, on plain integers and pairs that somebody has checked: tracing asks thousands."""

from __future__ import annotations

Pair = tuple[int, int]


def as_pair(value: int | Pair) -> Pair:
    """``(height, width)``: an integer stands for a square."""
    return (value, value) if isinstance(value, int) else value


def output_side(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool = False) -> int:
    """One side of what a window leaves: ``floor((size + 2·padding − kernel) / stride) + 1``.

    Raises:
        ValueError: nothing is left.
    """
    span = size + 2 * padding - kernel
    result = (-(-span // stride) if ceil_mode else span // stride) + 1
    if result < 1:
        raise ValueError(f"a kernel of {kernel} does not fit an input of {size} with padding {padding}")
    return result - 1 if ceil_mode and (result - 1) * stride >= size + padding else result


def output_grid(size: Pair, kernel: Pair, stride: Pair, padding: Pair, ceil_mode: bool = False) -> Pair:
    """Both sides; otherwise as `output_side`."""
    return (
        output_side(size[0], kernel[0], stride[0], padding[0], ceil_mode),
        output_side(size[1], kernel[1], stride[1], padding[1], ceil_mode),
    )


def same_padding(kernel: Pair) -> Pair:
    """``(kernel − 1) / 2``, which keeps the size of the grid at stride 1.

    Raises:
        ValueError: a side of the kernel is even.
    """
    height, width = kernel
    if not (height % 2 and width % 2):
        raise ValueError(f"only odd kernels can keep the size with equal padding on both sides, not {height}×{width}")
    return height // 2, width // 2


def conv_weights(in_channels: int, out_channels: int, kernel: Pair, groups: int = 1) -> int:
    """Weights of a convolution: ``k_h · k_w · (in / groups) · out``.

    Raises:
        ValueError: the groups do not divide the channels.
    """
    if in_channels % groups or out_channels % groups:
        raise ValueError(f"{groups} groups must divide both {in_channels} input and {out_channels} output channels")
    return kernel[0] * kernel[1] * (in_channels // groups) * out_channels
