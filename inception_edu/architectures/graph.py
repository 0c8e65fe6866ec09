"""What a network is made of, as data: operations, and the three ways to join them.

A network of this family is series-parallel: operations follow each other (`Chain`), stand side by side and are
joined by depth (`Concat`), or are added to their own input (`Residual`). A paper's row, an Inception block say,
is a `Block`: a named dataclass that knows its `body` in these terms. Shapes (C, H, W), parameters and
multiply-adds follow from `arithmetic`; `inception_edu.models.build` turns the same tree into PyTorch modules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from typing import Any, ClassVar, NamedTuple, TypeVar, overload

from ..arguments import Kind
from ..formulas import Pair, as_pair

Shape = tuple[int, int, int]

_T = TypeVar("_T")
_N = TypeVar("_N", bound="Node")


@dataclass(frozen=True)
class Style:
    """What a network's convolutions share: batch norm or not, bias or not (None: where there is no batch norm)."""

    batch_norm: bool
    bias: bool | None = None
    batch_norm_eps: float = 1e-3


class Layer(NamedTuple):
    """One operation at its place in a network, with the shapes (C, H, W) and costs it has there."""

    path: tuple[str, ...]
    op: Op
    input: Shape
    output: Shape
    params: int
    macs: int

    @property
    def name(self) -> str:
        """Where the operation stands, as in ``inception (3a) / #3×3 reduce``."""
        return " / ".join(self.path)


@overload
def channels(label: str) -> Any: ...
@overload
def channels(label: str, default: _T) -> _T: ...
def channels(label: str, default: Any = None) -> Any:
    """A dataclass field that counts channels, or a tuple of such counts: `width` scales it.

    Args:
        label: heads its column in the paper's table; a count that the table does not print has none, "".
        default: the count unless another is given; without one, it must be given.
    """
    return field(metadata={"label": label}) if default is None else field(default=default, metadata={"label": label})


@dataclass(frozen=True)
class Node(ABC):
    """A named part of a network. Subclasses are frozen dataclasses, too."""

    name: str
    KIND: ClassVar[str] = ""

    @property
    def kind(self) -> str:
        """What it is, in a word or two: the tables' column "type"."""
        return self.KIND

    @property
    def patch(self) -> str:
        """Kernel and stride as the papers print them, such as ``3×3/1``; empty where there is nothing to print."""
        return ""

    @property
    def key(self) -> str:
        """The name as a Python identifier, used in state dicts: ``inception (3a)`` is ``inception_3a``."""
        plain = self.name.replace("×", "x").replace("#", "n")
        return "_".join("".join(c if c.isalnum() else " " for c in plain).split())

    @abstractmethod
    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """Walk through the operations in order.

        Args:
            shape: what goes in, (C, H, W).
            style: the network's.
            path: names of the parts that this one stands in, from the outside in.
            found: every operation is appended to it.

        Returns:
            The shape (C, H, W) that comes out.

        Raises:
            ValueError: an operation does not fit its input.
        """

    def layers(self, shape: Shape, style: Style) -> list[Layer]:
        """Every operation in order, for an input of `shape` (C, H, W)."""
        found: list[Layer] = []
        self.trace(shape, style, (), found)
        return found

    def output(self, shape: Shape, style: Style) -> Shape:
        """The shape (C, H, W) that comes out for `shape` going in."""
        return self.trace(shape, style, (), [])

    @abstractmethod
    def depth(self) -> int:
        """Layers with weights on the longest way through, as the papers count depth."""

    @abstractmethod
    def field_of_view(self, size: Pair = (1, 1), jump: Pair = (1, 1)) -> tuple[Pair, Pair]:
        """Receptive field and jump (product of strides) after this part, given those before it.

        Each is (height, width) in input pixels; of branches, the widest counts.
        """

    def columns(self) -> dict[str, int]:
        """The widths in the paper's table, by their column's label."""
        return {label: getattr(self, name) for name, label in _counts(type(self)) if label}

    def scaled(self: _N, width: float, multiple: int = 1) -> _N:
        """The same part with every channel count times `width`, rounded to a `multiple`, at least one (0 stays 0)."""
        counts = {name: _scaled(getattr(self, name), width, multiple) for name, _ in _counts(type(self))}
        return replace(self, **counts) if counts else self


