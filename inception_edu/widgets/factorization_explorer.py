"""A large kernel as a chain of small ones (*Rethinking the Inception Architecture*, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arithmetic import conv_macs, conv_params, receptive_field
from .base import Widget
from .params import choice, integer


class FactorizationExplorer(Widget):
    """An n×n convolution against stacked 3×3, or against 1×n followed by n×1, at stride 1 and with the size kept.

    The chain goes from `in_channels` over `mid_channels`, after every layer but the last, to `out_channels`.

    >>> FactorizationExplorer(kernel_size=5).figures["ratio"]
    0.72
    """

    KIND = "factorization-explorer"
    FRONT = "factorization_explorer"
    TITLE = "Factorization explorer"
    QUESTION = "Two 3×3 see as much as one 5×5. How much of its cost remains, and how many channels between spoil that?"
    PARAMS = (
        integer("kernel_size", 5, 3, 11, "Kernel n×n", step=2),
        choice("way", "stack", [("stack", "stacked 3×3"), ("asymmetric", "1×n, then n×1")], "Factorized into"),
        integer("in_channels", 64, 1, 1024, "Channels in"),
        integer("mid_channels", 64, 1, 1024, "Channels between"),
        integer("out_channels", 64, 1, 1024, "Channels out"),
        integer("grid", 17, 1, 149, "Grid", unit="pixels a side"),
        integer("layer", 1, 1, 5, "Show the field after layer", limit="layers"),
    )
    FIGURES = {
        "direct_params": "Parameters, direct",
        "factorized_params": "Parameters, factorized",
        "direct_macs": "Multiply-adds, direct",
        "factorized_macs": "Multiply-adds, factorized",
        "ratio": "Factorized ÷ direct",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Costs of both ways, and the field that one output sees so far."""
        n, grid = p["kernel_size"], p["grid"]
        kernels = [(1, n), (n, 1)] if p["way"] == "asymmetric" else [(3, 3)] * ((n - 1) // 2)
        widths = [p["in_channels"], *[p["mid_channels"]] * (len(kernels) - 1), p["out_channels"]]
        chain = list(zip(widths, widths[1:], kernels))
        seen = kernels[: p["layer"]]
        direct = conv_params(p["in_channels"], p["out_channels"], n)
        factorized = sum(conv_params(*layer) for layer in chain)
        return {
            "layers": len(kernels),
            "direct_params": direct,
            "factorized_params": factorized,
            "direct_macs": conv_macs(p["in_channels"], p["out_channels"], n, grid),
            "factorized_macs": sum(conv_macs(*layer, grid) for layer in chain),
            "ratio": factorized / direct,
            "equal_ratio": sum(height * width for height, width in kernels) / n**2,
            "field_height": receptive_field((height, 1) for height, _ in seen),
            "field_width": receptive_field((width, 1) for _, width in seen),
        }
