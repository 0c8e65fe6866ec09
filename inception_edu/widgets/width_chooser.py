"""Widths of one's own for a module of Inception-v2: what leaves must be as deep as the paper's table says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..architectures import Layer, architecture
from ..architectures.factorized import HALVE, MAX, Inception7x7, InceptionDouble, InceptionExpanded, Module
from .base import Widget
from .params import choice, integer

LABELS = ("3a", "3c", "5a", "5e", "2a", "2b")
FIGURE = {"3": InceptionDouble, "5": Inception7x7, "2": InceptionExpanded}  # by the first sign of a label
WIDTHS = {
    "n1x1": "1×1",
    "single_reduce": "single, reduction",
    "single": "single",
    "double_reduce": "double, reduction",
    "double": "double",
    "pool_proj": "pool, projection",
}
BRANCHES = ("1x1", "single", "double", "pool")
KINDS = {"3x3": "single", "7x7": "single", "double3x3": "double", "double7x7": "double"}
STEP = 8


def _made(label: str, p: Mapping[str, Any]) -> Module:
    """The module with these widths. A grid reduction has no 1×1, and its pool no projection, nor has (2b)'s."""
    direct = 0 if label in ("3c", "5e") else p["n1x1"]
    projection = 0 if label in ("3c", "5e", "2b") else p["pool_proj"]
    pool = {"pool": MAX} if label == "2b" else {} if direct else {"pool": HALVE}
    middle = (p[name] for name in ("single_reduce", "single", "double_reduce", "double"))
    return FIGURE[label[0]](label, direct, *middle, projection, **pool)


def _cost(layers: list[Layer]) -> tuple[int, int]:
    return sum(layer.params for layer in layers), sum(layer.macs for layer in layers)


@cache
def _modules() -> dict[str, dict[str, Any]]:
    """The notes' modules by label: what comes in, what must leave, their widths and costs."""
    found = {}
    for row in architecture("inception_v2").trace():
        label = getattr(row.node, "label", None)
        if label in LABELS:
            found[label] = {
                "depth": row.input[0],
                "grid": row.input[1],
                "out_grid": row.output[1],
                "required": row.output[0],
                "widths": dict(zip(WIDTHS, row.node.columns().values())),
                "params": row.params,
                "macs": row.macs,
            }
    return found


class WidthChooser(Widget):
    """One module of Inception-v2 with the reader's widths, beside the module that the notes derived.

    A width that a module does not have is ignored: (3c) and (5e) have no 1×1 and pass the pool on, as (2b) does.
    In (2a) and (2b) the widths `single` and `double` are those of each convolution of a pair.

    >>> WidthChooser().figures["out_channels"], WidthChooser(single=96).figures["missing"]
    (288, -32)
    """

    KIND = "width-chooser"
    FRONT = "width_chooser"
    TITLE = "Choose the widths"
    QUESTION = "How cheap can the module get and still leave as many channels as the paper's table says?"
    PARAMS = (
        choice("module", "3a", [(label, f"({label})") for label in LABELS], "Module", control=False),
        integer("n1x1", 64, STEP, 640, WIDTHS["n1x1"], STEP, when=("module", ("3a", "5a", "2a", "2b"))),
        integer("single_reduce", 64, STEP, 640, WIDTHS["single_reduce"], STEP),
        integer("single", 64, STEP, 640, WIDTHS["single"], STEP),
        integer("double_reduce", 64, STEP, 640, WIDTHS["double_reduce"], STEP),
        integer("double", 96, STEP, 640, WIDTHS["double"], STEP),
        integer("pool_proj", 64, STEP, 640, WIDTHS["pool_proj"], STEP, when=("module", ("3a", "5a", "2a"))),
    )
    FIGURES = {
        "out_channels": "Depth that leaves",
        "required": "Depth required",
        "params": "Parameters",
        "notes_params": "Parameters, the notes' module",
        "macs": "Multiply-adds",
        "notes_macs": "Multiply-adds, the notes' module",
    }

    def __init__(self, **settings: Any) -> None:
        label = settings.get("module", "3a")
        start = _modules()[label]["widths"] if label in LABELS else {}
        widths = {name: width for name, width in start.items() if width}
        super().__init__(data={"modules": _modules()}, **{**widths, **settings})

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """What leaves, by branch and in all, its costs, and those of the notes' module."""
        network = architecture("inception_v2")
        notes = self.data["modules"][p["module"]]
        shape = notes["depth"], notes["grid"], notes["grid"]
        module = _made(p["module"], p)
        depth = module.output(shape, network.style)[0]
        params, macs = _cost(module.layers(shape, network.style))
        leaves: dict[str, tuple[int, ...]] = dict.fromkeys(BRANCHES, (0, 0, 0))
        figures = {
            "out_channels": depth,
            "required": notes["required"],
            "missing": notes["required"] - depth,
            "reached": depth == notes["required"],
            "params": params,
            "macs": macs,
            "notes_params": notes["params"],
            "notes_macs": notes["macs"],
            "params_ratio": params / notes["params"],
            "macs_ratio": macs / notes["macs"],
            "narrowest": min(p[name] for name, width in notes["widths"].items() if width),
            "own": any(width and p[name] != width for name, width in notes["widths"].items()),
        }
        for name, branch in module.body().branches.items():
            kind = KINDS.get(name, name)
            cost = _cost(branch.layers(shape, network.style))
            leaves[kind] = branch.output(shape, network.style)[0], *cost
        for kind, (filters, *cost) in leaves.items():
            figures[f"filters_{kind}"] = filters
            figures[f"params_{kind}"], figures[f"macs_{kind}"] = cost
        return figures
