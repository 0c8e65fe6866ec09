"""The register of all networks by name: what a network's file puts in, and how it is found again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Literal

from ..arguments import checked, instance, quoted
from .graph import Head, Node

Stem = Literal["imagenet", "cifar"]
ModelName = Annotated[str, instance(str, "the name of a model, as list_models() gives it")]


@dataclass(frozen=True)
class Design:
    """What a paper prints: the rows of the trunk in order, the auxiliary heads, and how convolutions are made."""

    rows: Sequence[Node]
    heads: Sequence[Head] = ()
    batch_norm: bool = True
    bias: bool | None = None  # None: a bias where there is no batch norm
    batch_norm_eps: float = 1e-3
    init: str = "he"  # "he": He et al. 2015; "truncated_normal": see inception_edu.models.init


@dataclass(frozen=True)
class Entry:
    """A registered network: how to make its design, and what is usual for it."""

    name: str
    title: str
    source: str
    design: Callable[..., Design]
    image_sizes: dict[str, int]  # usual image side in pixels, by stem
    in_channels: int
    num_classes: int
    aux_logits: bool

    @cached_property
    def options(self) -> tuple[str, ...]:
        """Names of the options of this network alone, beyond what every network takes."""
        return tuple(name for name in inspect.signature(self.design).parameters if name not in ("num_classes", "stem"))


_ENTRIES: dict[str, Entry] = {}


def register(
    title: str,
    source: str,
    image_sizes: dict[str, int],
    in_channels: int = 3,
    num_classes: int = 1000,
    aux_logits: bool = True,
) -> Callable[[Callable[..., Design]], Callable[..., Design]]:
    """Decorator: put a design function into the register under its own name.

    The function takes `num_classes`, then `stem` if it has more than one, then options of its own. What they may be, it
    says by their annotations.

    Args:
        title: the network's name as people write it.
        source: the paper, or whose variant it is.
        image_sizes: usual image side in pixels, by stem.
        in_channels: usual channels of an image.
        num_classes: usual number of classes.
        aux_logits: whether its auxiliary heads are there unless asked otherwise.
    """

    def add(design: Callable[..., Design]) -> Callable[..., Design]:
        name, design = design.__name__, checked(design)
        _ENTRIES[name] = Entry(name, title, source, design, image_sizes, in_channels, num_classes, aux_logits)
        return design

    return add


def list_models() -> list[str]:
    """Names that `create_model`, `architecture` and `layer_table` take, in the order of the family's history."""
    return list(_ENTRIES)


@checked
def entry(name: ModelName) -> Entry:
    """The registered network of that name.

    Raises:
        ValueError: there is none; the message lists the names, and the nearest one first.
    """
    if name in _ENTRIES:
        return _ENTRIES[name]
    near = get_close_matches(name, _ENTRIES, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ValueError(f"there is no model {quoted(name)}; {hint}there are {', '.join(_ENTRIES)}")
