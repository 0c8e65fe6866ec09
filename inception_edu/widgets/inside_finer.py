"""The last rows of a network on a finer grid than its own: strides left out, and what follows them reads with holes.

As ``src/engine/tensor.js`` does it: at the places of the network's own grid everything is as it was (à trous).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..arithmetic import output_size, pair
from ..models.build import Branches, ResidualSum
from ..models.units import ConvUnit


def finer(module: nn.Module, x: Tensor, spread: int, dense: bool = True) -> tuple[Tensor, int]:
    """What a part of a network gives for N×C×h×w, and how far apart neighbours of its own grid lie then.

    Args:
        module: built by `inception_edu.models.build`.
        x: its input.
        spread: how far apart neighbours of the network's own grid lie in it.
        dense: False leaves strides as they are, as long as `spread` is 1.
    """
    if not dense and spread == 1:
        return module(x), 1
    if isinstance(module, Branches):
        found = [finer(branch, x, spread) for branch in module.branches.values()]
        return torch.cat([y for y, _ in found], 1), found[0][1]
    if isinstance(module, ResidualSum):
        (body, after), (beside, _) = finer(module.body, x, spread), finer(module.shortcut, x, spread)
        return module.relu(beside + module.scale * body), after
    if isinstance(module, nn.Sequential):
        for part in module:
            x, spread = finer(part, x, spread)
        return x, spread
    if isinstance(module, ConvUnit):
        conv = module.conv
        padded, after = _framed(conv, x, spread, 0.0)
        y = functional.conv2d(padded, conv.weight, conv.bias, 1, 0, spread, conv.groups)
        return module.relu(module.bn(y)), after
    if isinstance(module, nn.MaxPool2d):
        padded, after = _framed(module, x, spread, -torch.inf)
        return functional.max_pool2d(padded, module.kernel_size, 1, 0, spread), after
    if isinstance(module, nn.AvgPool2d):
        return _mean(module, x, spread)
    return module(x), spread  # what looks at one place at a time


def _framed(window: nn.Module, x: Tensor, spread: int, value: float) -> tuple[Tensor, int]:
    """The input with its padding, as much that a window moving by one has all its places."""
    kernel, stride, pad = (pair(getattr(window, name)) for name in ("kernel_size", "stride", "padding"))
    own = output_size(
        (x.shape[2] // spread, x.shape[3] // spread), kernel, stride, pad, getattr(window, "ceil_mode", False)
    )
    frame: list[int] = []
    for axis in (1, 0):  # the last first
        places = own[axis] * stride[axis] * spread
        before = pad[axis] * spread
        frame += [before, places + (kernel[axis] - 1) * spread - before - x.shape[2 + axis]]
    return functional.pad(x, frame, value=value), spread * stride[0]


def _mean(pool: nn.AvgPool2d, x: Tensor, spread: int) -> tuple[Tensor, int]:
    """Sums over windows by how many values lie in each, the padding counted where the network counts it."""
    pads = [side * spread if pool.count_include_pad else 0 for side in pair(pool.padding)]
    there = functional.pad(torch.ones_like(x), (pads[1], pads[1], pads[0], pads[0]), value=1.0)
    total, after = _framed(pool, x, spread, 0.0)
    counted = torch.zeros_like(total)
    top, left = (side * spread - pad for side, pad in zip(pair(pool.padding), pads))
    height, width = min(there.shape[2], total.shape[2] - top), min(there.shape[3], total.shape[3] - left)
    counted[:, :, top : top + height, left : left + width] = there[:, :, :height, :width]
    ones = torch.ones(x.shape[1], 1, *pair(pool.kernel_size)).to(x)
    sums = [functional.conv2d(each, ones, None, 1, 0, spread, x.shape[1]) for each in (total, counted)]
    return sums[0] / sums[1], after
