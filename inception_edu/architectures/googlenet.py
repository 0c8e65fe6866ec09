"""GoogLeNet: Szegedy et al., *Going Deeper with Convolutions*, CVPR 2015 (arXiv:1409.4842), Table 1 as code."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from .factorized import MAX, InceptionDouble
from .graph import Node
from .inception import AuxiliaryHead, Inception, ReducedConv
from .ops import AdaptiveAvgPool, Conv, Dropout, Linear, LocalResponseNorm, MaxPool
from .registry import Design, Stem, register


def pool(name: str) -> MaxPool:
    """3×3/2, rounded up, as in the authors' framework: 112 → 56 → 28 → 14 → 7."""
    return MaxPool(name, 3, stride=2, ceil_mode=True)


STEM = [
    Conv("convolution 1", 64, kernel=7, stride=2),
    pool("max pool 1"),
    ReducedConv("convolution 2", 64, 192),
    pool("max pool 2"),
]

# For 32×32 images: one 3×3 convolution, no early down-sampling, so that (3a) sees 32×32 instead of 28×28.
CIFAR_STEM = [Conv("convolution 1", 192, kernel=3)]

STEMS = {"imagenet": STEM, "cifar": CIFAR_STEM}

#                 #1×1  #3×3r  #3×3  #5×5r  #5×5  pool proj
MODULES = [
    Inception("3a", 64, 96, 128, 16, 32, 32),
    Inception("3b", 128, 128, 192, 32, 96, 64),
    pool("max pool 3"),
    Inception("4a", 192, 96, 208, 16, 48, 64),
    Inception("4b", 160, 112, 224, 24, 64, 64),
    Inception("4c", 128, 128, 256, 24, 64, 64),
    Inception("4d", 112, 144, 288, 32, 64, 64),
    Inception("4e", 256, 160, 320, 32, 128, 128),
    pool("max pool 4"),
    Inception("5a", 256, 160, 320, 32, 128, 128),
    Inception("5b", 384, 192, 384, 48, 128, 128),
]

NORM_AFTER = {"max pool 1", "convolution 2"}  # where figure 3 of the paper draws LocalRespNorm


def with_local_response_norm(rows: list[Node]) -> list[Node]:
    """Insert the paper's two local response normalizations."""
    result = []
    for row in rows:
        result.append(row)
        if row.name in NORM_AFTER:
            result.append(LocalResponseNorm(f"local response norm {1 + sum('norm' in r.name for r in result)}"))
    return result


SIZES = {"imagenet": 224, "cifar": 32}


def naive(row: Inception) -> Inception:
    """Figure 2(a): the same filters on the whole input, and the pooled input passed on as it is."""
    return replace(row, n3x3_reduce=0, n5x5_reduce=0, pool_proj=0)


def factorized(row: Inception) -> InceptionDouble:
    """Figure 5 of Szegedy et al. 2016: two 3×3 in place of the 5×5, each as wide as it was."""
    return InceptionDouble(
        row.label, row.n1x1, row.n3x3_reduce, row.n3x3, row.n5x5_reduce, row.n5x5, row.pool_proj, pool=MAX
    )


ModuleKind = Literal["reduced", "naive", "factorized"]
MODULE_KINDS = {"reduced": lambda row: row, "naive": naive, "factorized": factorized}


@register("GoogLeNet", "Szegedy et al. 2015, Going Deeper with Convolutions, Table 1", SIZES)
def googlenet(
    num_classes: int,
    stem: Stem = "imagenet",
    lrn: bool = False,
    module: ModuleKind = "reduced",
    lower_head: bool = True,
) -> Design:
    """ReLU everywhere, biases, no batch norm, dropout 0.4; auxiliary classifiers on 4a and 4d.

    The paper names no initialization; that of He et al. 2015, made for ReLU, is used. The last two options take an idea
    out, to see what it is worth.

    Args:
        num_classes: how many logits.
        stem: "cifar" for 32×32 images: one 3×3 convolution.
        lrn: adds the two local response normalizations of figure 3; later work found no gain in them.
        module: "reduced" is the paper's, "naive" its figure 2(a) without any 1×1 reduction, "factorized" has two 3×3
            for each 5×5.
        lower_head: False leaves the auxiliary classifier on 4a out, as Szegedy et al. 2016, section 4, did.
    """
    rows = [MODULE_KINDS[module](row) if isinstance(row, Inception) else row for row in [*STEMS[stem], *MODULES]]
    heads = [
        AuxiliaryHead("aux1", "inception (4a)", num_classes),
        AuxiliaryHead("aux2", "inception (4d)", num_classes),
    ]
    return Design(
        rows=[
            *(with_local_response_norm(rows) if lrn else rows),
            AdaptiveAvgPool("avg pool"),
            Dropout("dropout", 0.4),
            Linear("linear", num_classes),
        ],
        heads=heads if lower_head else heads[1:],
        batch_norm=False,
    )


