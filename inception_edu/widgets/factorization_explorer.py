"""A large kernel as a chain of small ones (*Rethinking the Inception Architecture*, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..arithmetic import conv_macs, conv_params, receptive_field
from .base import Widget
from .params import channels, choice, integer


class FactorizationExplorer(Widget):
    """An n×n convolution against stacked 3×3, or against 1×n followed by n×1, at stride 1 and with the size kept.

    The chain goes from `in_channels` over `mid_channels`, after every layer but the last, to `out_channels`.

    >>> FactorizationExplorer(kernel_size=5).figures["ratio"]
    0.72
    """

    KIND = "factorization-explorer"
    FRONT = "factorization_explorer"
    TITLE = "Factorization explorer"
    QUESTION = (
        "Two 3×3 see as much as one 5×5. How much of its cost remains, and how many channels in the middle spoil that?"
    )
    PARAMS = (
        integer("kernel_size", 5, 3, 11, "Kernel n×n", step=2),
        choice("way", "stack", [("stack", "stacked 3×3"), ("asymmetric", "1×n, then n×1")], "Factorized into"),
        channels("in_channels", 64, 1, 1024, "Channels in"),
        channels("mid_channels", 64, 1, 1024, "Channels in the middle"),
        channels("out_channels", 64, 1, 1024, "Channels out"),
        integer("grid", 17, 1, 149, "Side of the grid", unit="pixels"),
        integer("layer", 1, 1, 5, "Show what is seen after layer", limit="layers"),
    )
    FIGURES = {
        "direct_params": "Parameters, direct",
        "factorized_params": "Parameters, factorized",
        "direct_macs": "Multiply-adds, direct",
        "factorized_macs": "Multiply-adds, factorized",
        "ratio": "Factorized ÷ direct",
        "break_even": "Channels in the middle up to which it costs no more",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Costs of both ways, and the field that one output sees so far."""
        n, grid = p["kernel_size"], p["grid"]
        kernels = [(1, n), (n, 1)] if p["way"] == "asymmetric" else [(3, 3)] * ((n - 1) // 2)

        def layers(middle: int) -> list[tuple[int, int, tuple[int, int]]]:
            widths = [p["in_channels"], *[middle] * (len(kernels) - 1), p["out_channels"]]
            return list(zip(widths, widths[1:], kernels))

        chain = layers(p["mid_channels"])
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
            "break_even": _most(lambda middle: sum(conv_params(*layer) for layer in layers(middle)) <= direct, direct)
            if len(kernels) > 1
            else None,
            "equal_ratio": sum(height * width for height, width in kernels) / n**2,
            "field_height": receptive_field((height, 1) for height, _ in seen),
            "field_width": receptive_field((width, 1) for _, width in seen),
        }


def _most(fits: Callable[[int], bool], beyond: int) -> int:
    """The largest number that fits, where `beyond` does not and all below one that fits do."""
    least = 0
    while beyond - least > 1:
        middle = (least + beyond) // 2
        least, beyond = (middle, beyond) if fits(middle) else (least, middle)
    return least
