"""The networks that GoogLeNet is measured against: LeNet-5, AlexNet and VGG-16, as rows."""

from __future__ import annotations

from .graph import Node
from .ops import AdaptiveAvgPool, AvgPool, Conv, Dropout, HiddenLinear, Linear, LocalResponseNorm, MaxPool
from .registry import Design, register


@register("LeNet-5", "LeCun et al. 1998, Gradient-based learning", {"imagenet": 32}, in_channels=1, num_classes=10)
def lenet5(num_classes: int) -> Design:
    """LeNet-5 as it is taught today: every map reads all maps before it, ReLU, average pools without weights."""
    return Design(
        [
            Conv("convolution 1", 6, kernel=5, padding=0),
            AvgPool("avg pool 1", 2, stride=2),
            Conv("convolution 2", 16, kernel=5, padding=0),
            AvgPool("avg pool 2", 2, stride=2),
            Conv("convolution 3", 120, kernel=5, padding=0),
            HiddenLinear("fc 1", 84),
            Linear("linear", num_classes),
        ],
        batch_norm=False,
    )


@register("AlexNet (2012)", "Krizhevsky et al. 2012, ImageNet Classification with Deep CNNs", {"imagenet": 227})
def alexnet_2012(num_classes: int) -> Design:
    """AlexNet as published for two GPUs: convolutions 2, 4 and 5 in two groups, response normalization.

    The paper says 224 pixels; its own 55×55 grid needs 227 (or padding), as in the authors' code.
    """
    return Design(
        [
            Conv("convolution 1", 96, kernel=11, stride=4, padding=0),
            LocalResponseNorm("local response norm 1", k=2.0),
            MaxPool("max pool 1"),
            Conv("convolution 2", 256, kernel=5, groups=2),
            LocalResponseNorm("local response norm 2", k=2.0),
            MaxPool("max pool 2"),
            Conv("convolution 3", 384, kernel=3),
            Conv("convolution 4", 384, kernel=3, groups=2),
            Conv("convolution 5", 256, kernel=3, groups=2),
            MaxPool("max pool 3"),
            *classifier(num_classes),
        ],
        batch_norm=False,
    )


@register("AlexNet", "Krizhevsky 2014, One weird trick, as in torchvision", {"imagenet": 224})
def alexnet(num_classes: int) -> Design:
    """The one-tower AlexNet that torchvision ships: no groups, no response normalization, 64 first filters."""
    return Design(
        [
            Conv("convolution 1", 64, kernel=11, stride=4, padding=2),
            MaxPool("max pool 1"),
            Conv("convolution 2", 192, kernel=5),
            MaxPool("max pool 2"),
            Conv("convolution 3", 384, kernel=3),
            Conv("convolution 4", 256, kernel=3),
            Conv("convolution 5", 256, kernel=3),
            MaxPool("max pool 3"),
            AdaptiveAvgPool("avg pool", 6),
            *classifier(num_classes),
        ],
        batch_norm=False,
    )


@register("VGG-16", "Simonyan and Zisserman 2015, configuration D", {"imagenet": 224})
def vgg16(num_classes: int) -> Design:
    """Thirteen 3×3 convolutions in five stages, three fully connected layers."""
    rows: list[Node] = []
    for stage, (count, width) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], start=1):
        rows += [Conv(f"convolution {stage}.{k}", width, kernel=3) for k in range(1, count + 1)]
        rows.append(MaxPool(f"max pool {stage}", 2, stride=2))
    return Design([*rows, AdaptiveAvgPool("avg pool", 7), *classifier(num_classes)], batch_norm=False)


def classifier(num_classes: int) -> list[Node]:
    """The three fully connected layers that hold most of AlexNet's and VGG's parameters."""
    return [
        HiddenLinear("fc 1", 4096),
        Dropout("dropout 1", 0.5),
        HiddenLinear("fc 2", 4096),
        Dropout("dropout 2", 0.5),
        Linear("linear", num_classes),
    ]
