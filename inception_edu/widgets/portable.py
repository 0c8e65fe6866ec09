"""A network as JSON that a page can run: its rows, and its weights in 8 bits or 32.

``src/engine/`` runs what `portable` writes. A node is an object whose ``op`` says what it is:

=============  ====================================================================================================
``conv``       out, in (channels a group reads), kernel, stride, pad (each [height, width]), groups, relu
``max``        kernel, stride, pad, ceil
``avg``        as ``max``, and whether the padding counts
``adaptive``   size: the side of the grid that is left
``linear``     out, in, relu
``lrn``        size, alpha, beta, k
``relu``
``chain``      parts: one after the other; of no parts, what keeps its input
``concat``     branches, by name: side by side, joined by depth
``residual``   body, shortcut (a chain), scale, relu: added
=============  ====================================================================================================

Weights follow in the order in which a walk through the rows meets them (a body before its shortcut), and batch norm is
folded into a scale and a bias a channel of the convolution before it: ``scale · (weights ∗ x) + bias``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import numpy as np

from ..architectures import Node, Shape, Style, graph, ops
from ..arithmetic import pair

if TYPE_CHECKING:
    from torch import nn

    from ..models.base import Model

STEPS = 127  # on either side of zero: 8 bits, symmetric


def portable(model: Model, *, bits: int = 8) -> dict[str, Any]:
    """A model of the package, as it is in evaluation, in JSON.

    Args:
        model: one of `create_model`'s.
        bits: 8, one scale an output channel, or 32: what the network has.

    Returns:
        ``channels`` and ``size`` of its images, ``rows`` as pairs of name and node (dropout is left out), and
        ``weights``: ``bits``, ``data`` (weights layer by layer), ``fine`` (scales and biases layer by layer), both as
        base64.

    Raises:
        ValueError: other bits.
    """
    if bits not in (8, 32):
        raise ValueError(f"a network is packed in 8 or 32 bits, not {bits}")
    table = model.architecture
    traced = [row for row in table.trace() if not isinstance(row.node, ops.Dropout)]
    data, fine = [], []
    for weight, scale, bias in _layers(model):
        if bits == 8:
            weight, step = quantized(weight)
            scale = scale * step
        data.append(weight.astype(np.int8 if bits == 8 else "<f4").tobytes())
        fine += [scale.astype("<f4").tobytes(), bias.astype("<f4").tobytes()]
    return {
        "channels": table.in_channels,
        "size": table.image_size[0],
        "rows": [[row.node.name, encode(row.node, row.input, table.style)] for row in traced],
        "weights": {"bits": bits, "data": _base64(data), "fine": _base64(fine)},
    }


def quantized(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers of 8 bits, and the step a row (an output channel) by which they are multiplied.

    >>> quantized(np.array([[1.27, -0.635, 0.0]]))[0].tolist()
    [[127, -64, 0]]
    """
    largest = np.abs(weight.reshape(len(weight), -1)).max(1, initial=0.0)
    step = np.where(largest > 0, largest / STEPS, 1.0)
    rows = step.reshape(-1, *[1] * (weight.ndim - 1))
    return np.rint(weight / rows).clip(-STEPS, STEPS).astype(np.int8), step


def _layers(model: Model) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Weights, scale and bias of every layer in order."""
    from torch import nn

    found: list[list[Any]] = []
    for _, stage in model.steps():
        for module in stage.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                found.append([module, None])
            elif isinstance(module, nn.BatchNorm2d):
                found[-1][1] = module
    for layer, norm in found:
        yield _folded(layer, norm)


def _folded(layer: nn.Module, norm: nn.Module | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weight = _array(layer.weight)
    bias = np.zeros(len(weight)) if layer.bias is None else _array(layer.bias)
    scale = np.ones(len(weight))
    if norm is not None:
        scale = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
        bias = _array(norm.bias) + scale * (bias - _array(norm.running_mean))
    return weight, scale, bias


def _array(values: Any) -> np.ndarray:
    return values.detach().double().cpu().numpy()


def _base64(parts: list[bytes]) -> str:
    return base64.b64encode(b"".join(parts)).decode("ascii")


@singledispatch
def encode(node: Node, shape: Shape, style: Style) -> dict[str, Any]:
    """A part of a network as JSON, for an input of `shape`.

    Raises:
        TypeError: nobody has said how it is written.
    """
    raise TypeError(f"a page cannot run {type(node).__name__}")


@encode.register
def _(node: graph.Block, shape: Shape, style: Style) -> dict[str, Any]:
    return encode(node.body(), shape, style)


@encode.register
def _(node: graph.Chain, shape: Shape, style: Style) -> dict[str, Any]:
    parts = []
    for part in node.parts:
        if not isinstance(part, ops.Dropout):
            parts.append(encode(part, shape, style))
        shape = part.output(shape, style)
    return {"op": "chain", "parts": parts}


@encode.register
def _(node: graph.Concat, shape: Shape, style: Style) -> dict[str, Any]:
    return {"op": "concat", "branches": {name: encode(each, shape, style) for name, each in node.branches.items()}}


@encode.register
def _(node: graph.Residual, shape: Shape, style: Style) -> dict[str, Any]:
    shortcut = encode(node.shortcut, shape, style) if node.shortcut else {"op": "chain", "parts": []}
    body = encode(node.summand(shape, style), shape, style)
    return {"op": "residual", "body": body, "shortcut": shortcut, "scale": node.scale, "relu": node.activation}


@encode.register
def _(op: ops.Conv, shape: Shape, style: Style) -> dict[str, Any]:
    channels = {"out": op.out_channels, "in": shape[0] // op.groups, "groups": op.groups}
    return {"op": "conv", **channels, **_window(op.kernel, op.stride, op.pads()), "relu": op.activation}


@encode.register
def _(op: ops.DepthwiseConv, shape: Shape, style: Style) -> dict[str, Any]:
    return encode(op.conv(shape[0]), shape, style)


@encode.register
def _(op: ops.MaxPool, shape: Shape, style: Style) -> dict[str, Any]:
    return {"op": "max", **_window(op.kernel, op.stride, op.padding), "ceil": op.ceil_mode}


@encode.register
def _(op: ops.AvgPool, shape: Shape, style: Style) -> dict[str, Any]:
    window = _window(op.kernel, op.stride, op.padding)
    return {"op": "avg", **window, "ceil": op.ceil_mode, "counts": op.count_include_pad}


@encode.register
def _(op: ops.AdaptiveAvgPool, shape: Shape, style: Style) -> dict[str, Any]:
    return {"op": "adaptive", "size": op.size}


@encode.register
def _(op: ops.Linear, shape: Shape, style: Style) -> dict[str, Any]:
    return {"op": "linear", "out": op.out_features, "in": op.in_features(shape), "relu": op.activation}


@encode.register
def _(op: ops.LocalResponseNorm, shape: Shape, style: Style) -> dict[str, Any]:
    return {"op": "lrn", "size": op.size, "alpha": op.alpha, "beta": op.beta, "k": op.k}


@encode.register
def _(op: ops.ReLU, shape: Shape, style: Style) -> dict[str, Any]:
    return {"op": "relu"}


def _window(kernel: Any, stride: Any, pad: Any) -> dict[str, Any]:
    return {"kernel": pair(kernel), "stride": pair(stride), "pad": pair(pad)}