@cache
def _counts(kind: type[Node]) -> list[tuple[str, str]]:
    """The fields of a kind of node that count channels, each with its column's label."""
    return [(f.name, f.metadata["label"]) for f in fields(kind) if "label" in f.metadata]


def _scaled(count: int | tuple[int, ...], width: float, multiple: int) -> int | tuple[int, ...]:
    if isinstance(count, tuple):
        return tuple(_scaled_count(n, width, multiple) for n in count)
    return _scaled_count(count, width, multiple)


def _scaled_count(count: int, width: float, multiple: int) -> int:
    return count and multiple * max(1, round(count * width / multiple))


class Op(Node):
    """One operation: a leaf. By default it has no weights, keeps the shape, and looks at one pixel at a time.

    Its fields are checked once, when it is made, by the kinds in `KINDS`; tracing relies on it.

    Raises:
        ValueError: a field is not of its kind; the message, one line, says what would be right.
    """

    KINDS: ClassVar[Mapping[str, Kind]] = {}
    kernel: int | Pair = 1
    stride: int | Pair = 1

    def __post_init__(self) -> None:
        for name, kind in self.KINDS.items():
            value = getattr(self, name)
            if type(value) is not int or value < 1:  # a positive number is right wherever a number is
                object.__setattr__(self, name, kind.check(name, value))

    def costs(self, shape: Shape, style: Style) -> tuple[Shape, int, int]:
        """What comes out for an input of `shape` (C, H, W), the learned numbers, and the multiply-adds for one image.

        Raises:
            ValueError: the operation does not fit its input.
        """
        return shape, 0, 0

    def output(self, shape: Shape, style: Style) -> Shape:
        """The shape (C, H, W) that comes out for `shape` going in."""
        return self.costs(shape, style)[0]

    def params(self, shape: Shape, style: Style) -> int:
        """Learned numbers, for an input of `shape`."""
        return self.costs(shape, style)[1]

    def macs(self, shape: Shape, style: Style) -> int:
        """Multiply-adds for one image of `shape`."""
        return self.costs(shape, style)[2]

    def depth(self) -> int:
        """0; an operation with weights counts 1."""
        return 0

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """Append this operation, at its place, to `found`."""
        output, params, macs = self.costs(shape, style)
        found.append(Layer((*path, self.name), self, shape, output, params, macs))
        return output

    def field_of_view(self, size: Pair = (1, 1), jump: Pair = (1, 1)) -> tuple[Pair, Pair]:
        """The field grows by (kernel − 1) jumps, the jump by the stride."""
        (kernel_h, kernel_w), (stride_h, stride_w) = as_pair(self.kernel), as_pair(self.stride)
        seen = size[0] + (kernel_h - 1) * jump[0], size[1] + (kernel_w - 1) * jump[1]
        return seen, (jump[0] * stride_h, jump[1] * stride_w)


@dataclass(frozen=True)
class Chain(Node):
    """Operations one after the other."""

    parts: tuple[Node, ...]

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """Part by part: what comes out of one goes into the next."""
        for part in self.parts:
            shape = part.trace(shape, style, path, found)
        return shape

    def depth(self) -> int:
        """The depths of the parts add up."""
        return sum(part.depth() for part in self.parts)

    def field_of_view(self, size: Pair = (1, 1), jump: Pair = (1, 1)) -> tuple[Pair, Pair]:
        """What the last part sees through those before it."""
        for part in self.parts:
            size, jump = part.field_of_view(size, jump)
        return size, jump


def chain(*parts: Node, name: str = "") -> Chain:
    """Shorthand for a `Chain` that need not be named."""
    return Chain(name, parts)


