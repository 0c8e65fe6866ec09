"""What the claims look up: rows, modules, heads and totals of networks at their usual image size, by name."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeVar

from ..architectures import Node, Row, architecture
from ..arithmetic import conv_macs, conv_params

Cost = Literal["params", "macs"]

_N = TypeVar("_N", bound=Node)


@lru_cache
def trunk(name: str) -> dict[str, Row]:
    """Rows of a network's trunk, by name."""
    return {row.node.name: row for row in architecture(name).trace()}


@lru_cache
def heads(name: str) -> dict[str, Row]:
    """Auxiliary heads of a network, by name, the first that the trunk reaches first."""
    return {row.node.name: row for row in architecture(name).trace_heads()}


def module(name: str, label: str) -> Row:
    """The row of the Inception module with this label, such as "3a"."""
    return trunk(name)[f"inception ({label})"]


def nodes(name: str, kind: type[_N]) -> dict[str, _N]:
    """The rows of a network that are of one kind, as nodes, by name."""
    return {label: row.node for label, row in trunk(name).items() if isinstance(row.node, kind)}


def block(name: str, label: str, kind: type[_N]) -> _N:
    """The Inception module with this label, as a node of the kind that it is."""
    return nodes(name, kind)[f"inception ({label})"]


def total(name: str, what: Cost) -> int:
    """Parameters or multiply-adds of a network's trunk."""
    return sum(row.params if what == "params" else row.macs for row in trunk(name).values())


def weights(row: Row) -> int:
    """Weights of a row without its biases: what parameter columns usually count. For networks without batch norm."""
    return sum(layer.params - layer.output[0] * layer.op.depth() for layer in row.layers)


def separable_stem() -> dict[Cost, int]:
    """Weights and multiply-adds of a separable first convolution: 7×7/2 depthwise with multiplier 8, then 1×1."""
    middle = 3 * 8
    return {
        "params": conv_params(3, middle, 7, groups=3) + conv_params(middle, 64, 1),
        "macs": conv_macs(3, middle, 7, 112, groups=3) + conv_macs(middle, 64, 1, 112),
    }


def separable_googlenet_macs() -> int:
    """Multiply-adds of GoogLeNet with the separable first convolution behind Table 1's printed figure."""
    return total("googlenet", "macs") - trunk("googlenet")["convolution 1"].macs + separable_stem()["macs"]


def chw(shape: tuple[int, ...]) -> str:
    """A shape as the papers print it: ``64×112×112``."""
    return "×".join(map(str, shape))
