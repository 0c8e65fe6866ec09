"""A whole network as data.

A network's file gives a `Design`: its table of rows. `architecture(name, …)` turns it into an `Architecture` for a
number of classes, an image size and a width, checks that it can exist, and traces shapes and costs through it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from math import lcm, prod
from typing import Annotated, Any

from ..arguments import check_arguments, checked, quoted, real, sides
from ..arithmetic import Pair, Positive, Sides
from ..formulas import as_pair
from .graph import Head, Layer, Node, Shape, Style
from .ops import Dropout, Linear
from .registry import Design, Entry, ModelName, entry

LARGEST_TENSOR = 2**60  # values; of 8 bytes each, the most that a 64-bit computer can address

Width = Annotated[float, real("a factor above 0 on every channel count, below 1e6", lambda width: 0 < width < 1e6)]
Probability = Annotated[float, real("a probability, at least 0 and below 1", lambda p: 0 <= p < 1)]


@dataclass(frozen=True)
class Row:
    """One row of a network's table with the shapes (C, H, W) and the layers it has there."""

    node: Node
    input: Shape
    output: Shape
    layers: tuple[Layer, ...] = field(repr=False)

    @property
    def params(self) -> int:
        """Learned numbers."""
        return self._sums[0]

    @property
    def macs(self) -> int:
        """Multiply-adds for one image."""
        return self._sums[1]

    @property
    def depth(self) -> int:
        """Layers with weights on the longest way through."""
        return self._sums[2]

    @property
    def widths(self) -> dict[str, int]:
        """The channel counts that the paper's table prints, by their column."""
        return dict(self._sums[3])

    @cached_property
    def _sums(self) -> tuple[int, int, int, dict[str, int]]:
        params = macs = 0
        for layer in self.layers:
            params += layer.params
            macs += layer.macs
        return params, macs, self.node.depth(), self.node.columns()


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
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    def trace(self, image_size: int | Pair | None = None) -> list[Row]:
        """The trunk's rows with shapes and costs, for images of `image_size` (default: the usual one).

        Raises:
            ValueError: the images are too small, or `image_size` is not a size.
        """
        return list(self._rows(image_size)[0])

    def trace_heads(self, image_size: int | Pair | None = None) -> list[Row]:
        """The auxiliary heads as rows, in the order in which the trunk reaches them; otherwise as `trace`."""
        return list(self._rows(image_size)[1])

    def _rows(self, image_size: int | Pair | None) -> tuple[list[Row], list[Row]]:
        """The rows of trunk and heads; those for the usual size are made once."""
        size = self.image_size if image_size is None else _size(image_size)
        return self._usual if size == self.image_size else self._walk(size)

    @cached_property
    def _usual(self) -> tuple[list[Row], list[Row]]:
        return self._walk(self.image_size)

    def with_own_options(self) -> Architecture:
        """A copy whose options may be changed; it shares the rows that were traced."""
        own = object.__new__(type(self))
        own.__dict__.update(self.__dict__, options=dict(self.options))
        return own

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what follows from them is made again where it is asked for."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def _walk(self, size: Pair) -> tuple[list[Row], list[Row]]:
        shape = (self.in_channels, *size)
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
            self._rows(image_size)
        except ValueError:
            return False
        return True

    @cached_property
    def min_image_size(self) -> int:
        """Side of the smallest square image that the network takes, with its auxiliary heads if it has any."""
        return 1 + bisect_left(range(1, 4096), True, key=self.fits)  # what fits an image fits a larger one

    def check(self, image_size: int | Pair, training: bool = True) -> None:
        """Make sure that the network as built takes images of `image_size`, with its heads if it is in `training`.

        Raises:
            ValueError: they are too small, or leave another grid for a fully connected layer than the usual size does;
                the message says what would be right.
        """
        running = self if training else replace(self, heads=())
        size = _size(image_size)
        if not running.fits(size):
            raise ValueError(running.too_small(size))
        for usual, here in zip(running._linears(self.image_size), running._linears(size)):
            if usual.input != here.input:
                raise ValueError(
                    f"{self.name} was made for images of {_times(self.image_size)}: of {_times(size)}, its layer "
                    f"{here.name!r} gets {_times(here.input)} and not {_times(usual.input)} values; create the model "
                    f"with image_size={size if size[0] != size[1] else size[0]}"
                )

    def too_small(self, size: Pair) -> str:
        """What to say where images of `size` do not fit: the least that do."""
        least = self.min_image_size
        bare = replace(self, heads=()).min_image_size
        hint = f" with its auxiliary heads, {bare}×{bare} without them (aux_logits=False)" if self.heads else ""
        return f"{self.name} needs images of at least {least}×{least} pixels{hint}, not {_times(size)}"

    def largest_tensor(self) -> int:
        """The most values that a layer reads, writes or learns, for one image of the usual size."""
        trunk, heads = self._usual
        layers = [layer for row in trunk + heads for layer in row.layers]
        return max([max(prod(layer.input), prod(layer.output), layer.params) for layer in layers])

    def _linears(self, image_size: Pair) -> list[Layer]:
        trunk, heads = self._rows(image_size)
        return [layer for row in trunk + heads for layer in row.layers if isinstance(layer.op, Linear)]


