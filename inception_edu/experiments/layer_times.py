"""How long each layer of a network takes, beside what it has to do: multiply-adds, and bytes to read and write."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from .timing import Clock, processor_time

KINDS: tuple[tuple[type[nn.Module], str], ...] = (
    (nn.Conv2d, "convolution"),
    (nn.BatchNorm2d, "batch norm"),
    (nn.ReLU, "ReLU"),
    (nn.MaxPool2d, "max pool"),
    (nn.AvgPool2d, "average pool"),
    (nn.AdaptiveAvgPool2d, "average pool"),
    (nn.Linear, "linear"),
)
"""What is timed, and what it is called. Dropout and identity do nothing in evaluation."""


class LayerTime(NamedTuple):
    """One layer of a network.

    Attributes:
        name: the module's path.
        kind: one of those in `KINDS`; a convolution whose channels have a filter each is "depthwise".
        params: learned numbers.
        macs: multiply-adds for the whole batch, those of convolutions and linear layers.
        bytes: of input, output and weights, each counted once.
        seconds: median over the rounds.
    """

    name: str
    kind: str
    params: int
    macs: int
    bytes: int
    seconds: float


def layer_times(model: nn.Module, images: Tensor, rounds: int = 5, clock: Clock = processor_time) -> list[LayerTime]:
    """Each layer's time in a prediction, in the order in which the layers come.

    The clock is started before a layer and read behind it, by hooks. A first prediction is not counted.
    """
    calls: dict[str, list[tuple[float, int, int, int]]] = {}
    kinds = {name: kind for name, module in model.named_modules() if (kind := kind_of(module))}
    with torch.inference_mode(), timed(model, kinds, calls, clock):
        for _ in range(rounds + 1):
            model(images)
    found = []
    for name, measured in calls.items():
        _, params, macs, size = measured[0]
        seconds = statistics.median(each[0] for each in measured[1:])
        found.append(LayerTime(name, kinds[name], params, macs, size, seconds))
    return found


def kind_of(module: nn.Module) -> str:
    """What a layer is called; nothing for what is no layer."""
    if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1:
        return "depthwise"
    return next((kind for base, kind in KINDS if isinstance(module, base)), "")


@contextmanager
def timed(model: nn.Module, kinds: dict[str, str], calls: dict[str, list[Any]], clock: Clock) -> Iterator[None]:
    """While it lasts, every call of a layer is noted: its time, and what it has to do."""
    started: dict[str, float] = {}
    handles = []
    for name, module in model.named_modules():
        if name not in kinds:
            continue

        def before(_module: nn.Module, _inputs: Any, name: str = name) -> None:
            started[name] = clock()

        def behind(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor, name: str = name) -> None:
            seconds = clock() - started[name]
            calls.setdefault(name, []).append((seconds, *work(module, inputs[0], output)))

        handles += [module.register_forward_pre_hook(before), module.register_forward_hook(behind)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def work(module: nn.Module, x: Tensor, y: Tensor) -> tuple[int, int, int]:
    """Learned numbers, multiply-adds, and bytes to move, each number once."""
    params = sum(weight.numel() for weight in module.parameters())
    macs = 0
    if isinstance(module, nn.Conv2d):  # every weight is used once at every place
        macs = module.weight.numel() * y.shape[0] * y[0, 0].numel()
    elif isinstance(module, nn.Linear):
        macs = module.weight.numel() * y.shape[0]
    return params, macs, x.element_size() * (x.numel() + y.numel() + params)
