"""Three ways to halve a grid and deepen it (*Rethinking the Inception Architecture*, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arithmetic import conv_macs, conv_params, output_size
from .base import Widget
from .params import channels, choice, integer

KERNEL = 3  # of the convolutions and of the pool


class GridReduction(Widget):
    """From a grid `in_channels` deep to half of it, `out_channels` deep, by a 3×3/2 pool and 3×3 convolutions.

    * pool first: the pool, then a convolution of stride 1 on the small grid;
    * convolve first: a convolution of stride 1 on the large grid, then the pool;
    * in parallel: a convolution of stride 2 beside the pool, joined by depth. The pool passes `in_channels` on, the
      convolution makes the rest, so the output must be deeper than the input.

    `padding` is that of what halves the grid; convolutions of stride 1 keep it. No biases.

    >>> f = GridReduction(grid=35, in_channels=320, out_channels=640).figures
    >>> f["convolve_first_macs"] / f["pool_first_macs"]
    4.2387543252595155
    """

    KIND = "grid-reduction"
    FRONT = "grid_reduction"
    TITLE = "Grid reduction"
    QUESTION = "Which way is cheap, which way lets the most through, and which does both?"
    PARAMS = (
        integer("grid", 35, 3, 149, "Grid in", unit="pixels a side"),
        channels("in_channels", 320, 1, 2048, "Depth in"),
        channels("out_channels", 640, 1, 2048, "Depth out"),
        choice("padding", 0, [(0, "none: 35 → 17"), (1, "1 pixel: 35 → 18")], "Padding"),
    )
    FIGURES = {
        "pool_first_macs": "Multiply-adds, pool then convolve",
        "convolve_first_macs": "Multiply-adds, convolve then pool",
        "parallel_macs": "Multiply-adds, in parallel",
        "pool_first_values": "Values between, pool then convolve",
        "values_out": "Values that leave",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Costs of the three ways, the values between, and whether they are a bottleneck."""
        grid, depth, deeper = p["grid"], p["in_channels"], p["out_channels"]
        small = output_size(grid, KERNEL, 2, p["padding"])
        added = deeper - depth if deeper > depth else None
        params = conv_params(depth, deeper, KERNEL)
        figures = {
            "out_grid": small,
            "values_in": depth * grid**2,
            "values_out": deeper * small**2,
            "pool_first_values": depth * small**2,
            "convolve_first_values": deeper * grid**2,
            "pool_first_params": params,
            "convolve_first_params": params,
            "parallel_params": None if added is None else conv_params(depth, added, KERNEL),
            "pool_first_macs": conv_macs(depth, deeper, KERNEL, small),
            "convolve_first_macs": conv_macs(depth, deeper, KERNEL, grid),
            "parallel_macs": None if added is None else conv_macs(depth, added, KERNEL, small),
            "parallel_filters": added,
        }
        # A bottleneck: fewer values on the way than come in and than leave.
        figures["bottleneck"] = figures["pool_first_values"] < min(figures["values_in"], figures["values_out"])
        figures["bottleneck_share"] = figures["pool_first_values"] / figures["values_out"]
        figures["cost_ratio"] = figures["convolve_first_macs"] / figures["pool_first_macs"]
        return figures
