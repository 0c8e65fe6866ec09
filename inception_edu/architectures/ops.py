"""The operations that every network of the book is made of: convolution, pooling, fully connected, and a few more."""

from __future__ import annotations

from dataclasses import dataclass

from .. import arithmetic
from ..arithmetic import Pair, pair
from .graph import Op, Shape, Style, channels


def _times(kernel: int | Pair) -> str:
    return "×".join(str(side) for side in pair(kernel))


@dataclass(frozen=True)
class Conv(Op):
    """A convolution unit: convolution, batch norm if the network has it, ReLU.

    `padding` is ``"same"`` (keeps the grid at stride 1), or pixels. `batch_norm` and `bias` follow the network's
    style unless given; usually there is a bias exactly where there is no batch norm. `activation=False` leaves out
    the ReLU.
    """

    name: str
    out_channels: int = channels("")
    kernel: int | Pair = 1
    stride: int | Pair = 1
    padding: int | Pair | str = "same"
    groups: int = 1
    batch_norm: bool | None = None
    bias: bool | None = None
    activation: bool = True
    kind = "convolution"

    @property
    def patch(self) -> str:
        return f"{_times(self.kernel)}/{self.stride}"

    def pads(self) -> Pair:
        """Padding in pixels, (height, width)."""
        return arithmetic.same_padding(self.kernel) if self.padding == "same" else pair(self.padding)

    def has_batch_norm(self, style: Style) -> bool:
        return style.batch_norm if self.batch_norm is None else self.batch_norm

    def has_bias(self, style: Style) -> bool:
        asked = style.bias if self.bias is None else self.bias
        return not self.has_batch_norm(style) if asked is None else asked

    def output(self, shape: Shape, style: Style) -> Shape:
        return self.out_channels, *arithmetic.output_size(shape[1:], self.kernel, self.stride, self.pads())

    def params(self, shape: Shape, style: Style) -> int:
        weights = arithmetic.conv_params(shape[0], self.out_channels, self.kernel, self.groups, self.has_bias(style))
        return weights + (arithmetic.batch_norm_params(self.out_channels) if self.has_batch_norm(style) else 0)

    def macs(self, shape: Shape, style: Style) -> int:
        grid = self.output(shape, style)[1:]
        return arithmetic.conv_macs(shape[0], self.out_channels, self.kernel, grid, self.groups)

    def depth(self) -> int:
        return 1


@dataclass(frozen=True)
class DepthwiseConv(Op):
    """A convolution that filters each channel by itself, `multiplier` filters a channel; no activation.

    It has no bias, and batch norm only if asked for: a depthwise convolution is usually half of a separable one.
    """

    name: str
    kernel: int | Pair = 3
    stride: int | Pair = 1
    padding: int | Pair | str = "same"
    multiplier: int = 1
    batch_norm: bool = False
    kind = "depthwise convolution"

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

    @property
    def patch(self) -> str:
        return f"{_times(self.kernel)}/{self.stride}"

    def output(self, shape: Shape, style: Style) -> Shape:
        return self.conv(shape[0]).output(shape, style)

    def params(self, shape: Shape, style: Style) -> int:
        return self.conv(shape[0]).params(shape, style)

    def macs(self, shape: Shape, style: Style) -> int:
        return self.conv(shape[0]).macs(shape, style)

    def depth(self) -> int:
        return 1


@dataclass(frozen=True)
class _Pool(Op):
    name: str
    kernel: int | Pair = 3
    stride: int | Pair = 2
    padding: int | Pair = 0
    ceil_mode: bool = False

    @property
    def patch(self) -> str:
        return f"{_times(self.kernel)}/{self.stride}"

    def output(self, shape: Shape, style: Style) -> Shape:
        grid = arithmetic.output_size(shape[1:], self.kernel, self.stride, self.padding, self.ceil_mode)
        return shape[0], *grid


@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest value in each window, channel by channel."""

    kind = "max pool"


@dataclass(frozen=True)
class AvgPool(_Pool):
    """The mean of each window, channel by channel; whether padding zeros enter the mean is `count_include_pad`."""

    count_include_pad: bool = True
    kind = "avg pool"


@dataclass(frozen=True)
class AdaptiveAvgPool(Op):
    """Means over windows chosen so that a grid of `size`×`size` is left, whatever comes in. Size 1 is the mean of
    each whole channel: global average pooling, the papers' 7×7/1 or 8×8 pool at any image size."""

    name: str
    size: int = 1
    kind = "avg pool"

    @property
    def patch(self) -> str:
        return "global" if self.size == 1 else f"to {self.size}×{self.size}"

    def output(self, shape: Shape, style: Style) -> Shape:
        return shape[0], self.size, self.size


@dataclass(frozen=True)
class Linear(Op):
    """A fully connected layer with bias on the flattened (C, H, W); its width, the classes, does not scale."""

    name: str
    out_features: int
    activation: bool = False
    kind = "linear"
    patch = ""

    def output(self, shape: Shape, style: Style) -> Shape:
        return self.out_features, 1, 1

    def in_features(self, shape: Shape) -> int:
        return shape[0] * shape[1] * shape[2]

    def params(self, shape: Shape, style: Style) -> int:
        return arithmetic.linear_params(self.in_features(shape), self.out_features)

    def macs(self, shape: Shape, style: Style) -> int:
        return arithmetic.linear_macs(self.in_features(shape), self.out_features)

    def depth(self) -> int:
        return 1


@dataclass(frozen=True)
class HiddenLinear(Linear):
    """A fully connected layer whose width is the network's choice, not the number of classes; ReLU after it."""

    out_features: int = channels("")
    activation: bool = True


@dataclass(frozen=True)
class Dropout(Op):
    """Zero each value with probability `p` in training, and scale the others by 1 / (1 − p)."""

    name: str
    p: float
    kind = "dropout"

    @property
    def patch(self) -> str:
        return f"{self.p:.0%}"


@dataclass(frozen=True)
class LocalResponseNorm(Op):
    """Divide by a power of the summed squares of `size` neighbouring channels (Krizhevsky et al. 2012, section 3.3)."""

    name: str
    size: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0
    kind = "local response norm"
    patch = ""


@dataclass(frozen=True)
class ReLU(Op):
    """max(0, x), where it stands alone."""

    name: str = "relu"
    kind = "relu"
    patch = ""
