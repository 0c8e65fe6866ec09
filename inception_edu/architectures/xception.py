"""Xception: Chollet, *Xception: Deep Learning with Depthwise Separable Convolutions*, CVPR 2017 (arXiv:1610.02357)."""

from __future__ import annotations

from dataclasses import dataclass

from .graph import Block, Residual, chain, channels
from .ops import AdaptiveAvgPool, Conv, Dropout, Linear, MaxPool, ReLU
from .registry import Design, register
from .separable import SeparableConv


@dataclass(frozen=True)
class XceptionBlock(Block):
    """Separable 3×3 convolutions of the given widths, a ReLU before each, added to the block's input.

    A block of stride 2 ends in a max pool, and its input comes by a 1×1 convolution of stride 2. `relu_first` is False
    where the input has had its ReLU.
    """

    widths: tuple[int, ...] = channels("")
    stride: int = 1
    relu_first: bool = True
    KIND = "separable block"

    @property
    def patch(self) -> str:
        """The stride, where it is not 1."""
        return "" if self.stride == 1 else f"stride {self.stride}"

    def body(self) -> Residual:
        """The separable convolutions, added to the input or to what the shortcut makes of it."""
        parts = []
        for k, width in enumerate(self.widths, start=1):
            parts += [ReLU(f"relu {k}"), SeparableConv(f"separable {k}", width, activation=False)]
        parts = parts if self.relu_first else parts[1:]
        if self.stride == 1:
            return Residual(self.name, chain(*parts), activation=False)
        shortcut = Conv("shortcut", self.widths[-1], stride=self.stride, activation=False)
        return Residual(
            self.name, chain(*parts, MaxPool("max pool", 3, self.stride, padding=1)), shortcut, activation=False
        )


@register("Xception", "Chollet 2017, Xception, figure 5", {"imagenet": 299}, aux_logits=False)
def xception(num_classes: int) -> Design:
    """An Inception module taken to its limit, one branch a channel: entry, middle and exit flow; no auxiliary heads.

    Batch norm follows every convolution, a separable one as a whole, whose two steps have no ReLU between them. Dropout
    of 0.5 before the classifier as in section 4 of the paper. The epsilon of batch norm is 1e-5 as in timm, whose
    weights can be loaded; the author's Keras code has 1e-3.
    """
    return Design(
        rows=[
            Conv("convolution 1", 32, kernel=3, stride=2, padding=0),
            Conv("convolution 2", 64, kernel=3, padding=0),
            XceptionBlock("block 1", (128, 128), stride=2, relu_first=False),
            XceptionBlock("block 2", (256, 256), stride=2),
            XceptionBlock("block 3", (728, 728), stride=2),
            *[XceptionBlock(f"block {k}", (728, 728, 728)) for k in range(4, 12)],
            XceptionBlock("block 12", (728, 1024), stride=2),
            SeparableConv("separable 1", 1536),
            SeparableConv("separable 2", 2048),
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout", 0.5),
            Linear("linear", num_classes),
        ],
        batch_norm_eps=1e-5,
    )
