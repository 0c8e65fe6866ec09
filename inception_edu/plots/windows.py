"""Where the windows of a convolution or pool lie on a row of pixels, and which pixels none of them reads."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..arithmetic import output_size
from .style import COLORS, INK

PIXEL, UNREAD, WINDOW = COLORS["1x1"], COLORS["3x3"], COLORS["5x5"]


def draw_windows(sizes: list[int], paddings: list[int], kernel: int = 3, stride: int = 2) -> Figure:
    """Draw a row of pixels for every size (across) and padding (down), with the windows that read it.

    Pixels are blue, padding is empty, and pixels that no window reads are red.

    Args:
        sizes: pixels in a row.
        paddings: empty pixels added on either side.
        kernel: pixels that a window reads.
        stride: pixels from one window to the next.
    """
    fig, axes = plt.subplots(len(paddings), len(sizes), figsize=(6.6, 1.35 * len(paddings)), squeeze=False)
    widest = max(sizes) + 2 * max(paddings)
    for line, padding in zip(axes, paddings):
        for ax, size in zip(line, sizes):
            _row(ax, size, padding, kernel, stride)
            ax.set(xlim=(size / 2 - widest / 2 - 0.2, size / 2 + widest / 2 + 0.2))
    return fig


def _row(ax: Axes, size: int, padding: int, kernel: int, stride: int) -> None:
    out = output_size(size, kernel, stride, padding)
    starts = [number * stride - padding for number in range(out)]
    read = {pixel for start in starts for pixel in range(start, start + kernel)}
    for pixel in range(-padding, size + padding):
        square = Rectangle((pixel + 0.05, 0), 0.9, 0.9)
        if 0 <= pixel < size:
            square.set(fc=PIXEL if pixel in read else UNREAD)
        else:
            square.set(fill=False, ec=INK, ls=":", lw=0.8)
        ax.add_patch(square)
    for number, start in enumerate(starts):
        height = 1.25 + 0.5 * (number % 2)  # neighbours overlap, so they stand at two heights
        ax.plot([start + 0.15, start + kernel - 0.15], [height] * 2, color=WINDOW, lw=4, solid_capstyle="butt")
    ax.set_title(f"{size} → {out}, {f'padding {padding}' if padding else 'no padding'}", fontsize=10)
    ax.set(ylim=(-0.2, 2.2), aspect="equal")
    ax.axis("off")
