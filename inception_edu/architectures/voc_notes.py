"""The two networks that the Chinese notes compare on VOC crops, as their author trained them.

Source: the repository zjZSTU/GoogLeNet at commit f760bc5 (`py/models/inception_v2.py`, `googlenet_bn.py`), whose log is
the one that the notes print. Both start from normal weights of deviation 0.01, cut at two deviations.
"""

from __future__ import annotations

from .factorized import HALVE, MAX, InceptionDouble
from .googlenet import STEM as GOOGLENET_STEM
from .googlenet import pool
from .inception import AuxiliaryHead
from .inception_v2 import STEM, modules
from .ops import AdaptiveAvgPool, Dropout, Linear, MaxPool
from .registry import Design, register

INIT = "truncated_normal_0.01"


@register("Inception-v2, the notes'", "zjZSTU/GoogLeNet, commit f760bc5, py/models/inception_v2.py", {"imagenet": 224})
def inception_v2_notes(num_classes: int) -> Design:
    """The widths of `inception_v2`, but: the stem's pool rounds up, and two linear layers end it.

    Between them stands no ReLU, so that together they are one linear layer of rank 1,024; dropout of 20 % before each.
    The head pools to 5×5 whatever comes in. It saw pictures of 224 pixels, not of 299: grids 25, 12 and 5.
    """
    stem = [pool("max pool") if isinstance(row, MaxPool) else row for row in STEM]
    return Design(
        rows=[
            *stem,
            *modules(HALVE),
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout 1", 0.2),
            Linear("linear 1", 1024),
            Dropout("dropout 2", 0.2),
            Linear("linear 2", num_classes),
        ],
        heads=[AuxiliaryHead("aux", "inception (5d)", num_classes, adaptive=5)],
        init=INIT,
    )


#                          #1×1  #3×3r  #3×3  d3×3r  d3×3  pool proj
MODULES = [
    InceptionDouble("3a", 64, 64, 64, 64, 96, 32),
    InceptionDouble("3b", 64, 64, 96, 64, 96, 64),
    InceptionDouble("3c", 0, 128, 160, 64, 96, 0, MAX),
    pool("max pool 3"),
    InceptionDouble("4a", 224, 64, 96, 96, 128, 128),
    InceptionDouble("4b", 192, 96, 128, 96, 128, 128),
    InceptionDouble("4c", 160, 128, 160, 128, 160, 128),
    InceptionDouble("4d", 96, 128, 192, 160, 192, 128),
    InceptionDouble("4e", 0, 128, 192, 192, 256, 0, MAX),
    MaxPool("max pool 4", 2, stride=2, ceil_mode=True),
    InceptionDouble("5a", 352, 192, 320, 160, 224, 128),
    InceptionDouble("5b", 352, 192, 320, 192, 224, 128, MAX),
]


@register(
    "“GoogLeNet-BN”, the notes'", "zjZSTU/GoogLeNet, commit f760bc5, py/models/googlenet_bn.py", {"imagenet": 224}
)
def googlenet_bn_notes(num_classes: int, batch_norm: bool = False) -> Design:
    """The topology of BN-Inception, not GoogLeNet's, and without its batch norm.

    What differs from BN-Inception: a dense first 7×7; 3c and 4e keep the grid, and a max pool behind them halves it;
    4c and 4d project to 128 as the paper prints (608 channels come out); GoogLeNet's two heads, pooling to 4×4.

    The notes call it GoogLeNet-BN. In the code that was trained the call of batch norm is commented out, and the
    convolutions have no biases either. ``batch_norm=True`` is what was meant.
    """
    return Design(
        rows=[
            *GOOGLENET_STEM,
            *MODULES,
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout", 0.2),
            Linear("linear", num_classes),
        ],
        heads=[
            AuxiliaryHead("aux1", "inception (4a)", num_classes, adaptive=4),
            AuxiliaryHead("aux2", "inception (4d)", num_classes, adaptive=4),
        ],
        batch_norm=batch_norm,
        bias=False,
        init=INIT,
    )
