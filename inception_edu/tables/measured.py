"""Tables of modules that are measured instead of computed: one run without data, watched by torchinfo."""

from __future__ import annotations

import copy
from math import prod

import torch
import torchinfo
from torch import nn
from torchinfo.layer_info import LayerInfo

from ..architectures import Architecture
from ..arithmetic import Pair, pair
from .table import LayerTable, TableRow


def measured_table(
    module: nn.Module, image_size: int | Pair | None, in_channels: int | None, detail: str
) -> LayerTable:
    """The table of `module` for images of `image_size` (default: the network's own, or 224), as its layers report it.

    A copy runs once on PyTorch's meta device, in training mode so that auxiliary heads take part: no data is
    computed and the module, its running statistics included, stays as it is.
    """
    network: Architecture | None = getattr(module, "architecture", None)
    if image_size is None:
        image_size = network.image_size if network else 224
    if in_channels is None:
        in_channels = network.in_channels if network else 3
    shape = (in_channels, *pair(image_size))
    infos = run(module, shape)
    rows = _stages(infos, module, network) if detail == "stage" else _layers(infos)
    name = getattr(module, "name", type(module).__name__)
    return LayerTable(name, network.title if network else name, shape, tuple(rows), detail, "measured by torchinfo")


def run(module: nn.Module, shape: tuple[int, int, int]) -> list[LayerInfo]:
    """torchinfo's record of every module that took part, in order, for a batch of two images of `shape` (C, H, W)."""
    twin = copy.deepcopy(module).to("meta")
    images = torch.empty(2, *shape, device="meta")
    try:
        return torchinfo.summary(twin, input_data=images, device="meta", mode="train", verbose=0).summary_list
    except RuntimeError as error:
        reason = error.__cause__ or error
        size = "×".join(map(str, shape))
        raise ValueError(f"{type(module).__name__} does not run on {size} images: {reason}") from error


def macs(info: LayerInfo) -> int:
    """Multiply-adds for one image: a weight is used once at every position of its output."""
    layer = info.module
    if isinstance(layer, nn.modules.conv._ConvNd):
        return layer.weight.numel() * prod(info.output_size[2:])
    if isinstance(layer, nn.Linear):
        return layer.weight.numel() * prod(info.output_size[1:-1])
    return 0


def path(info: LayerInfo) -> tuple[str, ...]:
    """Names of the modules from the root, which has none, down to this one."""
    return () if info.parent_info is None else (*path(info.parent_info), info.var_name)


def _output(info: LayerInfo) -> tuple[int, int, int]:
    size = tuple(info.output_size[1:])
    return (*size, *(1,) * (3 - len(size)))


def _layers(infos: list[LayerInfo]) -> list[TableRow]:
    return [
        TableRow(
            " / ".join(path(info)),
            info.class_name,
            _output(info),
            info.num_params,
            macs(info),
            auxiliary=_is_head(info),
        )
        for info in sorted(infos, key=_is_head)
        if info.is_leaf_layer and not isinstance(info.module, nn.Identity)
    ]


def _is_head(info: LayerInfo) -> bool:
    return path(info)[:1] == ("heads",)


def _stages(infos: list[LayerInfo], module: nn.Module, network: Architecture | None) -> list[TableRow]:
    """Rows of our own networks, children of others. Names, widths and depth come from the row where there is one."""
    own = isinstance(getattr(module, "stages", None), nn.Sequential) and network is not None
    nodes = {node.key: node for node in (*network.rows, *network.heads)} if own else {}
    level = 2 if own else 1
    stages = [info for info in infos if info.depth == level]
    rows = []
    for info in sorted(stages, key=_is_head):
        inside = [layer for layer in infos if layer.is_leaf_layer and path(layer)[:level] == path(info)]
        node = nodes.get(info.var_name)
        rows.append(
            TableRow(
                node.name if node else info.var_name,
                node.kind if node else info.class_name,
                _output(info),
                info.num_params,
                sum(macs(layer) for layer in inside),
                node.patch if node else "",
                node.depth() if node else None,
                {label: n for label, n in node.columns().items() if label} if node else {},
                _is_head(info),
            )
        )
    return rows
