"""Weights into a model, whoever named and wrapped them: all of them, or none."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..pretrained.cards import Normalization, Weights
from ..pretrained.imagenet import imagenet_card
from ..pretrained.shipped import find_card, load
from .base import Model
from .layouts import LAYOUTS
from .naming import Found, find_state, first_names
from .weight_files import as_arguments, imagenet_file, read


class NewParametersWarning(UserWarning):
    """A model was created with weights that do not have everything it needs; the rest starts new."""


def normalization(name: str) -> Normalization:
    """How images are normalized for the published ImageNet weights of the network `name`.

    Those of the Inception family come from the authors' code and want images in −1…1. torchvision hides it: its
    pretrained `googlenet` and `inception_v3` take images normalized by ImageNet's mean and deviation, and turn them
    into −1…1 themselves (``transform_input=True``). Folded into the first convolution, that would be wrong at the
    border, where padding must stay zero; so here images are normalized the right way at once.
    """
    if name in LAYOUTS:
        return Normalization((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    return Normalization((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def load_weights(model: Model, weights: Mapping[str, Any] | str | os.PathLike) -> None:
    """Load `weights` into a model of `create_model`: all of them, or none and an error.

    The names may be ours, torchvision's (`googlenet` for ``googlenet_bn`` with ``branch5x5_kernel=3``, `inception_v3`,
    and the networks that are torchvision's own), or timm's (`inception_v4`, `inception_resnet_v2`, `legacy_xception`).
    What a DataParallel, a compiled model, a Lightning module or the dictionary of a training program put around them
    is taken off. Weights of auxiliary heads are left out if the model has none.

    ``"imagenet"`` downloads torchvision's weights once, into torch's own cache, and checks their hash. They want
    images normalized by `normalization(name)`. The auxiliary heads in torchvision's `googlenet` are untrained.

    Of weights that have a name, `model.weights_card` then is the card.

    Args:
        model: what to load into. After an error it is bit for bit what it was.
        weights: a state dict, a file that holds one (`torch.save`'s or safetensors), or a name of
            `inception_edu.weights()`, such as ``"cifar10"`` or ``"imagenet"``; a file of such a name is ``./cifar10``.
            Files are read as tensors and nothing else.

    Raises:
        ValueError: something is missing, unexpected, of another shape, or no plain tensor of numbers; it is named.
        OSError: a file is not there, or cannot be had.
    """
    load_and_leave_new(model, weights, ())


def load_and_leave_new(
    model: Model, weights: Mapping[str, Any] | str | os.PathLike, may_be_new: Collection[str]
) -> tuple[tuple[str, ...], str]:
    """Load `weights` as `load_weights` does, and leave alone what may be new and does not fit.

    Args:
        model: what to load into.
        weights: as in `load_weights`.
        may_be_new: some of "classes" (classifiers of another number of classes), "channels" (the first convolution of
            other channels) and "heads" (auxiliary heads that are missing or do not fit).

    Returns:
        The names of the parameters that were left alone, and what the weights are called in messages.
    """
    if any(tensor.is_meta for tensor in model.state_dict().values()):
        raise ValueError(f"{model.name} is on the meta device, where weights have no values: create it elsewhere")
    source, content, card = _open(model, weights)
    try:
        found = find_state(model, content)
        if not model.heads:
            kept = {name: value for name, value in found.state.items() if not name.startswith(found.naming.heads)}
            found = Found(found.naming, kept)
        for name, value in found.state.items():
            if kind := _odd_kind(value):
                raise ValueError(f"cannot be loaded: {name} is {kind}, not a plain tensor")
        new = _new_modules(model, found, may_be_new)
        wanted = {theirs: ours for theirs, ours in found.naming.ours.items() if _module(ours) not in new}
        left_alone = found.naming.ours.keys() - wanted.keys()
        state = {name: value for name, value in found.state.items() if name not in left_alone}
        if problems := _problems(model, found, wanted, state):
            raise ValueError(f"does not fit {model.name}: {problems}")
        own = model.state_dict()
        ready = {wanted[name]: _ready(name, value, own[wanted[name]]) for name, value in state.items()}
    except ValueError as error:
        raise ValueError(f"{source} {error}") from None
    with torch.no_grad():
        for name, value in ready.items():
            own[name].copy_(value)  # cannot fail any more
    model.weights_card = card
    return tuple(name for name, _ in model.named_parameters() if _module(name) in new), source


def options_of(model: Model, weights: Mapping[str, Any] | str | os.PathLike) -> dict[str, Any]:
    """What `create_model` needs besides the name and the options of `model`, for `weights` to fit: counts and options.

    Args:
        model: a network of that name and with the same widths; it may be on the meta device.
        weights: as in `load_weights`.

    Raises:
        ValueError, OSError: as in `load_weights`, where the weights are not of this network.
    """
    source, content, _ = _open(model, weights)
    try:
        found = find_state(model, content)
    except ValueError as error:
        raise ValueError(f"{source} {error}") from None
    theirs = {ours: found.state[name].shape for name, ours in found.naming.ours.items() if name in found.state}
    *_, classifier = (path for path, module in model.named_modules() if isinstance(module, nn.Linear))
    counts = {
        "num_classes": theirs.get(f"{classifier}.weight", ())[:1],
        "in_channels": theirs.get(f"{_first_convolution(model)}.weight", ())[1:2],
    }
    return {name: count[0] for name, count in counts.items() if count} | found.naming.lacking


class _Opened(NamedTuple):
    """What the weights are called in messages, what is in them, and their card if they have a name."""

    source: str
    content: Any
    card: Weights | None = None


def _open(model: Model, weights: Any) -> _Opened:
    if isinstance(weights, Mapping):
        return _Opened("this state dict", weights)
    if card := find_card(model.name, weights):
        return _Opened(f"the package's weights {card.name!r} of {card.model}", load(card), card)
    if isinstance(weights, str) and weights == "imagenet":
        path = imagenet_file(model)
        return _Opened(str(path), read(path, model.name), imagenet_card(model.name))
    if isinstance(weights, (str, os.PathLike)):
        return _Opened(str(Path(weights)), read(Path(weights), model.name))
    raise ValueError(f"weights are a state dict, a file or 'imagenet', not {type(weights).__name__}")


def _new_modules(model: Model, found: Found, may_be_new: Collection[str]) -> set[str]:
    """Paths of the modules whose entries do not fit, and that may start new; whole modules, never a bias alone."""
    own, first = model.state_dict(), _first_convolution(model)
    entries: dict[str, list[tuple[torch.Size, torch.Size | None]]] = defaultdict(list)
    for theirs, ours in found.naming.ours.items():
        value = found.state.get(theirs)
        if not ours.endswith(COUNTER):
            entries[_module(ours)].append((own[ours].shape, None if value is None else value.shape))
    new = set()
    for path, shapes in entries.items():
        if all(mine == theirs for mine, theirs in shapes):
            continue
        there = all(theirs is not None for _, theirs in shapes)
        mine, theirs = shapes[0]  # of the weight
        module = model.get_submodule(path)
        classifier = isinstance(module, nn.Linear) and module.out_features == model.architecture.num_classes
        if (
            ("heads" in may_be_new and path.startswith("heads."))
            or ("classes" in may_be_new and there and classifier and theirs and theirs[1:] == mine[1:])
            or ("channels" in may_be_new and there and path == first and theirs and _other_channels(mine, theirs))
        ):
            new.add(path)
    return new


def _first_convolution(model: Model) -> str:
    return next((path for path, module in model.named_modules() if isinstance(module, nn.Conv2d)), "")


def _other_channels(mine: torch.Size, theirs: torch.Size) -> bool:
    """Whether two weights, out×in×height×width, differ in their input channels alone."""
    return len(mine) == len(theirs) and mine[1] != theirs[1] and (mine[0], *mine[2:]) == (theirs[0], *theirs[2:])


COUNTER = "num_batches_tracked"  # files of old versions have none


def _problems(model: Model, found: Found, wanted: Mapping[str, str], state: Mapping[str, Tensor]) -> str:
    """What does not fit, in the names of `state`, and what would be right where that is clear; empty if all fits."""
    own = model.state_dict()
    shapes = {name: own[ours].shape for name, ours in wanted.items()}
    missing = [name for name in wanted if name not in state and not name.endswith(COUNTER)]
    unexpected = [name for name in state if name not in wanted]
    misshaped = [name for name in wanted if name in state and state[name].shape != shapes[name]]
    told = {
        "missing": missing,
        "unexpected": unexpected,
        "of another shape": [f"{name} ({_times(state[name].shape)}, not {_times(shapes[name])})" for name in misshaped],
    }
    problems = "; ".join(f"{len(names)} {what}: {first_names(names)}" for what, names in told.items() if names)
    hint = _hint(model, found, missing, misshaped)
    return f"{problems}. Create the model with {hint}." if hint else problems


def _hint(model: Model, found: Found, missing: list[str], misshaped: list[str]) -> str:
    """What to create the model with, so that the weights fit; empty where that is not clear."""
    ours, own = found.naming.ours, model.state_dict()
    *_, classifier = (name for name in ours if ours[name].endswith("weight") and "heads." not in ours[name])
    first = next((name for name in ours if ours[name] == f"{_first_convolution(model)}.weight"), "")
    if missing and not misshaped and all(ours[name].startswith("heads.") for name in missing):
        return "aux_logits=False"
    if misshaped and found.naming.lacking:
        return as_arguments(found.naming.lacking)
    if classifier in misshaped and found.state[classifier].shape[1:] == own[ours[classifier]].shape[1:]:
        return f"num_classes={found.state[classifier].shape[0]}"
    if [first] == misshaped and _other_channels(own[ours[first]].shape, found.state[first].shape):
        return f"in_channels={found.state[first].shape[1]}"
    return ""


def _ready(name: str, value: Tensor, target: Tensor) -> Tensor:
    """A copy of `value` like `target`: a plain tensor of its device and precision.

    Raises:
        ValueError: `target` cannot hold the values.
    """
    if target.is_floating_point() and not value.is_floating_point():
        raise ValueError(f"cannot be loaded: {name} holds {_type(value)}, not floating-point numbers")
    try:
        with torch.no_grad():
            ready = torch.empty_like(target, requires_grad=False).copy_(value.detach())
            fits = value.dtype == ready.dtype or bool(_as_before(ready, value))
    except Exception as error:  # a tensor of a kind that nobody thought of fails in any way it likes
        raise ValueError(f"cannot be loaded: {name}: {' '.join(str(error).split())[:200]}") from None
    if not fits:
        raise ValueError(f"cannot be loaded: {name} has values that {_type(ready)} cannot hold")
    return ready


def _type(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _odd_kind(value: Tensor) -> str:
    """What makes `value` no plain tensor, in words; empty for a plain one."""
    kinds = {
        "on the meta device, without values": value.is_meta,
        "quantized": value.is_quantized,
        "nested": value.is_nested,
        "sparse": value.layout != torch.strided,
        "complex": value.is_complex(),
    }
    return next((kind for kind, holds in kinds.items() if holds), "")


def _as_before(ready: Tensor, value: Tensor) -> Tensor:
    """Whether a change of precision kept what is finite finite, and whole numbers as they were."""
    if ready.is_floating_point():
        return (ready.isfinite().to(value.device) == value.isfinite()).all()
    return (ready.to(value.device, torch.float64) == value.to(torch.float64)).all()


def _module(name: str) -> str:
    return name.rpartition(".")[0]


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"
