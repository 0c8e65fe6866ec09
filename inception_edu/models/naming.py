"""Whose names a state dict uses, and what it was wrapped in.

The same weights come by our names, torchvision's or timm's; below ``module.`` from a DataParallel, ``_orig_mod.`` from
a compiled model, ``model.`` from a Lightning module; and in a dictionary of a training program beside its optimizer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from .base import Model
from .layouts import LAYOUTS
from .units import ConvUnit, FullyConnected
from .weight_files import lacking_options

DEPTH = 4
"""How many dictionaries deep a state dict is looked for."""

USUAL = ("model", "state_dict", "model_state_dict", "net", "network", "module", "weights")
"""Keys of the state dict in the files of training programs: preferred where several would fit."""

TRANSPARENT = {"module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}
"""What PyTorch's wrappers of modules put into names, at any depth."""


@dataclass(frozen=True)
class Naming:
    """One way to name the weights of a model.

    Attributes:
        ours: our name by theirs.
        heads: how theirs begin for auxiliary heads.
        lacking: options that the model would need to be the network that they are of.
    """

    ours: dict[str, str]
    heads: tuple[str, ...]
    lacking: dict[str, Any] = field(default_factory=dict)

    def known(self, state: Collection[str]) -> int:
        """How many names of `state` are of this naming."""
        return sum(name in self.ours for name in state)


@dataclass(frozen=True)
class Found:
    """A state dict with its wrappings taken off, and whose names it uses."""

    naming: Naming
    state: dict[str, Any]


def find_state(model: Model, content: Any) -> Found:
    """The state dict in `content` that is most like `model`'s.

    Args:
        model: what the weights are for.
        content: a state dict, or dictionaries that hold one somewhere.

    Raises:
        ValueError: there is none of this model; the message is the end of a sentence on the source.
    """
    if not isinstance(content, Mapping):
        raise ValueError("is no state dict, which holds a tensor for every name")
    found = [Found(naming, unwrapped(state, naming)) for state in _states(content) for naming in namings(model)]
    if not found:
        raise ValueError("is no state dict, which holds a tensor for every name")
    best = max(found, key=lambda one: one.naming.known(one.state))  # of equals the first
    if 4 * best.naming.known(best.state) < max(len(best.state), len(best.naming.ours)):
        largest = max((one.state for one in found), key=len)
        raise ValueError(f"is not of {model.name}: {_origin(largest)}")
    if not all(isinstance(value, Tensor) for value in best.state.values()):
        raise ValueError("is no state dict, which holds a tensor for every name")
    return best


def _states(content: Mapping, depth: int = DEPTH) -> Iterator[Mapping[str, Any]]:
    """Every dictionary in `content` that may be a state dict: averages last, the usual places first."""

    def rank(key: Any) -> int:
        return 0 if key in USUAL else 2 if "ema" in str(key).lower() else 1

    named = all(isinstance(key, str) for key in content)
    if named and (not content or any(isinstance(value, Tensor) for value in content.values())):
        yield content
    if depth:
        inside = [(rank(key), value) for key, value in content.items() if isinstance(value, Mapping)]
        for _, value in sorted(inside, key=lambda ranked: ranked[0]):
            yield from _states(value, depth - 1)


def unwrapped(state: Mapping[str, Any], naming: Naming) -> dict[str, Any]:
    """`state` without what wrappers put before and into its names.

    The prefix is what most known names have before them. Names without it belong to something else that was saved
    along, such as a loss with weights, and are left out.
    """
    votes: Counter[str] = Counter()
    for name in state:
        parts = name.split(".")
        for start, part in enumerate(parts):
            if part not in TRANSPARENT and _plain(parts[start:]) in naming.ours:
                votes[".".join(parts[:start])] += 1
                break
    prefix = votes.most_common(1)[0][0] if votes else ""
    found: dict[str, Any] = {}
    for name, value in state.items():
        parts = name.split(".")
        start = len(prefix.split(".")) if prefix else 0
        if ".".join(parts[:start]) == prefix:
            plain = _plain(parts[start:])
            if plain in found:
                raise ValueError(f"has more than one entry for {plain}")
            found[plain] = value
    return found


def _plain(parts: Iterable[str]) -> str:
    return ".".join(part for part in parts if part not in TRANSPARENT)


def namings(model: Model) -> list[Naming]:
    """Our own names first, then those of the library that has the same network."""
    own = Naming({name: name for name in model.state_dict()}, ("heads.",))
    if model.name not in LAYOUTS:
        return [own]
    layout = LAYOUTS[model.name].names
    heads = tuple(_top(units) + "." for row, units in layout.items() if row.startswith("aux"))
    return [own, Naming(_translation(model, layout), heads, lacking_options(model))]


def _translation(model: Model, layout: dict[str, str]) -> dict[str, str]:
    """Our names by the names of `layout`."""
    places = {row.name: f"stages.{row.key}" for row in model.architecture.rows}
    places |= {head.name: f"heads.{head.name}" for head in model.architecture.heads}
    names = {}
    for row, place in places.items():
        for (path, unit), name in zip(_units(model, place), layout.get(row, "").split()):
            conv, bar, norm = name.partition("|")
            theirs = {"conv": conv, "bn": norm} if bar else {"conv": f"{name}.conv", "bn": f"{name}.bn", "": name}
            for entry in unit.state_dict():
                module, _, parameter = entry.rpartition(".")
                names[f"{theirs[module]}.{parameter}"] = f"{path}.{entry}"
    return names


def _units(model: nn.Module, place: str) -> list[tuple[str, nn.Module]]:
    modules = model.get_submodule(place).named_modules(prefix=place)
    return [(path, unit) for path, unit in modules if isinstance(unit, (ConvUnit, FullyConnected))]


def _origin(state: Mapping[str, Any]) -> str:
    """Whose weights these are instead, or how their names begin."""
    tops = {_top(name) for name in state}
    for model, layout in LAYOUTS.items():
        if {_top(units) for row, units in layout.names.items() if not row.startswith("aux")} <= tops:
            return f"it is of {layout.title}, which is {model} here"
    return f"its names are {first_names(list(state))}" if state else "it is empty"


def _top(name: str) -> str:
    """The first part of a name, or of the first name of several."""
    return re.split(r"[.| ]", name, maxsplit=1)[0]


def first_names(names: Collection[str], count: int = 3) -> str:
    """The first of some names, with a sign that there are more."""
    return ", ".join(list(names)[:count]) + (" …" if len(names) > count else "")
