"""What a network is made of, as data: operations, and the three ways to join them.

A network of this family is series-parallel: operations follow each other (`Chain`), stand side by side and are
joined by depth (`Concat`), or are added to their own input (`Residual`). A paper's row, an Inception block say,
is a `Block`: a named dataclass that knows its `body` in these terms. Shapes (C, H, W), parameters and
multiply-adds follow from `arithmetic`; `inception_edu.blocks` turns the same tree into PyTorch modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Style:
    """What a network's convolutions share: batch norm after each, a bias in each (None: where there is no batch norm)."""

    batch_norm: bool
    bias: bool | None = None
    batch_norm_eps: float = 1e-3


@dataclass(frozen=True)
class Layer:
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


def channels(label: str, default: int | None = None):
    """A dataclass field that counts channels: `label` heads its column in the paper's table, `width` scales it."""
    return field(metadata={"label": label}) if default is None else field(default=default, metadata={"label": label})


class Node:
    """A named part of a network. Subclasses are frozen dataclasses whose first field is `name`."""

    name: str

    @property
    def key(self) -> str:
        """The name as a Python identifier: the key of the module in state dicts. ``inception (3a)`` → ``inception_3a``."""
        plain = self.name.replace("×", "x").replace("#", "n")
        return "_".join("".join(c if c.isalnum() else " " for c in plain).split())

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        """Append every operation, in order, to `found`; return the shape (C, H, W) that comes out for `shape` going in.

        Raises ValueError where an operation does not fit its input.
        """
        raise NotImplementedError

    def layers(self, shape: Shape, style: Style) -> list[Layer]:
        """Every operation in order, for an input of `shape` (C, H, W)."""
        found: list[Layer] = []
        self.trace(shape, style, (), found)
        return found

    def output(self, shape: Shape, style: Style) -> Shape:
        """The shape (C, H, W) that comes out for `shape` going in."""
        return self.trace(shape, style, (), [])

    def depth(self) -> int:
        """Layers with weights on the longest way through, as the papers count depth."""
        raise NotImplementedError

    def field_of_view(self, size: int = 1, jump: int = 1) -> tuple[int, int]:
        """Receptive field and jump (product of strides) after this part, given those before it, in input pixels."""
        raise NotImplementedError

    def columns(self) -> dict[str, int]:
        """The widths in the paper's table, by their column's label."""
        return {f.metadata["label"]: getattr(self, f.name) for f in fields(self) if f.metadata.get("label")}

    def scaled(self, width: float) -> Node:
        """The same part with every channel count multiplied by `width`, rounded, and at least 1 (0 stays 0)."""
        counts = {f.name: getattr(self, f.name) for f in fields(self) if "label" in f.metadata}
        return replace(self, **{name: n and max(1, round(n * width)) for name, n in counts.items()})


class Op(Node):
    """One operation: a leaf. By default it has no weights and keeps the shape."""

    kernel = 1
    stride = 1

    def output(self, shape: Shape, style: Style) -> Shape:
        return shape

    def params(self, shape: Shape, style: Style) -> int:
        """Learned numbers, for an input of `shape`."""
        return 0

    def macs(self, shape: Shape, style: Style) -> int:
        """Multiply-adds for one image of `shape`."""
        return 0

    def depth(self) -> int:
        return 0

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        output = self.output(shape, style)
        costs = self.params(shape, style), self.macs(shape, style)
        found.append(Layer((*path, self.name), self, shape, output, *costs))
        return output

    def field_of_view(self, size: int = 1, jump: int = 1) -> tuple[int, int]:
        kernel = self.kernel if isinstance(self.kernel, int) else max(self.kernel)
        stride = self.stride if isinstance(self.stride, int) else max(self.stride)
        return size + (kernel - 1) * jump, jump * stride


@dataclass(frozen=True)
class Chain(Node):
    """Operations one after the other."""

    name: str
    parts: tuple[Node, ...]

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        for part in self.parts:
            shape = part.trace(shape, style, path, found)
        return shape

    def depth(self) -> int:
        return sum(part.depth() for part in self.parts)

    def field_of_view(self, size: int = 1, jump: int = 1) -> tuple[int, int]:
        for part in self.parts:
            size, jump = part.field_of_view(size, jump)
        return size, jump


def chain(*parts: Node, name: str = "") -> Chain:
    """Shorthand for a `Chain` that need not be named."""
    return Chain(name, parts)


@dataclass(frozen=True)
class Concat(Node):
    """Branches side by side on the same input, their outputs joined by depth. All must leave the same grid."""

    name: str
    branches: Mapping[str, Node]

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        outputs = {name: branch.trace(shape, style, path, found) for name, branch in self.branches.items()}
        grids = {out[1:] for out in outputs.values()}
        if len(grids) > 1:
            raise ValueError(f"the branches of {self.name} leave different grids, which cannot be joined: {outputs}")
        return (sum(out[0] for out in outputs.values()), *grids.pop())

    def depth(self) -> int:
        return max(branch.depth() for branch in self.branches.values())

    def field_of_view(self, size: int = 1, jump: int = 1) -> tuple[int, int]:
        return max(branch.field_of_view(size, jump) for branch in self.branches.values())


@dataclass(frozen=True)
class Residual(Node):
    """``ReLU(shortcut(x) + scale · body(x))``; without a shortcut, x itself is added."""

    name: str
    body: Node
    shortcut: Node | None = None
    scale: float = 1.0
    activation: bool = True

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        output = self.body.trace(shape, style, path, found)
        beside = self.shortcut.trace(shape, style, path, found) if self.shortcut else shape
        if output != beside:
            raise ValueError(f"{self.name} cannot add {output} to {beside}: the shapes must be the same")
        return output

    def depth(self) -> int:
        return self.body.depth()

    def field_of_view(self, size: int = 1, jump: int = 1) -> tuple[int, int]:
        return self.body.field_of_view(size, jump)


class Block(Node):
    """A row of a paper's table that stands for several operations; `body` says which."""

    kind = "block"

    def body(self) -> Node:
        """The operations, as a `Chain`, `Concat` or `Residual`."""
        raise NotImplementedError

    def trace(self, shape: Shape, style: Style, path: tuple[str, ...], found: list[Layer]) -> Shape:
        return self.body().trace(shape, style, (*path, self.name), found)

    def depth(self) -> int:
        return self.body().depth()

    def field_of_view(self, size: int = 1, jump: int = 1) -> tuple[int, int]:
        return self.body().field_of_view(size, jump)