@register("GoogLeNet-BN", "Table 1 of Szegedy et al. 2015, with batch norm after every convolution", SIZES)
def googlenet_bn(
    num_classes: int,
    stem: Stem = "imagenet",
    branch5x5_kernel: Literal[5, 3] = 5,
    module: ModuleKind = "reduced",
    lower_head: bool = True,
) -> Design:
    """The widths of `googlenet` with batch norm after every convolution, and so no biases there.

    Args:
        num_classes: how many logits.
        stem: as in `googlenet`.
        branch5x5_kernel: 3 builds what torchvision calls `googlenet`: a 3×3 where the paper has its 5×5, a 2×2/2 fourth
            max pool, and auxiliary heads that pool to 4×4 whatever comes in.
        module: as in `googlenet`.
        lower_head: as in `googlenet`.

    Raises:
        ValueError: a kernel of 3 is asked for, but there are no 5×5 convolutions.
    """
    if branch5x5_kernel != 5 and module == "factorized":
        raise ValueError("module='factorized' has no 5×5 convolutions: leave branch5x5_kernel out")
    plain = googlenet(num_classes, stem, module=module, lower_head=lower_head)
    if branch5x5_kernel == 5:
        return replace(plain, batch_norm=True)
    return replace(
        plain,
        rows=[_torchvision_row(row) for row in plain.rows],
        heads=[replace(head, adaptive=4) for head in plain.heads],
        batch_norm=True,
    )


def _torchvision_row(row: Node) -> Node:
    if isinstance(row, Inception):
        return replace(row, kernel5=3)
    return MaxPool(row.name, 2, stride=2, ceil_mode=True) if row.name == "max pool 4" else row


@register("GoogLeNet, simplified", "Zhang et al., Dive into Deep Learning, section 8.4", SIZES)
def googlenet_lite(num_classes: int, stem: Stem = "imagenet") -> Design:
    """The five-block version of *Dive into Deep Learning*: no auxiliary heads, no dropout, pools padded by 1.

    The padded pools matter away from 224 pixels: a 227×227 image gives 114, 57, 29, 15 and 8.
    """
    full = googlenet(num_classes, stem)
    rows = [replace(row, padding=1, ceil_mode=False) if isinstance(row, MaxPool) else row for row in full.rows]
    return replace(full, rows=[row for row in rows if not isinstance(row, Dropout)], heads=[])


@register("GoogLeNet, UvA", "University of Amsterdam, Deep Learning tutorial 5", {"imagenet": 32}, num_classes=10)
def googlenet_uva(num_classes: int) -> Design:
    """The small GoogLeNet that the tutorial trains on CIFAR-10: batch norm and biases, no heads, no dropout."""
    #             #1×1  #3×3r #3×3 #5×5r #5×5 pool proj
    return Design(
        [
            Conv("convolution 1", 64, kernel=3),
            Inception("a1", 16, 32, 32, 16, 8, 8),
            Inception("a2", 24, 32, 48, 16, 12, 12),
            MaxPool("max pool 1", padding=1),
            Inception("b1", 24, 32, 48, 16, 12, 12),
            Inception("b2", 16, 32, 48, 16, 16, 16),
            Inception("b3", 16, 32, 48, 16, 16, 16),
            Inception("b4", 32, 32, 48, 16, 24, 24),
            MaxPool("max pool 2", padding=1),
            Inception("c1", 32, 48, 64, 16, 16, 16),
            Inception("c2", 32, 48, 64, 16, 16, 16),
            AdaptiveAvgPool("avg pool"),
            Linear("linear", num_classes),
        ],
        bias=True,
    )
