"""A whole network as data, and the register of all networks by name.

A network's file gives a `Design`: its table of rows. `architecture(name, …)` turns it into an `Architecture` for a
number of classes, an image size and a width, checks that it can exist, and traces shapes and costs through it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache

from ..arithmetic import Pair, pair
from .graph import Head, Layer, Node, Shape, Style
from .ops import Dropout, Linear


@dataclass(frozen=True)
class Design:
    """What a paper prints: the rows of the trunk in order, the auxiliary heads, and how convolutions are made."""

    rows: Sequence[Node]
    heads: Sequence[Head] = ()
    batch_norm: bool = True
    bias: bool | None = None  # None: a bias where there is no batch norm
    batch_norm_eps: float = 1e-3
    init: str = "he"  # "he": He et al. 2015; "truncated_normal": see inception_edu.init


@dataclass(frozen=True)
class Entry:
    """A registered network: how to make its design, and what is usual for it."""

    name: str
    title: str
    source: str
    design: Callable[..., Design]
    image_sizes: dict[str, int]  # usual image side by stem
    in_channels: int
    num_classes: int
    aux_logits: bool

    @property
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
):
    """Decorator: put a design function into the register under its own name.

    The function takes `num_classes`, then `stem` if it has more than one, then options of its own.
    `aux_logits` says whether its auxiliary heads are there unless asked otherwise.
    """

    def add(design: Callable[..., Design]) -> Callable[..., Design]:
        entry = Entry(design.__name__, title, source, design, image_sizes, in_channels, num_classes, aux_logits)
        _ENTRIES[entry.name] = entry
        return design

    return add


def list_models() -> list[str]:
    """Names that `create_model`, `architecture` and `layer_table` take, in the order of the family's history."""
    return list(_ENTRIES)


