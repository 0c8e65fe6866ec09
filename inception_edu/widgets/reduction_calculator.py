"""What a 1×1 convolution before an expensive one saves (*Going Deeper with Convolutions*, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arithmetic import break_even_reduction, conv_macs, conv_params
from .base import Widget
from .params import channels, integer


class ReductionCalculator(Widget):
    """Parameters and multiply-adds of a convolution, directly and behind a 1×1 reduction, without biases.

    >>> ReductionCalculator().figures["reduced_params"]
    50688
    """

    KIND = "reduction-calculator"
    FRONT = "reduction_calculator"
    TITLE = "Reduction calculator"
    QUESTION = "How wide may the 1×1 reduction be before it stops paying?"
    PARAMS = (
        channels("in_channels", 512, 1, 2048, "Channels in"),
        channels("reduce_channels", 24, 1, 2048, "Width of the 1×1"),
        channels("out_channels", 64, 1, 2048, "Filters"),
        integer("kernel_size", 5, 1, 15, "Kernel", step=2),
        integer("grid", 14, 1, 299, "Grid", unit="pixels a side"),
    )
    FIGURES = {
        "direct_params": "Parameters, direct",
        "reduced_params": "Parameters, with the 1×1",
        "direct_macs": "Multiply-adds, direct",
        "reduced_macs": "Multiply-adds, with the 1×1",
        "break_even": "Widest 1×1 that still pays (channels)",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Costs of both ways, and the width at which they are even."""
        depth, width, filters, kernel = p["in_channels"], p["reduce_channels"], p["out_channels"], p["kernel_size"]
        direct = conv_params(depth, filters, kernel)
        reduce, conv = conv_params(depth, width, 1), conv_params(width, filters, kernel)
        return {
            "direct_params": direct,
            "reduce_params": reduce,
            "conv_params": conv,
            "reduced_params": reduce + conv,
            "direct_macs": conv_macs(depth, filters, kernel, p["grid"]),
            "reduced_macs": conv_macs(depth, width, 1, p["grid"]) + conv_macs(width, filters, kernel, p["grid"]),
            "ratio": direct / (reduce + conv),
            "break_even": break_even_reduction(depth, filters, kernel),
        }
