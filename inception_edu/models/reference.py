"""The networks for comparison that torchvision has: its modules, under our `create_model`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torch import nn
from torchvision.models import VGG, AlexNet
from torchvision.models.vgg import cfgs, make_layers

from ..architectures import Architecture, Dropout, Node
from .base import Model


class Reference(Model):
    """A network of torchvision, which has `features`, then `avgpool`, then `classifier`."""

    if TYPE_CHECKING:  # TorchScript cannot read these annotations
        features: nn.Sequential
        avgpool: nn.Module
        classifier: nn.Sequential

    def __init__(self, architecture: Architecture, **of_torchvision: Any):
        super().__init__(architecture, **of_torchvision)
        self.heads = nn.ModuleDict()

    def steps(self) -> Iterator[tuple[Node, nn.Module]]:
        """The rows in order; dropout, which AlexNet has at other places than our table, goes with the row after it."""
        rows = (row for row in self.architecture.rows if not isinstance(row, Dropout))
        *layers, last = [*self.features, self.avgpool, nn.Flatten(), *self.classifier]
        group: list[nn.Module] = []
        for layer in layers:
            group.append(layer)
            if isinstance(layer, (nn.ReLU, nn.MaxPool2d, nn.AdaptiveAvgPool2d)):
                yield next(rows), nn.Sequential(*group)
                group = []
        yield next(rows), nn.Sequential(*group, last)


class ReferenceAlexNet(Reference, AlexNet):
    """The AlexNet of torchvision."""


class ReferenceVGG(Reference, VGG):
    """The VGG of torchvision."""


def build_reference(architecture: Architecture) -> Model:
    """The network of that name as torchvision has it, with what a `Model` has besides.

    Raises:
        ValueError: the architecture asks for what torchvision does not have.
    """
    fixed = {"in_channels": 3, "options": {"stem": "imagenet", "width": 1.0, "dropout": None}}
    for what, value in fixed.items():
        if getattr(architecture, what) != value:
            raise ValueError(f"{architecture.name} is torchvision's and is built with {what} = {value} only")
    num_classes = architecture.num_classes
    if architecture.name == "alexnet":
        return ReferenceAlexNet(architecture, num_classes=num_classes)
    return ReferenceVGG(architecture, features=make_layers(cfgs["D"]), num_classes=num_classes)