def entry(name: str) -> Entry:
    """The registered network of that name. Raises ValueError that lists the names, and the nearest one first."""
    if name in _ENTRIES:
        return _ENTRIES[name]
    near = get_close_matches(str(name), _ENTRIES, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ValueError(f"there is no model {name!r}; {hint}there are {', '.join(_ENTRIES)}")


@dataclass(frozen=True)
class Row:
    """One row of a network's table with the shapes (C, H, W) and the layers it has there."""

    node: Node
    input: Shape
    output: Shape
    layers: tuple[Layer, ...] = field(repr=False)

    @property
    def params(self) -> int:
        return sum(layer.params for layer in self.layers)

    @property
    def macs(self) -> int:
        return sum(layer.macs for layer in self.layers)


@dataclass(frozen=True)
class Architecture:
    """A network for a number of classes and a usual image size (height, width)."""

    name: str
    title: str
    source: str
    rows: tuple[Node, ...]
    heads: tuple[Head, ...]
    style: Style
    init: str
    in_channels: int
    num_classes: int
    image_size: Pair
    options: dict = field(default_factory=dict, hash=False)

    def trace(self, image_size: int | Pair | None = None) -> list[Row]:
        """The trunk's rows with shapes and costs, for images of `image_size` (default: the usual one)."""
        return self._walk(image_size)[0]

    def trace_heads(self, image_size: int | Pair | None = None) -> list[Row]:
        """The auxiliary heads as rows, in the order in which the trunk reaches them."""
        return self._walk(image_size)[1]

    def _walk(self, image_size: int | Pair | None) -> tuple[list[Row], list[Row]]:
        shape = (self.in_channels, *pair(self.image_size if image_size is None else image_size))
        heads = {head.after: head for head in self.heads}
        trunk, beside = [], []
        for node in self.rows:
            trunk.append(_row(node, shape, self.style))
            shape = trunk[-1].output
            if node.name in heads:
                beside.append(_row(heads[node.name], shape, self.style))
        return trunk, beside

    def depth(self) -> int:
        """Layers with weights on the longest way from image to logits: the papers' count of layers."""
        return sum(row.depth() for row in self.rows)

    def receptive_fields(self) -> dict[str, tuple[int, int]]:
        """Side of the receptive field and jump after each row, in input pixels; of branches, the widest counts."""
        result, view = {}, ((1, 1), (1, 1))
        for row in self.rows:
            view = row.field_of_view(*view)
            result[row.name] = max(view[0]), max(view[1])
        return result

    def fits(self, image_size: int | Pair) -> bool:
        """Whether images of this size leave something for every layer."""
        try:
            self._walk(image_size)
        except ValueError:
            return False
        return True

    @cached_property
    def min_image_size(self) -> int:
        """Side of the smallest square image that the network takes, with its auxiliary heads if it has any."""
        return next(side for side in range(1, 4096) if self.fits(side))

    def check(self, image_size: int | Pair, training: bool = True) -> None:
        """Raise ValueError, saying what would be right, unless the network as built takes images of `image_size`.

        They may be too small, or leave another grid for a fully connected layer than the usual size does. The
        auxiliary heads matter in `training` alone.
        """
        network = self if training else replace(self, heads=())
        size = pair(image_size)
        if not network.fits(size):
            raise ValueError(_too_small(network, size))
        for usual, here in zip(network._linears(self.image_size), network._linears(size)):
            if usual.input != here.input:
                raise ValueError(
                    f"{self.name} was made for images of {_times(self.image_size)}: of {_times(size)}, its layer "
                    f"{here.name!r} gets {_times(here.input)} and not {_times(usual.input)} values; create the model "
                    f"with image_size={size if size[0] != size[1] else size[0]}"
                )

    def _linears(self, image_size: Pair) -> list[Layer]:
        trunk, heads = self._walk(image_size)
        return [layer for row in trunk + heads for layer in row.layers if isinstance(layer.op, Linear)]


def _row(node: Node, shape: Shape, style: Style) -> Row:
    found: list[Layer] = []
    return Row(node, shape, node.trace(shape, style, (), found), tuple(found))


def architecture(
    name: str,
    *,
    num_classes: int | None = None,
    in_channels: int | None = None,
    aux_logits: bool | None = None,
    image_size: int | Pair | None = None,
    stem: str = "imagenet",
    width: float = 1.0,
    dropout: float | None = None,
    **options,
) -> Architecture:
    """The network `name` as data.

    num_classes, in_channels: default to what is usual for the network (1000 and 3 for all but LeNet-5).
    aux_logits: with or without auxiliary heads; None does as published.
    image_size: side in pixels, or (height, width); fully connected layers behind a grid are sized for it.
    stem: "imagenet", or "cifar" (3×3, no early down-sampling) where the network has one.
    width: factor on every channel count.
    dropout: probability for the trunk's dropout; None does as published.
    options: the network's own, such as ``lrn=True`` for GoogLeNet.

    Raises ValueError, saying what would be right, for anything that cannot be built.
    """
    found = entry(name)
    _check_options(found, stem, options)
    num_classes = positive("num_classes", found.num_classes if num_classes is None else num_classes)
    in_channels = positive("in_channels", found.in_channels if in_channels is None else in_channels)
    if not (isinstance(width, (int, float)) and width > 0):
        raise ValueError(f"width is a factor above 0 on every channel count, not {width!r}")
    size = found.image_sizes[stem] if image_size is None else image_size
    size = tuple(positive("image_size", side) for side in _sides(size))
    design = _design(name, num_classes, stem, tuple(sorted(options.items())))
    if dropout is not None:
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout is a probability, at least 0 and below 1, not {dropout!r}")
        if not any(isinstance(row, Dropout) for row in design.rows):
            raise ValueError(f"{name} has no dropout in its trunk: leave dropout out")
    with_heads = found.aux_logits if aux_logits is None else aux_logits
    result = Architecture(
        name,
        found.title,
        found.source,
        tuple(_adjusted(row, width, dropout) for row in design.rows),
        tuple(_adjusted(head, width, None) for head in design.heads) if with_heads else (),
        Style(design.batch_norm, design.bias, design.batch_norm_eps),
        design.init,
        in_channels,
        num_classes,
        size,
        {"stem": stem, "width": width, "dropout": dropout, **options},
    )
    if not result.fits(size):
        result.trace(4096)  # what does not fit images of any size says so itself
        raise ValueError(_too_small(result, size))
    return result


def _adjusted(row: Node, width: float, dropout: float | None) -> Node:
    if dropout is not None and isinstance(row, Dropout):
        row = replace(row, p=dropout)
    return row if width == 1 else row.scaled(width)


@lru_cache(maxsize=64)
def _design(name: str, num_classes: int, stem: str, options: tuple) -> Design:
    found = entry(name)
    stems = {"stem": stem} if len(found.image_sizes) > 1 else {}
    return found.design(num_classes, **stems, **dict(options))


def _too_small(network: Architecture, size: Pair) -> str:
    least = network.min_image_size
    bare = replace(network, heads=()).min_image_size
    hint = f" with its auxiliary heads, {bare}×{bare} without them (aux_logits=False)" if network.heads else ""
    return f"{network.name} needs images of at least {least}×{least} pixels{hint}, not {_times(size)}"


def _times(sides: tuple[int, ...]) -> str:
    return "×".join(map(str, sides))


def positive(name: str, value: int) -> int:
    """`value`, if it is a whole number above 0; otherwise ValueError names the argument."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} is a whole number of at least 1, not {value!r}")
    return value


def _sides(size: int | Pair) -> Pair:
    try:
        return pair(size)
    except (TypeError, ValueError):
        raise ValueError(f"image_size is a number of pixels or (height, width), not {size!r}") from None


def _check_options(found: Entry, stem: str, options: dict) -> None:
    if stem not in found.image_sizes:
        raise ValueError(f"{found.name} has no stem {stem!r}; it has {', '.join(map(repr, found.image_sizes))}")
    unknown = sorted(set(options) - set(found.options))
    if unknown:
        own = ", ".join(found.options) or "no options of its own"
        raise ValueError(f"{found.name} has no option {unknown[0]!r}; it has {own}")
