"""The module that every network of the book is: stages one after the other, auxiliary heads beside them in training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..architectures import Architecture, Node
from .base import Model
from .build import build


class GoogLeNetOutputs(NamedTuple):
    """What a network with two auxiliary heads returns in training: logits (N, classes), the deeper head first."""

    logits: Tensor
    aux2: Tensor
    aux1: Tensor


class InceptionOutputs(NamedTuple):
    """What a network with one auxiliary head returns in training: logits (N, classes)."""

    logits: Tensor
    aux: Tensor


OUTPUTS = {1: InceptionOutputs, 2: GoogLeNetOutputs}


class Network(Model):
    """A network built from the rows of its `architecture`.

    `stages` holds one named module a row (`model.stages.inception_3a`), `heads` the auxiliary classifiers by name.

    (N, C, H, W) → logits (N, num_classes) in evaluation; in training, with heads, a named tuple of logits. Compiled
    with TorchScript it always gives the logits alone: the code for the heads is left out of what is compiled.

    Raises:
        ValueError: images with another number of channels, or too small for the network.
    """

    def __init__(self, architecture: Architecture):
        super().__init__(architecture)
        self.stages = nn.Sequential()
        for row in architecture.trace():
            self.stages.add_module(row.node.key, build(row.node, row.input, architecture.style))
        heads = architecture.trace_heads()
        self.heads = nn.ModuleDict({row.node.name: build(row.node, row.input, architecture.style) for row in heads})
        keys = {node.name: node.key for node in architecture.rows}
        self.head_after = {keys[head.after]: head.name for head in architecture.heads}

    def forward(self, x: Tensor) -> Tensor:
        """Logits; see the class for what comes with them in training."""
        if torch.jit.is_scripting():  # pyright: ignore[reportPrivateImportUsage] (TorchScript knows it by this name)
            return self.stages(x)
        return self._forward_eager(x)  # pyright: ignore[reportReturnType] (TorchScript compiles for one type alone)

    @torch.jit.unused
    def _forward_eager(self, x: Tensor) -> Tensor | GoogLeNetOutputs | InceptionOutputs:
        self.check(x)
        if not (self.training and self.heads):
            return self.stages(x)
        aux = []
        for key, stage in self.stages.named_children():
            x = stage(x)
            if key in self.head_after:
                aux.append(self.heads[self.head_after[key]](x))
        return OUTPUTS[len(aux)](x, *reversed(aux))

    @torch.jit.unused
    def steps(self) -> Iterator[tuple[Node, nn.Module]]:
        """The rows of the trunk in order, each with the module that computes it."""
        yield from zip(self.architecture.rows, self.stages, strict=True)