@dataclass(frozen=True)
class Concat(Node):
    """Branches side by side on the same input, their outputs joined by depth. All must leave the same grid."""

    branches: Mapping[str, Chain]

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """Branch by branch, each on the same `shape`; the channels that come out add up.

        Raises:
            ValueError: the branches leave different grids, which cannot be joined.
        """
        outputs = [branch.trace(shape, style, path, found) for branch in self.branches.values()]
        depth, (_, height, width) = 0, outputs[0]
        for out in outputs:
            if out[1] != height or out[2] != width:
                different = dict(zip(self.branches, outputs))
                raise ValueError(
                    f"the branches of {self.name} leave different grids, which cannot be joined: {different}"
                )
            depth += out[0]
        return depth, height, width

    def depth(self) -> int:
        """The depth of the deepest branch."""
        return max(branch.depth() for branch in self.branches.values())

    def field_of_view(self, size: Pair = (1, 1), jump: Pair = (1, 1)) -> tuple[Pair, Pair]:
        """What the branch that sees widest sees, height and width each by itself."""
        return _widest([branch.field_of_view(size, jump) for branch in self.branches.values()])


def _widest(views: list[tuple[Pair, Pair]]) -> tuple[Pair, Pair]:
    (heights, widths), (jumps_h, jumps_w) = (zip(*each) for each in zip(*views))
    return (max(heights), max(widths)), (max(jumps_h), max(jumps_w))


@dataclass(frozen=True)
class Residual(Node):
    """``ReLU(shortcut(x) + scale · body(x))``; without a shortcut, x itself is added.

    `expansion` makes, from a number of channels, the operation that ends the body at the depth of what it is added to.
    """

    body: Node
    shortcut: Node | None = None
    expansion: Callable[[int], Node] | None = None
    scale: float = 1.0
    activation: bool = True

    def summand(self, shape: Shape, style: Style) -> Node:
        """The body for an input of `shape`, with its expansion."""
        if self.expansion is None:
            return self.body
        beside = self.shortcut.output(shape, style) if self.shortcut else shape
        return chain(self.body, self.expansion(beside[0]))

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """First the body, then the shortcut if there is one.

        Raises:
            ValueError: the two shapes differ, and so cannot be added.
        """
        output = self.summand(shape, style).trace(shape, style, path, found)
        beside = self.shortcut.trace(shape, style, path, found) if self.shortcut else shape
        if output != beside:
            raise ValueError(f"{self.name} cannot add {output} to {beside}: the shapes must be the same")
        return output

    def depth(self) -> int:
        """The depth of the body with its expansion: the shortcut is never longer."""
        return self.body.depth() + (self.expansion(1).depth() if self.expansion else 0)

    def field_of_view(self, size: Pair = (1, 1), jump: Pair = (1, 1)) -> tuple[Pair, Pair]:
        """What the body sees: the shortcut never sees more."""
        return self.body.field_of_view(size, jump)


@dataclass(frozen=True)
class Block(Node):
    """A row of a paper's table that stands for several operations; `body` says which."""

    KIND = "block"

    @abstractmethod
    def body(self) -> Chain | Concat | Residual:
        """The operations, as a tree."""

    @cached_property
    def tree(self) -> Chain | Concat | Residual:
        """The body, made once."""
        return self.body()

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: a body is made again where it is asked for."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """As the body, whose operations stand under this block's name."""
        return self.tree.trace(shape, style, (*path, self.name), found)

    def depth(self) -> int:
        """The body's."""
        return self.tree.depth()

    def field_of_view(self, size: Pair = (1, 1), jump: Pair = (1, 1)) -> tuple[Pair, Pair]:
        """The body's."""
        return self.tree.field_of_view(size, jump)


@dataclass(frozen=True)
class LabelledBlock(Block):
    """A block that its paper calls by a `label`: "3a" is named ``inception (3a)``."""

    name: str = field(init=False, repr=False)
    label: str
    FAMILY: ClassVar[str] = "inception"

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.FAMILY} ({self.label})")  # frozen, so not by assignment


@dataclass(frozen=True)
class Head(Block):
    """An auxiliary classifier. `after` names the row whose output it reads; it is there in training only."""

    after: str
    KIND = "auxiliary classifier"

    @abstractmethod
    def body(self) -> Chain:
        """The operations in order, the classifier last."""
