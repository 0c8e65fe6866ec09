"""A weight in eight bits: symmetric, one scale an output channel.

The largest weight of a channel becomes ±127, zero stays zero, and what lies between is rounded to the nearest of the
255 steps: the error is at most half a step. Only the weights of convolutions and fully connected layers, which are
nearly all there is, are packed; batch norm, biases and the scales stay as they are, in float32.

Batch norm is not folded into the convolutions. Folding multiplies a channel by a number and adds another: the eight-bit
weights stay, only their scale changes, so whoever folds later computes with the very same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

STEPS = 127
"""Steps to each side of zero."""

SCALE = ".scale"
"""What the scales of a packed tensor are called: its name and this."""

COUNTER = "num_batches_tracked"
"""Counters of batch norm, which nothing reads after training, are left out."""

__all__ = ["SCALE", "STEPS", "dequantize", "from_bytes", "pack", "quantize", "to_bytes", "unpack"]


def quantize(weight: Tensor) -> tuple[Tensor, Tensor]:
    """A weight, output channels first, as int8 of the same shape, and the scale of each channel in float32.

    >>> steps, scale = quantize(torch.tensor([[0.5, -1.27], [0.0, 0.0]]))
    >>> steps.tolist(), [round(value, 6) for value in scale.tolist()]
    ([[50, -127], [0, 0]], [0.01, 1.0])

    Raises:
        ValueError: a value is infinite or not a number.
    """
    rows = weight.detach().to(torch.float32).flatten(1)
    if not rows.isfinite().all():
        raise ValueError("weights that are infinite or not numbers cannot be packed")
    scale = rows.abs().amax(dim=1) / STEPS
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))  # of a channel of zeros
    steps = (rows / scale[:, None]).round().clamp(-STEPS, STEPS).to(torch.int8)
    return steps.reshape(weight.shape), scale


def dequantize(steps: Tensor, scale: Tensor) -> Tensor:
    """The weight that the steps stand for, in float32."""
    return steps.to(torch.float32) * scale.reshape(-1, *[1] * (steps.dim() - 1))


def pack(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict with its weights in eight bits and their scales beside them."""
    packed: dict[str, Tensor] = {}
    for name, value in state.items():
        if name.endswith(COUNTER):
            continue
        if value.dim() >= 2:
            packed[name], packed[name + SCALE] = quantize(value)
        else:
            packed[name] = value.detach().to(torch.float32).contiguous()
    return packed


def unpack(content: Mapping[str, Any]) -> dict[str, Any]:
    """A state dict again; one that was not packed comes back as it is."""
    scales = {name + SCALE for name, value in content.items() if value.dtype == torch.int8 and name + SCALE in content}
    return {
        name: dequantize(value, content[name + SCALE]) if name + SCALE in scales else value
        for name, value in content.items()
        if name not in scales
    }


def to_bytes(packed: Mapping[str, Tensor]) -> bytes:
    """The file of a packed state dict (safetensors)."""
    return save({name: value.contiguous() for name, value in packed.items()}, {"format": "pt"})


def from_bytes(content: bytes) -> dict[str, Tensor]:
    """The state dict, unpacked, that a file holds."""
    return unpack(load(content))
