"""A model by its name."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import Any

import torch

from ..architectures import Architecture, architecture
from ..pretrained.shipped import find_card
from .base import Model
from .init import DTYPE, INITS, Building
from .naming import first_names
from .network import Network
from .weights import NewParametersWarning, load_and_leave_new

REFERENCES = ("alexnet", "vgg16")
"""The networks that are torchvision's own modules."""

NEW = {"num_classes": "classes", "in_channels": "channels"}
"""What may start new where the caller says an option, as `load_and_leave_new` calls it."""


def create_model(
    name: str,
    *,
    num_classes: int | None = None,
    in_channels: int | None = None,
    aux_logits: bool | None = None,
    image_size: int | tuple[int, int] | None = None,
    stem: str | None = None,
    width: float | None = None,
    dropout: float | None = None,
    weights: Mapping[str, Any] | str | os.PathLike | None = None,
    seed: int | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    **options: Any,
) -> Model:
    """Build a network of the family, or one of those it is compared with.

    >>> model = create_model("googlenet", num_classes=20, seed=0).eval()
    >>> model(torch.zeros(1, 3, 224, 224)).shape
    torch.Size([1, 20])

    >>> trained = create_model("googlenet_bn", weights="cifar10").eval()
    >>> trained.weights_card.classes[:4]
    ('airplane', 'automobile', 'bird', 'cat')

    With `weights`, what the caller asks to be different from them starts new, and a `NewParametersWarning` says what
    that is: the classifiers for another `num_classes`, the first convolution for other `in_channels`, auxiliary heads
    that the weights do not have or have for another image size. `model.new_parameters` lists the names. Everything
    else must fit.

    Args:
        name: one of `list_models()`.
        num_classes: number of classes; None is what is usual for the network.
        in_channels: channels of the images; None is what is usual for the network.
        aux_logits: with or without auxiliary heads; None does as published.
        image_size: side in pixels, or (height, width). It matters to auxiliary heads, which end in a fully connected
            layer, and defaults to what is usual for the network.
        stem: "imagenet" (the usual one), or "cifar" (3×3, no early down-sampling) where the network has one.
        width: factor on every channel count; None is 1, or what the weights have.
        dropout: probability for the trunk's dropout; None does as published.
        weights: None for fresh ones; or a state dict, a file (`torch.save`'s or safetensors), or a name of
            `inception_edu.weights()`, as in `load_weights`. The weights that travel with the package bring their
            options along: what is left out here is as they have it.
        seed: makes fresh weights reproducible. No global random state is touched, and threads do not disturb each
            other; the values are those that ``torch.manual_seed(seed)`` would give on that device.
        device: where to build; ``"meta"`` allocates nothing.
        dtype: the precision of the weights, which are drawn in the default one.
        **options: the network's own, such as ``lrn=True`` for GoogLeNet.

    Raises:
        ValueError: names, sizes, counts or weights that cannot be; the message says what would be right.
        OSError: a file of weights is not there, or cannot be downloaded.
    """
    if dtype is not None:
        DTYPE.check("dtype", dtype)
    asked = {
        "num_classes": num_classes,
        "in_channels": in_channels,
        "aux_logits": aux_logits,
        "image_size": image_size,
        "stem": stem,
        "width": width,
        "dropout": dropout,
    }
    card = find_card(name, weights)
    wanted = card.filled(asked | options) if card else _said(asked) | options
    table = architecture(name, **wanted)
    building = Building(device, seed)
    with building:
        model = _build(table)
        if not building.on_meta:
            model.apply(INITS[table.init])
    if dtype is not None:
        model.to(dtype)
    if weights is not None:
        may_be_new = {"heads"} | {what for option, what in NEW.items() if asked[option] is not None}
        model.new_parameters, source = load_and_leave_new(model, weights, may_be_new)
        if new := model.new_parameters:
            warnings.warn(
                f"{name}: not in {source}, and new: {first_names(new)} ({len(new)} of {len(list(model.parameters()))} "
                "parameters; model.new_parameters lists them)",
                NewParametersWarning,
                stacklevel=2,
            )
    return model


def _said(options: Mapping[str, Any]) -> dict[str, Any]:
    return {option: value for option, value in options.items() if value is not None}


def _build(table: Architecture) -> Model:
    if table.name not in REFERENCES:
        return Network(table)
    from .reference import build_reference  # torchvision's models take a second to import

    return build_reference(table)
