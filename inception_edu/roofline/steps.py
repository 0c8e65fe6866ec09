"""The steps of a forward pass: one for each operation that reads its input from memory and writes its output there."""

from __future__ import annotations

from functools import singledispatchmethod
from math import prod
from typing import NamedTuple

from ..architectures import (
    AdaptiveAvgPool,
    Architecture,
    Block,
    Chain,
    Concat,
    Conv,
    DepthwiseConv,
    Dropout,
    Linear,
    LocalResponseNorm,
    Node,
    Op,
    Pool,
    Residual,
    Shape,
    Style,
    architecture,
)
from ..formulas import Pair

KINDS = ("convolution", "linear", "pool", "norm", "concatenation", "addition", "relu")


class Step(NamedTuple):
    """One step, counted in values: how many bytes a value has, and for how many images, is said later.

    Attributes:
        name: where it stands, as in ``inception (3a) / #3×3 reduce``.
        kind: one of `KINDS`.
        macs: multiply-adds for one image; 0 for what only compares, copies or adds.
        inputs: values that it reads for one image; what is read twice, by two convolutions on the same input, counts
            in both.
        outputs: values that it writes for one image.
        weights: learned numbers that it reads, once for a whole batch.
    """

    name: str
    kind: str
    macs: int
    inputs: int
    outputs: int
    weights: int


def steps(network: str | Architecture, image_size: int | Pair | None = None) -> list[Step]:
    """The steps of a network in inference, in the order in which they run.

    It is the network as `optimize_for_inference` leaves it: without auxiliary heads and dropout, batch norm folded
    into the convolution before it, so that a filter has one bias; ReLU works in the same pass as what it follows. A
    concatenation copies its branches into one tensor; a residual sum reads two tensors and writes one.

    Args:
        network: a name from `list_models()`, or an architecture.
        image_size: side in pixels, or (height, width); None for the network's usual size.

    Raises:
        ValueError: there is no such network, or it does not take such images.

    >>> first = steps("googlenet")[0]
    >>> first.name, first.macs, first.inputs, first.outputs, first.weights
    ('convolution 1', 118013952, 150528, 802816, 9472)
    """
    found = architecture(network) if isinstance(network, str) else network
    walk = _Walk(found.style)
    for row in found.trace(image_size):
        walk.through(row.node, row.input, ())
    return walk.found


class _Walk:
    """Collects the steps of a network of one style."""

    def __init__(self, style: Style):
        self.style = style
        self.found: list[Step] = []

    def add(self, path: tuple[str, ...], kind: str, values: tuple[int, int], macs: int = 0, weights: int = 0) -> None:
        self.found.append(Step(" / ".join(path), kind, macs, *values, weights))

    @singledispatchmethod
    def through(self, node: Node, shape: Shape, path: tuple[str, ...]) -> Shape:
        """Add the steps of a part of a network that stands at `path`, and return the shape that it leaves."""
        raise TypeError(f"it is not known what {type(node).__name__} reads and writes")

    @through.register
    def _(self, node: Block, shape: Shape, path: tuple[str, ...]) -> Shape:
        return self.through(node.tree, shape, (*path, node.name))

    @through.register
    def _(self, node: Chain, shape: Shape, path: tuple[str, ...]) -> Shape:
        for part in node.parts:
            shape = self.through(part, shape, path)
        return shape

    @through.register
    def _(self, node: Concat, shape: Shape, path: tuple[str, ...]) -> Shape:
        outputs = [self.through(branch, shape, path) for branch in node.branches.values()]
        joined = (sum(out[0] for out in outputs), *outputs[0][1:])
        self.add((*path, "concatenation"), "concatenation", (prod(joined), prod(joined)))
        return joined

    @through.register
    def _(self, node: Residual, shape: Shape, path: tuple[str, ...]) -> Shape:
        output = self.through(node.summand(shape, self.style), shape, path)
        if node.shortcut:
            self.through(node.shortcut, shape, path)
        self.add((*path, "addition"), "addition", (2 * prod(output), prod(output)))
        return output

    @through.register
    def _(self, op: Op, shape: Shape, path: tuple[str, ...]) -> Shape:
        output, learned, macs = op.costs(shape, self.style)
        if isinstance(op, Dropout):
            return output
        weights = macs // (output[1] * output[2])
        biases = output[0] if learned > weights else 0
        self.add((*path, op.name), _kind(op), (prod(shape), prod(output)), macs, weights + biases)
        return output


def _kind(op: Op) -> str:
    if isinstance(op, Conv | DepthwiseConv):
        return "convolution"
    if isinstance(op, Linear):
        return "linear"
    if isinstance(op, Pool | AdaptiveAvgPool):
        return "pool"
    return "norm" if isinstance(op, LocalResponseNorm) else "relu"
