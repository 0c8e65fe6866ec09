"""How torchvision and timm name the weights of the networks that they share with us.

A layout says, for every row and auxiliary head with weights, what the other library calls its convolutions and fully
connected layers, in the order in which our row has them. ``a`` stands for a convolution unit that holds ``a.conv`` and
``a.bn``, or for a fully connected layer; ``a|b`` for a convolution ``a`` whose batch norm is ``b``.
"""

from __future__ import annotations

from typing import NamedTuple


def under(prefix: str, names: str) -> str:
    """Every name below `prefix`: ``under("a", "b c|d")`` is ``"a.b a.c|a.d"``."""
    return " ".join("|".join(f"{prefix}.{part}" for part in name.split("|")) for name in names.split())


def stem(names: str) -> dict[str, str]:
    """Convolutions that are rows of their own: convolution 1, convolution 2 and so on."""
    return {f"convolution {number}": name for number, name in enumerate(names.split(), start=1)}


def _googlenet() -> dict[str, str]:
    labels = "3a 3b 4a 4b 4c 4d 4e 5a 5b"
    module = "branch1 branch2.0 branch2.1 branch3.0 branch3.1 branch4.1"
    return {
        "convolution 1": "conv1",
        "convolution 2": "conv2 conv3",
        **{f"inception ({at})": under(f"inception{at}", module) for at in labels.split()},
        "linear": "fc",
        **{head: under(head, "conv fc1 fc2") for head in ("aux1", "aux2")},
    }


def _inception_v3() -> dict[str, str]:
    double = "branch3x3dbl_1 branch3x3dbl_2 branch3x3dbl_3"
    seven = " ".join(f"branch7x7_{k}" for k in (1, 2, 3)) + " " + " ".join(f"branch7x7dbl_{k}" for k in range(1, 6))
    expanded = f"branch1x1 branch3x3_1 branch3x3_2a branch3x3_2b {double}a branch3x3dbl_3b branch_pool"
    modules = {
        "5b 5c 5d": f"branch1x1 branch5x5_1 branch5x5_2 {double} branch_pool",
        "6a": f"branch3x3 {double}",
        "6b 6c 6d 6e": f"branch1x1 {seven} branch_pool",
        "7a": "branch3x3_1 branch3x3_2 branch7x7x3_1 branch7x7x3_2 branch7x7x3_3 branch7x7x3_4",
        "7b 7c": expanded,
    }
    return {
        **stem("Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 Conv2d_3b_1x1 Conv2d_4a_3x3"),
        **{f"inception ({at})": under(f"Mixed_{at}", names) for ats, names in modules.items() for at in ats.split()},
        "linear": "fc",
        "aux": under("AuxLogits", "conv0 conv1 fc"),
    }


def _inception_v4() -> dict[str, str]:
    seven = "branch1.0 branch1.1 branch1.2 branch2.0 branch2.1 branch2.2 branch2.3 branch2.4"
    expanded = "branch1_0 branch1_1a branch1_1b branch2_0 branch2_1 branch2_2 branch2_3a branch2_3b"
    modules = [
        ("stem a", "conv"),
        ("stem b", "branch0.0 branch0.1 branch1.0 branch1.1 branch1.2 branch1.3"),
        ("stem c", "conv"),
        *[(f"A{k}", "branch0 branch1.0 branch1.1 branch2.0 branch2.1 branch2.2 branch3.1") for k in range(1, 5)],
        ("reduction A", "branch0 branch1.0 branch1.1 branch1.2"),
        *[(f"B{k}", f"branch0 {seven} branch3.1") for k in range(1, 8)],
        ("reduction B", "branch0.0 branch0.1 branch1.0 branch1.1 branch1.2 branch1.3"),
        *[(f"C{k}", f"branch0 {expanded} branch3.1") for k in range(1, 4)],
    ]
    return {
        **stem("features.0 features.1 features.2"),
        **{f"inception ({at})": under(f"features.{k}", names) for k, (at, names) in enumerate(modules, start=3)},
        "linear": "last_linear",
    }


def _inception_resnet_v2() -> dict[str, str]:
    a = "branch0 branch1.0 branch1.1 branch2.0 branch2.1 branch2.2"
    b = "branch0 branch1.0 branch1.1 branch1.2 conv2d|"
    return {
        **stem("conv2d_1a conv2d_2a conv2d_2b conv2d_3b conv2d_4a conv2d_7b"),
        "inception (mixed)": under("mixed_5b", f"{a} branch3.1"),
        **{f"inception-resnet (A{k + 1})": under(f"repeat.{k}", f"{a} conv2d|") for k in range(10)},
        "inception (reduction A)": under("mixed_6a", "branch0 branch1.0 branch1.1 branch1.2"),
        **{f"inception-resnet (B{k + 1})": under(f"repeat_1.{k}", b) for k in range(20)},
        "inception (reduction B)": under(
            "mixed_7a", "branch0.0 branch0.1 branch1.0 branch1.1 branch2.0 branch2.1 branch2.2"
        ),
        **{f"inception-resnet (C{k + 1})": under(f"repeat_2.{k}", b) for k in range(9)},
        "inception-resnet (C10)": under("block8", b),
        "linear": "classif",
    }


def _xception() -> dict[str, str]:
    def separable(*places: int) -> str:
        return " ".join(f"rep.{k}.conv1| rep.{k}.pointwise|rep.{k + 1}" for k in places)

    return {
        **stem("conv1|bn1 conv2|bn2"),
        "block 1": under("block1", f"{separable(0, 3)} skip|skipbn"),
        **{f"block {k}": under(f"block{k}", f"{separable(1, 4)} skip|skipbn") for k in (2, 3, 12)},
        **{f"block {k}": under(f"block{k}", separable(1, 4, 7)) for k in range(4, 12)},
        "separable 1": "conv3.conv1| conv3.pointwise|bn3",
        "separable 2": "conv4.conv1| conv4.pointwise|bn4",
        "linear": "fc",
    }


class Layout(NamedTuple):
    """Whose names these are, and the names of every row and head with weights."""

    title: str
    names: dict[str, str]


LAYOUTS = {
    "googlenet_bn": Layout("torchvision's googlenet", _googlenet()),
    "inception_v3": Layout("torchvision's inception_v3", _inception_v3()),
    "inception_v4": Layout("timm's inception_v4", _inception_v4()),
    "inception_resnet_v2": Layout("timm's inception_resnet_v2", _inception_resnet_v2()),
    "xception": Layout("timm's legacy_xception", _xception()),
}
