"""Ablation of a trained network: a branch or a module is switched off, nothing is trained again.

For a network without shortcuts all branches of a module together are the only way through: nothing of the picture gets
past a silent module. A module that leaves as many channels as it reads can be bypassed instead, as Veit, Wilber and
Belongie did (*Residual Networks Behave Like Ensembles of Relatively Shallow Networks*, NIPS 2016, arXiv:1605.06431).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ..models.build import Branches
from ..models.network import Network


@contextmanager
def silenced(
    model: Network, stage: str, branch: str | None = None, channels: Tensor | None = None
) -> Iterator[Network]:
    """The network with zeros in place of what a branch, a module, or some channels of a module give.

    Args:
        model: the network; it is as before when the context ends.
        stage: name or key of a row of its table.
        branch: one of the module's branches, such as ``"3x3"``; None for all of the module.
        channels: numbers of the module's output channels; None for all.

    Raises:
        ValueError: there is no such row, or it has no such branch.
    """
    module = _stage(model, stage)
    if branch is not None:
        branches = module.branches if isinstance(module, Branches) else {}
        if branch not in branches:
            raise ValueError(f"{stage} has no branch {branch!r}; it has {', '.join(branches) or 'none'}")
        module = branches[branch]

    def zeros(_: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        if channels is None:
            return torch.zeros_like(output)
        kept = output.clone()
        kept[:, channels] = 0
        return kept

    with _hooked(module, zeros):
        yield model


@contextmanager
def bypassed(model: Network, stage: str) -> Iterator[Network]:
    """The network with a module's input in place of its output.

    Raises:
        ValueError: there is no such row, or, when it runs, it leaves another shape than it reads.
    """

    def straight(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if inputs[0].shape != output.shape:
            raise ValueError(f"{stage} leaves {tuple(output.shape[1:])} of {tuple(inputs[0].shape[1:])}")
        return inputs[0]

    with _hooked(_stage(model, stage), straight):
        yield model


def split_at(model: Network, stage: str) -> tuple[nn.Sequential, nn.Sequential]:
    """The rows before a row, and the rest from it on: to compute once what several ablations share."""
    key = _key(model, stage)
    names = [name for name, _ in model.stages.named_children()]
    stages, place = list(model.stages), names.index(key)
    return nn.Sequential(*stages[:place]), nn.Sequential(*stages[place:])


def _key(model: Network, stage: str) -> str:
    keys = {name: node.key for node, _ in model.steps() for name in (node.name, node.key)}
    if stage not in keys:
        raise ValueError(
            f"{model.name} has no stage {stage!r}; it has {', '.join(node.name for node, _ in model.steps())}"
        )
    return keys[stage]


def _stage(model: Network, stage: str) -> nn.Module:
    return model.stages.get_submodule(_key(model, stage))


@contextmanager
def _hooked(module: nn.Module, hook: Callable[..., Tensor]) -> Iterator[None]:
    handle = module.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()
