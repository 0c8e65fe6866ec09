"""Totals at 1,000 classes, as papers' code, torchvision, timm and earlier work published them, without auxiliary heads.

Parameters without and with auxiliary heads (None: the network has none), MACs without them, at the usual image size.
"""

from typing import NamedTuple


class Totals(NamedTuple):
    params: int
    with_heads: int | None
    macs: int


TOTALS = {
    "alexnet_2012": Totals(60_965_224, None, 724_406_816),
    "alexnet": Totals(61_100_840, None, 714_188_480),
    "vgg16": Totals(138_357_544, None, 15_470_264_320),
    "googlenet": Totals(6_998_552, 13_378_280, 1_582_671_872),
    "googlenet_bn": Totals(7_005_832, 13_385_816, 1_582_671_872),
    "bn_inception": Totals(11_188_336, 17_582_656, 1_934_857_216),
    "inception_v2": Totals(16_659_656, 21_061_040, 5_382_579_296),
    "inception_v3": Totals(23_834_568, 27_161_264, 5_713_216_096),
    "inception_v4": Totals(42_679_816, None, 12_253_974_624),
    "inception_resnet_v2": Totals(55_843_464, None, 13_155_794_016),
    "xception": Totals(22_855_952, None, 8_357_403_496),
}
