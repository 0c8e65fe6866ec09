"""Weights into a model, whoever named them: ours, torchvision's or timm's."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from torch import Tensor, nn

from .layouts import LAYOUTS
from .units import ConvUnit, FullyConnected
from .weight_files import imagenet_file, lacking_options, read


class Normalization(NamedTuple):
    """What is subtracted from each channel of an image in 0…1, and what it is then divided by."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


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


def load_weights(model: nn.Module, weights: Mapping[str, Tensor] | str | os.PathLike) -> None:
    """Load `weights` into a model of `create_model`: all of them, or none and an error.

    weights: a state dict, a file that holds one, or ``"imagenet"``. The names may be ours, torchvision's (`googlenet`
        for ``googlenet_bn`` with ``branch5x5_kernel=3``, `inception_v3`, and the networks that are torchvision's own),
        or timm's (`inception_v4`, `inception_resnet_v2`, `legacy_xception`). Weights of auxiliary heads are left out
        if the model has none.

        ``"imagenet"`` downloads torchvision's weights once, into torch's own cache, and checks their hash. They want
        images normalized by `normalization(name)`. The auxiliary heads in torchvision's `googlenet` are untrained.

    Raises ValueError that names what is missing, unexpected or of another shape; FileNotFoundError or another OSError
    where a file is not there or cannot be had. Files are read as tensors and nothing else (``weights_only=True``).
    """
    if isinstance(weights, Mapping):
        source, state = "this state dict", weights
    elif isinstance(weights, (str, os.PathLike)):
        path = imagenet_file(model) if weights == "imagenet" else Path(weights)
        source, state = str(path), read(path)
    else:
        raise ValueError(f"weights are a state dict, a file or 'imagenet', not {type(weights).__name__}")
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError(f"{source} is no state dict, which holds a tensor for every name")
    naming = max(_namings(model), key=lambda naming: naming.known(state))
    if 2 * naming.known(state) < len(state) or not state:
        raise ValueError(f"{source} is not of {model.name}: {_origin(state)}")
    if not model.heads:
        state = {name: value for name, value in state.items() if not name.startswith(naming.heads)}
    if problems := _problems(model, naming, state):
        raise ValueError(f"{source} does not fit {model.name}: {problems}")
    model.load_state_dict({naming.ours[name]: value for name, value in state.items()}, strict=False)


@dataclass(frozen=True)
class Naming:
    """One way to name the weights of a model.

    `ours`: our name by theirs; `heads`: how theirs begin for auxiliary heads; `lacking`: options that the model would
    need to be the network that they are of.
    """

    ours: dict[str, str]
    heads: tuple[str, ...]
    lacking: str = ""

    def known(self, state: Mapping[str, Tensor]) -> int:
        """How many names of `state` are of this naming."""
        return len(self.ours.keys() & state.keys())


def _namings(model: nn.Module) -> list[Naming]:
    """Our own names first, then those of the library that has the same network."""
    own = Naming({name: name for name in model.state_dict()}, ("heads.",))
    if model.name not in LAYOUTS:
        return [own]
    layout = LAYOUTS[model.name].names
    heads = tuple(_top(units) + "." for row, units in layout.items() if row.startswith("aux"))
    return [own, Naming(_translation(model, layout), heads, lacking_options(model))]


def _translation(model: nn.Module, layout: dict[str, str]) -> dict[str, str]:
    """Our names by the names of `layout`."""
    network = model.architecture
    places = {row.name: f"stages.{row.key}" for row in network.rows} | {
        h.name: f"heads.{h.name}" for h in network.heads
    }
    names = {}
    for row, place in places.items():
        modules = model.get_submodule(place).named_modules(prefix=place)
        units = [(path, unit) for path, unit in modules if isinstance(unit, (ConvUnit, FullyConnected))]
        for (path, unit), name in zip(units, layout.get(row, "").split()):
            conv, bar, norm = name.partition("|")
            theirs = {"conv": conv, "bn": norm} if bar else {"conv": f"{name}.conv", "bn": f"{name}.bn", "": name}
            for entry in unit.state_dict():
                module, _, parameter = entry.rpartition(".")
                names[f"{theirs[module]}.{parameter}"] = f"{path}.{entry}"
    return names


def _problems(model: nn.Module, naming: Naming, state: Mapping[str, Tensor]) -> str:
    """What does not fit, in the names of `state`, and what would be right where that is clear; empty if all fits."""
    own = model.state_dict()
    wanted = {name: own[ours].shape for name, ours in naming.ours.items()}
    # Files of old versions have no counters of batches.
    missing = [name for name in wanted if name not in state and not name.endswith("num_batches_tracked")]
    unexpected = [name for name in state if name not in wanted]
    misshaped = [name for name in wanted if name in state and state[name].shape != wanted[name]]
    found = {
        "missing": missing,
        "unexpected": unexpected,
        "of another shape": [f"{name} ({_times(state[name].shape)}, not {_times(wanted[name])})" for name in misshaped],
    }
    told = "; ".join(f"{len(names)} {what}: {_first(names)}" for what, names in found.items() if names)
    *_, classifier = (name for name, ours in naming.ours.items() if ours.endswith("weight") and "heads." not in ours)
    hint = ""
    if missing and not misshaped and all(naming.ours[name].startswith("heads.") for name in missing):
        hint = "aux_logits=False"
    elif misshaped and naming.lacking:
        hint = naming.lacking
    elif classifier in misshaped and state[classifier].shape[1:] == wanted[classifier][1:]:
        hint = f"num_classes={state[classifier].shape[0]}"
    return f"{told}. Create the model with {hint}." if hint else told


def _origin(state: Mapping[str, Tensor]) -> str:
    """Whose weights these are instead, or how their names begin."""
    tops = {_top(name) for name in state}
    for model, layout in LAYOUTS.items():
        if {_top(units) for row, units in layout.names.items() if not row.startswith("aux")} <= tops:
            return f"it is of {layout.title}, which is {model} here"
    return f"its names are {_first(list(state))}" if state else "it is empty"


def _top(name: str) -> str:
    """The first part of a name, or of the first name of several."""
    return re.split(r"[.| ]", name, maxsplit=1)[0]


def _first(names: list[str], count: int = 3) -> str:
    return ", ".join(names[:count]) + (" …" if len(names) > count else "")


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"
