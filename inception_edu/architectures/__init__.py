"""The networks of the book as data: one file a network, the paper's table is the code. Nothing here imports torch."""

from . import classics, googlenet
from .architecture import Architecture, Design, Row, architecture, entry, list_models, register
from .graph import Block, Chain, Concat, Head, Layer, Node, Op, Residual, Shape, Style
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
    ReLU,
)
