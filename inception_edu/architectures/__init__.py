"""The networks of the book as data: one file a network, the paper's table is the code. Nothing here imports torch."""

# isort: off
# The order in which networks are listed is that of their imports.
from . import classics, googlenet, bn_inception, inception_v2, inception_v3, inception_v4, inception_resnet_v2, xception
from . import voc_notes
# isort: on

from .architecture import Architecture, Row, architecture, forget
from .graph import Block, Chain, Concat, Head, LabelledBlock, Layer, Node, Op, Residual, Shape, Style
from .inception import AuxiliaryHead, Inception, ReducedConv
from .ops import (
    AdaptiveAvgPool,
    AvgPool,
    Conv,
    DepthwiseConv,
    Dropout,
    HiddenLinear,
    Linear,
    LocalResponseNorm,
    MaxPool,
    Pool,
    ReLU,
)
from .registry import Design, Entry, entry, list_models, register
