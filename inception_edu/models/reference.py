"""The networks for comparison that torchvision has: its modules, under our `create_model`."""

from __future__ import annotations

from torch import nn

from ..architectures import Architecture

REFERENCES = ("alexnet", "vgg16")


def build_reference(network: Architecture) -> nn.Module:
    """torchvision's module of that name, with `architecture` and `name` set as on our own."""
    import torchvision

    fixed = {"in_channels": 3, "options": {"stem": "imagenet", "width": 1.0, "dropout": None}}
    for what, value in fixed.items():
        if getattr(network, what) != value:
            raise ValueError(f"{network.name} is torchvision's and is built with {what} = {value} only")
    model = torchvision.models.get_model(network.name, weights=None, num_classes=network.num_classes)
    model.name, model.architecture, model.heads = network.name, network, nn.ModuleDict()
    return model
