"""The operations that every network of the book is made of: convolution, pooling, fully connected, and a few more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .. import formulas
from ..arguments import Kind, sides, whole
from ..formulas import Pair, as_pair
from .graph import Op, Shape, Style, channels

Margin = int | Pair | Literal["same"]  # padding in pixels, or what keeps the grid at stride 1

_COUNT, _SIDES, _PIXELS = whole(0), sides(1), sides(0)


def _margin(value: Any) -> Any:
    return value if value == "same" else _PIXELS.take(value)


_WINDOW = {"kernel": _SIDES, "stride": _SIDES}
_MARGIN = Kind(f"'same', {_PIXELS.words}", _margin)


class Windowed(Op):
    """What reads its input through a window that moves: a convolution or a pool."""

    @property
    def patch(self) -> str:
        """Kernel and stride as the papers print them, such as ``7×7/2``."""
        height, width = as_pair(self.kernel)
        return f"{height}×{width}/{self.stride}"


@dataclass(frozen=True)
class Conv(Windowed):
    """A convolution unit: convolution, batch norm if the network has it, ReLU.

    `padding` is ``"same"`` (keeps the grid at stride 1), or pixels. `batch_norm` and `bias` follow the network's
    style unless given; usually there is a bias exactly where there is no batch norm. `activation=False` leaves out
    the ReLU.
    """

    out_channels: int = channels("")
    kernel: int | Pair = 1
    stride: int | Pair = 1
    padding: Margin = "same"
    groups: int = 1
    batch_norm: bool | None = None
    bias: bool | None = None
    activation: bool = True
    KIND = "convolution"
    KINDS = _WINDOW | {"out_channels": _COUNT, "padding": _MARGIN, "groups": whole(1)}

    def pads(self) -> Pair:
        """Padding in pixels, (height, width)."""
        return formulas.same_padding(as_pair(self.kernel)) if self.padding == "same" else as_pair(self.padding)

    def has_batch_norm(self, style: Style) -> bool:
        """Whether batch norm follows, in a network of this style."""
        return style.batch_norm if self.batch_norm is None else self.batch_norm

    def has_bias(self, style: Style) -> bool:
        """Whether it has a bias, in a network of this style."""
        asked = style.bias if self.bias is None else self.bias
        return not self.has_batch_norm(style) if asked is None else asked

    def costs(self, shape: Shape, style: Style) -> tuple[Shape, int, int]:
        """Weights, once at every position of the grid; learned are a bias, and batch norm's two a channel, too."""
        width, kernel = self.out_channels, as_pair(self.kernel)
        grid = formulas.output_grid(shape[1:], kernel, as_pair(self.stride), self.pads())
        weights = formulas.conv_weights(shape[0], width, kernel, self.groups)
        learned = weights + width * (self.has_bias(style) + 2 * self.has_batch_norm(style))
        return (width, *grid), learned, weights * grid[0] * grid[1]

    def depth(self) -> int:
        """1: it has weights."""
        return 1


@dataclass(frozen=True)
class DepthwiseConv(Windowed):
    """A convolution that filters each channel by itself, `multiplier` filters a channel; no activation.

    It has no bias, and batch norm only if asked for: a depthwise convolution is usually half of a separable one.
    """

    kernel: int | Pair = 3
    stride: int | Pair = 1
    padding: Margin = "same"
    multiplier: int = 1
    batch_norm: bool = False
    KIND = "depthwise convolution"
    KINDS = _WINDOW | {"padding": _MARGIN, "multiplier": whole(1)}

    def conv(self, in_channels: int) -> Conv:
        """The same operation as a grouped `Conv`, once the number of input channels is known."""
        return Conv(
            self.name,
            in_channels * self.multiplier,
            self.kernel,
            self.stride,
            self.padding,
            groups=in_channels,
            batch_norm=self.batch_norm,
            bias=False,
            activation=False,
        )

    def costs(self, shape: Shape, style: Style) -> tuple[Shape, int, int]:
        """As the grouped convolution."""
        return self.conv(shape[0]).costs(shape, style)

    def depth(self) -> int:
        """1: it has weights."""
        return 1


@dataclass(frozen=True)
class Pool(Windowed):
    """A window that keeps one value of each channel. `ceil_mode` rounds the size of the grid up."""

    kernel: int | Pair = 3
    stride: int | Pair = 2
    padding: int | Pair = 0
    ceil_mode: bool = False
    KINDS = _WINDOW | {"padding": _PIXELS}

    def costs(self, shape: Shape, style: Style) -> tuple[Shape, int, int]:
        """A smaller grid of the same depth."""
        window = as_pair(self.kernel), as_pair(self.stride), as_pair(self.padding)
        return (shape[0], *formulas.output_grid(shape[1:], *window, self.ceil_mode)), 0, 0


@dataclass(frozen=True)
class MaxPool(Pool):
    """The largest value in each window, channel by channel."""

    KIND = "max pool"


@dataclass(frozen=True)
class AvgPool(Pool):
    """The mean of each window, channel by channel; whether padding zeros enter the mean is `count_include_pad`."""

    count_include_pad: bool = True
    KIND = "avg pool"


@dataclass(frozen=True)
class AdaptiveAvgPool(Op):
    """Means over windows chosen so that a grid of `size`×`size` is left, whatever comes in.

    Size 1 is the mean of each whole channel: global average pooling, the papers' 7×7/1 or 8×8 pool at any image size.
    """

    size: int = 1
    KIND = "avg pool"
    KINDS = {"size": whole(1)}

    @property
    def patch(self) -> str:
        """``global``, or the grid that is left."""
        return "global" if self.size == 1 else f"to {self.size}×{self.size}"

    def costs(self, shape: Shape, style: Style) -> tuple[Shape, int, int]:
        """As many places a side as it is told."""
        return (shape[0], self.size, self.size), 0, 0


@dataclass(frozen=True)
class Linear(Op):
    """A fully connected layer with bias on the flattened (C, H, W); its width, the classes, does not scale."""

    out_features: int
    activation: bool = False
    KIND = "linear"
    KINDS = {"out_features": _COUNT}

    def in_features(self, shape: Shape) -> int:
        """Values of one image that it reads: C·H·W."""
        return shape[0] * shape[1] * shape[2]

    def costs(self, shape: Shape, style: Style) -> tuple[Shape, int, int]:
        """A weight a pair of input and output, used once; learned are the biases, too."""
        weights = self.in_features(shape) * self.out_features
        return (self.out_features, 1, 1), weights + self.out_features, weights

    def depth(self) -> int:
        """1: it has weights."""
        return 1


@dataclass(frozen=True)
class HiddenLinear(Linear):
    """A fully connected layer whose width is the network's choice, not the number of classes; ReLU after it."""

    out_features: int = channels("")
    activation: bool = True


@dataclass(frozen=True)
class Dropout(Op):
    """Zero each value with probability `p` in training, and scale the others by 1 / (1 − p)."""

    p: float
    KIND = "dropout"

    @property
    def patch(self) -> str:
        """The probability, in percent."""
        return f"{self.p:.0%}"


@dataclass(frozen=True)
class LocalResponseNorm(Op):
    """Divide by a power of the summed squares of `size` neighbouring channels (Krizhevsky et al. 2012, section 3.3)."""

    size: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0
    KIND = "local response norm"


@dataclass(frozen=True)
class ReLU(Op):
    """max(0, x), where it stands alone."""

    name: str = "relu"
    KIND = "relu"
