"""Accuracy on ImageNet (ILSVRC 2012 validation) as published: one network, one crop unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageNetResult:
    """Published top-1 and top-5 error in percent of a network that `create_model` builds.

    Attributes:
        setting: over how many crops of a picture.
        differs: in what the network that was measured differs from the one that is built; empty where it does not.
    """

    model: str
    year: int
    top1_error: float
    top5_error: float | None
    source: str
    setting: str = "one crop"
    differs: str = ""


RETHINKING = "Szegedy et al. 2016, Rethinking the Inception Architecture, Table 3"
V4 = "Szegedy et al. 2017, Inception-v4 and Inception-ResNet, single-crop table"
XCEPTION = "Chollet 2017, Xception, Table 1"

IMAGENET = (
    ImageNetResult("alexnet_2012", 2012, 40.7, 18.2, "Krizhevsky et al. 2012, Table 2", "ten crops"),
    ImageNetResult("vgg16", 2014, 28.5, 9.9, XCEPTION),
    ImageNetResult("googlenet", 2014, 29.0, 9.2, RETHINKING),
    ImageNetResult("bn_inception", 2015, 25.2, 7.8, RETHINKING, differs="built are the released widths"),
    ImageNetResult(
        "inception_v2", 2015, 23.4, None, RETHINKING, differs="built are the notes' widths; the paper prints none"
    ),
    ImageNetResult("inception_v3", 2015, 21.2, 5.6, RETHINKING),
    ImageNetResult("inception_v4", 2016, 20.0, 5.0, V4),
    ImageNetResult(
        "inception_resnet_v2",
        2016,
        19.9,
        4.9,
        V4,
        differs="built is the released network, with other counts of modules",
    ),
    ImageNetResult("xception", 2016, 21.0, 5.5, XCEPTION),
)
