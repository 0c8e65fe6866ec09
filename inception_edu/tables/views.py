"""Receptive fields of any module, followed from operation to operation while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from ..arithmetic import Pair
from .receptive import PIXEL, Number, View, adaptive, grown, widest


class Seen(NamedTuple):
    """What one value of a tensor sees, and the grid of places that values stand at: the last two axes, or one place."""

    view: View
    grid: Pair


CONVOLUTION = {"convolution", "_convolution"}
POOL = {"max_pool2d_with_indices", "avg_pool2d"}
ADAPTIVE = {"_adaptive_avg_pool2d", "adaptive_max_pool2d"}
REDUCTION = {"mean", "sum", "amax"}
UPSAMPLING = {"upsample_nearest2d": 1, "_upsample_nearest_exact2d": 1, "upsample_bilinear2d": 2}  # places that mix
PADDING = {"constant_pad_nd", "reflection_pad2d", "replication_pad2d"}
PERMUTATION = {"permute", "transpose", "t"}
# Value by value, channel by channel, or the same values in another shape. Statistics over the grid, as of group norm,
# are not counted as sight, by custom.
KEEPING = {
    *{"native_batch_norm", "_native_batch_norm_legit", "native_group_norm", "native_layer_norm", "empty_like"},
    *{"native_dropout", "bernoulli_", "clone", "_to_copy", "detach", "alias", "cat", "copy_", "expand"},
    *{"view", "_unsafe_view", "reshape", "squeeze", "unsqueeze", "slice", "select", "split", "chunk", "unbind"},
    *{"split_with_sizes"},
}


class Views:
    """Knows, of every tensor that comes from the image, what its values see; None where that cannot be told.

    It can be told along convolutions, pools, and what works value by value, in tensors of shape N×C×H×W or, behind a
    global pool or a flattening, N×C. Attention and windows that are folded away are beyond this arithmetic.
    """

    def __init__(self, images: Tensor):
        self._seen = WeakTensorKeyDictionary()
        self._seen[images] = Seen(PIXEL, _grid(images))

    def of(self, tensor: Tensor) -> View | None:
        """What a value of `tensor` sees."""
        seen = self._seen.get(tensor)
        return seen.view if seen else None

    def follow(self, func: Any, args: Sequence[Any], output: Any) -> None:
        """Note what the outputs of an operation see."""
        inputs = [tensor for tensor in _tensors(args) if tensor in self._seen]
        if not inputs:
            return
        for tensor in _tensors([output]):
            self._seen[tensor] = self._after(func, args, inputs, tensor)

    def _after(self, func: Any, args: Sequence[Any], inputs: list[Tensor], output: Tensor) -> Seen | None:
        found = [self._seen[tensor] for tensor in inputs]
        if None in found:
            return None
        name, x, seen = func.overloadpacket.__name__, inputs[0], found[0]
        grid = _grid(output)
        if name in CONVOLUTION and output.dim() == 4:
            view = _convolved(seen.view, args)
        elif name in POOL and output.dim() == 4:
            kernel, stride = _two(args[1]), _two(args[2] if len(args) > 2 and args[2] else args[1])
            dilation = _two(args[4]) if name.startswith("max") and len(args) > 4 else (1, 1)
            view = grown(seen.view, kernel, stride, dilation)
        elif name in ADAPTIVE and output.dim() == 4:
            view = grown(seen.view, *adaptive(seen.grid, grid))
        elif name in UPSAMPLING:
            view = _upsampled(grown(seen.view, (UPSAMPLING[name], UPSAMPLING[name])), seen.grid, grid)
        elif name in PADDING:
            view = seen.view
        else:
            return self._rearranged(func, name, args, x, found, output)
        return Seen(view, grid)

    def _rearranged(
        self, func: Any, name: str, args: Sequence[Any], x: Tensor, found: list[Seen], output: Tensor
    ) -> Seen | None:
        """After what moves no value from place to place, or gathers all places into one."""
        view = widest([seen.view for seen in found])
        spread = [seen for seen in found if seen.grid != (1, 1)]
        if not spread:  # one place alone, so every value sees the same, whatever its shape
            return Seen(view, (1, 1))
        grid = spread[0].grid
        if any(seen.grid != grid for seen in spread):
            return None
        view = view[0], widest([seen.view for seen in spread])[1]  # what one place gives to all moves no place
        whole = Seen(grown(view, grid, grid), (1, 1))
        if name in REDUCTION and x.dim() == 4:
            axes = {axis % 4 for axis in (args[1] if len(args) > 1 and args[1] else range(4))}
            return whole if axes >= {2, 3} else Seen(view, grid) if not axes & {2, 3} else None
        if name in PERMUTATION:
            stays = _order(name, args, x.dim())[-2:] == [x.dim() - 2, x.dim() - 1]
            return Seen(view, grid) if stays else None
        across_channels = name == "avg_pool3d" and list(args[1][1:]) == [1, 1]  # response normalization's
        if not (across_channels or name in KEEPING or torch.Tag.pointwise in func.tags):
            return None
        if output.dim() > 2 and output.shape[-2:] == grid:
            return Seen(view, grid)
        return whole if output.dim() == 2 and output.shape[0] == x.shape[0] else None


def _grid(tensor: Tensor) -> Pair:
    return (tensor.shape[-2], tensor.shape[-1]) if tensor.dim() > 2 else (1, 1)


def _two(value: Any) -> Pair:
    values = [value] if isinstance(value, int) else list(value)
    return values[0], values[-1]


def _tensors(values: Iterable[Any]) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found += _tensors(value)
    return found


def _convolved(view: View, args: Sequence[Any]) -> View:
    weight, stride, dilation, transposed = args[1], _two(args[3]), _two(args[5]), args[6]
    kernel = _two(weight.shape[2:])
    if not transposed:
        return grown(view, kernel, stride, dilation)
    reach = [ceil(((k - 1) * d + 1) / s) for k, d, s in zip(kernel, dilation, stride)]
    size, jump = grown(view, (reach[0], reach[1]))
    return size, (_exact(jump[0], stride[0]), _exact(jump[1], stride[1]))


def _upsampled(view: View, before: Pair, after: Pair) -> View:
    size, jump = view
    return size, (_exact(jump[0] * before[0], after[0]), _exact(jump[1] * before[1], after[1]))


def _exact(numerator: Number, denominator: int) -> Number:
    """The quotient, as an integer if it is one: places may be closer than pixels."""
    quotient = Fraction(numerator) / denominator
    return quotient.numerator if quotient.denominator == 1 else quotient


def _order(name: str, args: Sequence[Any], axes: int) -> list[int]:
    """Where each axis of a permuted tensor comes from."""
    if name == "permute":
        return [axis % axes for axis in args[1]]
    order = list(range(axes))
    first, second = (axis % axes for axis in args[1:3]) if name == "transpose" else (0, axes - 1)
    order[first], order[second] = order[second], order[first]
    return order
