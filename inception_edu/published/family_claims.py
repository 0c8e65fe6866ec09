"""What is said of the networks after 2015: Inception-v4, Inception-ResNet-v2, Xception."""

from __future__ import annotations

from collections.abc import Callable

from ..architectures import Conv
from ..architectures.separable import SeparableConv
from ..architectures.xception import XceptionBlock
from .claim import Claim
from .lookups import total, trunk

V4 = (
    # figure 9 of the paper: the output behind each part
    ("stem", "inception (stem c)", "35x35x384"),
    ("Inception-A", "inception (A4)", "35x35x384"),
    ("Reduction-A", "inception (reduction A)", "17x17x1024"),
    ("Inception-B", "inception (B7)", "17x17x1024"),
    ("Reduction-B", "inception (reduction B)", "8x8x1536"),
    ("Inception-C", "inception (C3)", "8x8x1536"),
)


def shape(name: str, row: str) -> Callable[[], str]:
    """The output of a row as the paper writes it: grid, then depth."""
    return lambda: "x".join(str(n) for n in trunk(name)[row].output[1:] + trunk(name)[row].output[:1])


def depth(name: str, row: str) -> Callable[[], int]:
    """Channels behind a row."""
    return lambda: trunk(name)[row].output[0]


def xception_convolutions() -> int:
    """Convolutions of Xception as its paper counts them: a separable one is one, a shortcut's is none."""
    rows = trunk("xception").values()
    single = sum(isinstance(row.node, (Conv, SeparableConv)) for row in rows)
    return single + sum(len(row.node.widths) for row in rows if isinstance(row.node, XceptionBlock))


def scales(name: str) -> int:
    """How many scales γ the batch norms of a network have: one for each filter of a convolution."""
    layers = (layer for row in trunk(name).values() for layer in row.layers)
    return sum(layer.output[0] for layer in layers if isinstance(layer.op, Conv))


CLAIMS = [
    *(
        Claim(
            f"inception-v4/{part.lower()}",
            "inception-v4",
            f"Behind {part} of Inception-v4 the data is {printed}",
            printed,
            shape("inception_v4", row),
            "Of a picture of 299×299.",
        )
        for part, row, printed in V4
    ),
    Claim(
        "inception-v4/resnet-b-width",
        "inception-v4",
        "In the 17×17 modules of Inception-ResNet-v2 a 1×1 leads up to 1,154 channels (figure 17)",
        1154,
        depth("inception_resnet_v2", "inception-resnet (B1)"),
        "Behind Reduction-A are 384 + 384 + 320 = {computed:,} channels, and a sum needs as many on both sides. The "
        "published network has {computed:,}.",
    ),
    Claim(
        "xception/parameters",
        "xception",
        "Xception has 22,855,952 parameters",
        22_855_952,
        lambda: total("xception", "params"),
        "To the last digit, with its one linear layer.",
    ),
    Claim(
        "xception/inception-v3-parameters",
        "xception",
        "Inception-v3 has 23,626,728 parameters",
        23_626_728,
        lambda: total("inception_v3", "params"),
        "The published network has {computed:,}, and {unscaled:,} where batch norm has no scale γ, as in Keras's. No "
        "network that this book knows has the printed number.",
        facts={"unscaled": lambda: total("inception_v3", "params") - scales("inception_v3")},
    ),
    Claim(
        "xception/36-convolutions",
        "xception",
        "Xception has 36 convolutional layers",
        36,
        xception_convolutions,
        "A separable convolution counts as one, and those of the shortcuts as none.",
    ),
]
