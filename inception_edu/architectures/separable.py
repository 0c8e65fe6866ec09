"""The separable convolution as a row: what Xception is built of, and the released BN-Inception begins with."""

from __future__ import annotations

from dataclasses import dataclass

from .graph import Block, Chain, chain, channels
from .ops import Conv, DepthwiseConv, Margin


@dataclass(frozen=True)
class SeparableConv(Block):
    """A convolution in two steps: one filter a channel (`multiplier` filters a channel), then a 1×1 across channels.

    Batch norm, and ReLU unless `activation` is False, follow the second. Between the two stands nothing, or batch norm
    alone if `norm_between`.
    """

    out_channels: int = channels("")
    kernel: int = 3
    stride: int = 1
    padding: Margin = "same"
    multiplier: int = 1
    norm_between: bool = False
    activation: bool = True
    KIND = "separable convolution"

    @property
    def patch(self) -> str:
        """Kernel and stride of the depthwise step."""
        return f"{self.kernel}×{self.kernel}/{self.stride}"

    def body(self) -> Chain:
        """The depthwise step, then the pointwise one."""
        return chain(
            DepthwiseConv("depthwise", self.kernel, self.stride, self.padding, self.multiplier, self.norm_between),
            Conv("pointwise", self.out_channels, activation=self.activation),
        )

    def depth(self) -> int:
        """1: the papers count the two steps as one layer."""
        return 1
