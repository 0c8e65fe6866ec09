"""An Inception module of any six widths: what comes out, and what each branch costs (*Going Deeper*, figure 2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..architectures import Inception, Layer, Style, architecture
from .base import Widget
from .params import channels, flag, integer

WIDTHS = ("n1x1", "n3x3_reduce", "n3x3", "n5x5_reduce", "n5x5", "pool_proj")
STYLE = Style(batch_norm=False)  # as in the paper: biases, no batch norm


@cache
def _rows() -> list[list]:
    """GoogLeNet's modules as (label, settings), with the input that each has at 224×224."""
    return [
        [
            row.node.label,
            {"in_channels": row.input[0], "grid": row.input[1]} | {name: getattr(row.node, name) for name in WIDTHS},
        ]
        for row in architecture("googlenet").trace()
        if isinstance(row.node, Inception)
    ]


def _cost(layers: list[Layer]) -> tuple[int, int]:
    return sum(layer.params for layer in layers), sum(layer.macs for layer in layers)


class ModuleDesigner(Widget):
    """The four branches of an Inception module, with biases, at stride 1; a reduction or projection of 0 is left out.

    With ``challenge=True`` the reader has to reach `target_depth` exactly, with at least `target_large` percent of it
    from the 3×3 and 5×5, for at most `budget` million multiply-adds.

    >>> ModuleDesigner().figures["params"], ModuleDesigner().figures["row"]
    (163696, '3a')
    """

    KIND = "module-designer"
    FRONT = "module_designer"
    TITLE = "Module designer"
    QUESTION = "Which single width is the most expensive one to keep?"
    PARAMS = (
        channels("in_channels", 192, 1, 2048, "Depth in"),
        integer("grid", 28, 1, 149, "Grid", unit="pixels a side"),
        channels("n1x1", 64, 1, 1024, "#1×1"),
        channels("n3x3_reduce", 96, 0, 1024, "#3×3 reduce"),
        channels("n3x3", 128, 1, 1024, "#3×3"),
        channels("n5x5_reduce", 16, 0, 1024, "#5×5 reduce"),
        channels("n5x5", 32, 1, 1024, "#5×5"),
        channels("pool_proj", 32, 0, 1024, "pool proj"),
        flag("challenge", False, "Challenge"),
        integer("target_depth", 480, 4, 2048, "Depth to reach", when=("challenge", (True,))),
        integer("target_large", 60, 0, 100, "from 3×3 and 5×5", unit="at least, %", when=("challenge", (True,))),
        integer("budget", 200, 1, 2000, "Multiply-adds", unit="at most, M", when=("challenge", (True,))),
    )
    FIGURES = {
        "out_channels": "Depth out",
        "params": "Parameters",
        "macs": "Multiply-adds",
        "naive_channels": "Depth out, naive: no reductions",
        "naive_params": "Parameters, naive: no reductions",
        "naive_macs": "Multiply-adds, naive: no reductions",
    }

    def __init__(self, **settings: Any) -> None:
        super().__init__(data={"rows": _rows()}, **settings)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Widths and costs by branch and in all, beside the naive module, and which goals are met."""
        shape = p["in_channels"], p["grid"], p["grid"]
        module = Inception("", *(p[name] for name in WIDTHS))
        naive = Inception("", p["n1x1"], 0, p["n3x3"], 0, p["n5x5"], 0)
        depth = module.output(shape, STYLE)[0]
        params, macs = _cost(module.layers(shape, STYLE))
        naive_params, naive_macs = _cost(naive.layers(shape, STYLE))
        figures = {
            "out_channels": depth,
            "params": params,
            "macs": macs,
            "naive_channels": naive.output(shape, STYLE)[0],
            "naive_params": naive_params,
            "naive_macs": naive_macs,
            "ratio": naive_macs / macs,
            "row": next((label for label, row in _rows() if all(p[name] == row[name] for name in row)), None),
        }
        for name, branch in module.body().branches.items():
            cost = _cost(branch.layers(shape, STYLE))
            figures |= {
                f"filters_{name}": branch.output(shape, STYLE)[0],
                f"params_{name}": cost[0],
                f"macs_{name}": cost[1],
                f"share_{name}": cost[1] / macs,
            }
        large = p["n3x3"] + p["n5x5"]
        figures["deep_enough"] = depth == p["target_depth"]
        figures["large_enough"] = 100 * large >= p["target_large"] * depth
        figures["cheap_enough"] = macs <= p["budget"] * 10**6
        figures["large_share"] = large / depth
        return figures