def _row(node: Node, shape: Shape, style: Style) -> Row:
    found: list[Layer] = []
    return Row(node, shape, node.trace(shape, style, (), found), tuple(found))


@checked
def architecture(
    name: ModelName,
    *,
    num_classes: Positive | None = None,
    in_channels: Positive | None = None,
    aux_logits: bool | None = None,
    image_size: Sides | None = None,
    stem: str = "imagenet",
    width: Width = 1.0,
    dropout: Probability | None = None,
    **options: Any,
) -> Architecture:
    """The network `name` as data.

    Args:
        name: one of `list_models()`.
        num_classes: default to what is usual for the network (1000 for all but LeNet-5 and the UvA's GoogLeNet).
        in_channels: channels of an image; default to what is usual (3 for all but LeNet-5).
        aux_logits: with or without auxiliary heads; None does as published.
        image_size: side in pixels, or (height, width); fully connected layers behind a grid are sized for it.
        stem: "imagenet", or "cifar" (3×3, no early down-sampling) where the network has one.
        width: factor on every channel count.
        dropout: probability for the trunk's dropout; None does as published.
        **options: the network's own, such as ``lrn=True`` for GoogLeNet.

    Raises:
        ValueError: it cannot be built; the message says what would be right.
    """
    found = entry(name)
    options = _own_options(found, stem, options)
    made = _made(
        name,
        found.num_classes if num_classes is None else num_classes,
        found.in_channels if in_channels is None else in_channels,
        found.aux_logits if aux_logits is None else aux_logits,
        as_pair(found.image_sizes[stem] if image_size is None else image_size),
        stem,
        width,
        dropout,
        tuple(sorted(options.items())),
    )
    return made.with_own_options()


@lru_cache(maxsize=128, typed=True)
def _made(
    name: str,
    num_classes: int,
    in_channels: int,
    with_heads: bool,
    size: Pair,
    stem: str,
    width: float,
    dropout: float | None,
    options: tuple[tuple[str, Any], ...],
) -> Architecture:
    """A network of checked arguments, traced."""
    found = entry(name)
    design = _design(name, num_classes, stem, options)
    groups = lcm(*(getattr(row, "groups", 1) for row in design.rows))  # by which channels stay divisible
    rows = [row.scaled(width, groups) for row in design.rows] if width != 1 else design.rows
    if dropout is not None:
        if not any(isinstance(row, Dropout) for row in rows):
            raise ValueError(f"{name} has no dropout in its trunk: leave dropout out")
        rows = [replace(row, p=dropout) if isinstance(row, Dropout) else row for row in rows]
    result = Architecture(
        name,
        found.title,
        found.source,
        tuple(rows),
        tuple(head.scaled(width) for head in design.heads) if with_heads else (),
        Style(design.batch_norm, design.bias, design.batch_norm_eps),
        design.init,
        in_channels,
        num_classes,
        size,
        {"stem": stem, "width": width, "dropout": dropout, **dict(options)},
    )
    if not result.fits(size):
        result.trace(4096)  # what does not fit images of any size says so itself
        raise ValueError(result.too_small(size))
    if result.largest_tensor() > LARGEST_TENSOR:
        raise ValueError(
            f"{name} would have a tensor of more than 2⁶⁰ values, more than a computer can address: choose a smaller "
            "num_classes, in_channels, image_size or width"
        )
    return result


@lru_cache(maxsize=64)
def _design(name: str, num_classes: int, stem: str, options: tuple[tuple[str, Any], ...]) -> Design:
    found = entry(name)
    stems = {"stem": stem} if len(found.image_sizes) > 1 else {}
    return found.design(num_classes, **stems, **dict(options))


def _own_options(found: Entry, stem: str, options: dict[str, Any]) -> dict[str, Any]:
    if stem not in found.image_sizes:
        raise ValueError(f"{found.name} has no stem {quoted(stem)}; it has {', '.join(map(repr, found.image_sizes))}")
    unknown = sorted(set(options) - set(found.options))
    if unknown:
        own = ", ".join(found.options) or "no options of its own"
        raise ValueError(f"{found.name} has no option {quoted(unknown[0])}; it has {own}")
    return check_arguments(found.design, options)


def forget() -> None:
    """Forget the networks that were traced: what one asks for next is made anew, for measuring what that takes."""
    _made.cache_clear()
    _design.cache_clear()


_SIZE = sides(1)


def _size(value: int | Pair) -> Pair:
    return as_pair(_SIZE.check("image_size", value))


def _times(lengths: tuple[int, ...]) -> str:
    return "×".join(map(str, lengths))
