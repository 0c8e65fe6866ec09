"""A kernel that moves over a small picture, one position a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arithmetic import output_size
from .base import Widget
from .params import choice, integer

PICTURES = {
    "cross": lambda row, col, size: 9 if col in (row, size - 1 - row) else 0,
    "edge": lambda row, col, size: 9 if col >= size // 2 else 0,
    "checkerboard": lambda row, col, size: 9 * ((row + col) % 2),
    "ramp": lambda row, col, size: 9 * (row + col) // (2 * size - 2),
}


def _sign(index: int, length: int) -> int:
    """−1 before the middle, 0 on it, 1 behind it."""
    return (2 * index > length - 1) - (2 * index < length - 1)


WEIGHTS = {
    "sum": lambda row, col, height, width: 1,
    "vertical edge": lambda row, col, height, width: _sign(col, width),
    "horizontal edge": lambda row, col, height, width: _sign(row, height),
    "centre": lambda row, col, height, width: int((row, col) == (height // 2, width // 2)),
}


SIZES = ("out_height", "out_width", "positions", "macs", "last_step")
PLACE = ("row", "col", "value", "unread_rows", "unread_cols")
NAMES = (*SIZES, *PLACE)


class ConvolutionStepper(Widget):
    """How kernel, stride and padding make the size of the output, and what each output is the sum of.

    The picture has whole numbers from 0 to 9, the kernel −1, 0 and 1, so that every sum can be followed by hand.
    ``step`` counts positions row by row from 0; beyond the last position it stays on the last.

    >>> figures = ConvolutionStepper(size=7, kernel_height=3, kernel_width=3, stride=2).figures
    >>> figures["out_height"], figures["out_width"]
    (3, 3)
    """

    KIND = "convolution-stepper"
    FRONT = "convolution_stepper"
    TITLE = "Convolution stepper"
    QUESTION = "Which padding keeps the size of the picture for a 1×7 kernel? With stride 2, what is never read?"
    PARAMS = (
        integer("size", 7, 3, 12, "Picture", unit="pixels a side"),
        integer("kernel_height", 3, 1, 7, "Kernel height"),
        integer("kernel_width", 3, 1, 7, "Kernel width"),
        integer("stride", 1, 1, 4, "Stride"),
        integer("padding_height", 0, 0, 3, "Padding above and below"),
        integer("padding_width", 0, 0, 3, "Padding left and right"),
        choice("picture", "cross", list(PICTURES), "Picture shows"),
        choice("weights", "vertical edge", list(WEIGHTS), "Kernel looks for"),
        integer("step", 0, 0, 323, "Position", limit="last_step"),
    )
    FIGURES = {
        "out_height": "Output height",
        "out_width": "Output width",
        "positions": "Positions of the kernel",
        "macs": "Multiply-adds",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The output's size, the position looked at, its value, and what no position reads."""
        size, stride = p["size"], p["stride"]
        kernel = p["kernel_height"], p["kernel_width"]
        padding = p["padding_height"], p["padding_width"]
        try:
            height, width = output_size((size, size), kernel, (stride, stride), padding)
        except ValueError:
            return dict.fromkeys(NAMES)
        step = min(p["step"], height * width - 1)
        row, col = divmod(step, width)
        return {
            "out_height": height,
            "out_width": width,
            "positions": height * width,
            "macs": height * width * kernel[0] * kernel[1],
            "last_step": height * width - 1,
            "row": row,
            "col": col,
            "value": self._sum(p, row * stride - padding[0], col * stride - padding[1]),
            "unread_rows": _unread(size, kernel[0], stride, padding[0], height),
            "unread_cols": _unread(size, kernel[1], stride, padding[1], width),
        }

    @staticmethod
    def _sum(p: Mapping[str, Any], top: int, left: int) -> int:
        """The kernel's weights times the pixels under it, with its corner at pixel (top, left) of the picture."""
        size, height, width = p["size"], p["kernel_height"], p["kernel_width"]
        inside = range(size)
        return sum(
            PICTURES[p["picture"]](top + i, left + j, size) * WEIGHTS[p["weights"]](i, j, height, width)
            for i in range(height)
            for j in range(width)
            if top + i in inside and left + j in inside
        )


def _unread(size: int, kernel: int, stride: int, padding: int, outputs: int) -> int:
    """Lines of the picture that no position of the kernel covers."""
    read = {at * stride - padding + i for at in range(outputs) for i in range(kernel)}
    return len(set(range(size)) - read)
