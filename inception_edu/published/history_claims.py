"""What is said of the networks before GoogLeNet, and of the challenge that it won."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from ..arithmetic import conv_params, linear_params, output_size
from . import ilsvrc
from .claim import Claim
from .lookups import total, trunk

# LeNet-5 as printed in 1998 (Table I): how many of the six maps each map of layer C3 reads.
C3_READS = (3,) * 6 + (4,) * 9 + (6,)


def lenet_1998() -> list[tuple[int, int]]:
    """(trainable parameters, connections) of the layers C1 to F6 and the output of LeNet-5 as published.

    Its pooling layers are trained: each map has a factor and a bias. The output compares 84 values with ten fixed
    patterns, so it has connections but nothing to train.
    """
    c1, c3, c5 = 28, 10, 1  # sides of the grids: 32 and 14 and 5 less a kernel of 5, plus 1
    c1_params = conv_params(1, 6, 5, bias=True)
    c3_params = sum(conv_params(maps, 1, 5, bias=True) for maps in C3_READS)
    c5_params = conv_params(16, 120, 5, bias=True)
    f6_params = linear_params(120, 84)
    window = 2 * 2 + 1  # a pool reads four values and its bias
    return [
        (c1_params, c1_params * c1**2),
        (2 * 6, 6 * window * output_size(c1, 2, 2) ** 2),
        (c3_params, c3_params * c3**2),
        (2 * 16, 16 * window * output_size(c3, 2, 2) ** 2),
        (c5_params, c5_params * c5**2),
        (f6_params, f6_params),
        (0, 84 * 10),
    ]


def units(name: str) -> dict[str, int]:
    """Outputs of every layer with weights: what AlexNet's paper counts as neurons."""
    return {row: prod(found.output) for row, found in trunk(name).items() if found.node.depth()}


def less_than(before: ilsvrc.Result) -> Callable[[], float]:
    """By how many percent GoogLeNet's entry errs less often than `before`."""
    return lambda: 100 * (1 - ilsvrc.result("GoogLeNet", entered=True).top5 / before.top5)


SUPERVISION = ilsvrc.result("SuperVision", extra_data=True)
CLARIFAI = ilsvrc.result("Clarifai", extra_data=True)

CLAIMS = [
    Claim(
        "lenet/60000-parameters",
        "lenet",
        "LeNet-5 has 60,000 trainable parameters",
        60_000,
        lambda: sum(params for params, _ in lenet_1998()),
        "Exactly, as published: C3 reads chosen maps only, and pools are trained. As it is taught today, with "
        "every map read and a trained output, it has {today:,}.",
        facts={"today": lambda: total("lenet5", "params")},
    ),
    Claim(
        "lenet/340908-connections",
        "lenet",
        "LeNet-5 has 340,908 connections",
        340_908,
        lambda: sum(connections for _, connections in lenet_1998()),
        "Exactly, with the 840 of the output layer, whose patterns are fixed.",
    ),
    Claim(
        "alexnet/650000-neurons",
        "alexnet",
        "AlexNet has 650,000 neurons",
        650,
        lambda: sum(units("alexnet_2012").values()),
        "{computed:,} outputs of layers with weights.",
        unit=1000,
        places=0,
    ),
    Claim(
        "alexnet/first-layer-neurons",
        "alexnet",
        "AlexNet's first convolution has 253,440 neurons",
        253_440,
        lambda: units("alexnet_2012")["convolution 1"],
        "96 filters on a grid of 55×55 have {computed:,} outputs. The printed count is 96·55·48; 48 is not a side of "
        "the grid but the number of filters on each of the two GPUs.",
    ),
    Claim(
        "vgg/138-million",
        "vgg",
        "VGG-16 (configuration D) has 138 million parameters",
        138,
        lambda: total("vgg16", "params"),
        "{computed:,}.",
        unit=10**6,
        places=0,
    ),
    Claim(
        "vgg/single-network",
        "vgg",
        "A single VGG errs 0.9 points less often than a single GoogLeNet",
        0.9,
        lambda: ilsvrc.result("GoogLeNet", networks=1).top5 - ilsvrc.result("VGG", networks=1).top5,
        "{google} % against {vgg} % top-5 error. One look of VGG-16 costs {times:.1f} times the multiply-adds of one "
        "of GoogLeNet.",
        places=1,
        facts={
            "google": lambda: ilsvrc.result("GoogLeNet", networks=1).top5,
            "vgg": lambda: ilsvrc.result("VGG", networks=1).top5,
            "times": lambda: total("vgg16", "macs") / total("googlenet", "macs"),
        },
    ),
    Claim(
        "going-deeper/144-crops",
        "going-deeper",
        "Each network saw 144 cut-outs of a picture",
        144,
        lambda: ilsvrc.crop_count(),
        "4 scales, 3 squares, 6 views, 2 mirror images.",
    ),
    Claim(
        "going-deeper/change-of-the-entry",
        "going-deeper",
        "Table 3: 7 models and 144 crops change the error by -3.45 points",
        -3.45,
        lambda: round(ilsvrc.BREAKDOWN[-1].top5 - ilsvrc.BREAKDOWN[0].top5, 2),
        "6.67 − 10.07 is {computed}; the other four differences of that column are right.",
    ),
    Claim(
        "going-deeper/56.5-percent-less",
        "going-deeper",
        "GoogLeNet errs 56.5 % less often than SuperVision in 2012",
        56.5,
        less_than(SUPERVISION),
        "{computed:.1f} % from the printed 6.67 and 15.3; the 56.5 may come from errors with more digits.",
        places=1,
    ),
    Claim(
        "going-deeper/40-percent-less",
        "going-deeper",
        "GoogLeNet errs about 40 % less often than Clarifai in 2013",
        40,
        less_than(CLARIFAI),
        "{computed:.1f} % from the printed 6.67 and 11.2.",
        places=0,
    ),
]
