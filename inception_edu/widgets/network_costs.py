"""Where four networks keep their parameters and spend their work, and what global average pooling removes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ..architectures import AdaptiveAvgPool, Architecture, Linear, Node, architecture
from .base import Widget
from .params import choice, integer

NETWORKS = {"lenet5": "LeNet-5", "alexnet_2012": "AlexNet", "vgg16": "VGG-16", "googlenet": "GoogLeNet"}
PUBLISHED, AVERAGED = "published", "averaged"
SIDES = range(100, 301, 25)  # per cent of the side that the network was published for


def _parts(network: Architecture, classifier: str) -> tuple[list[Node], list[Node]]:
    """The rows up to the last grid, and the classifier that reads it, without what shields it from larger pictures."""
    first = next(place for place, row in enumerate(network.rows) if isinstance(row, Linear))
    body = [row for row in network.rows[:first] if not isinstance(row, AdaptiveAvgPool)]
    average = AdaptiveAvgPool("global average pool")
    if classifier == AVERAGED:
        return body, [average, Linear("linear", network.num_classes)]
    averages = any(isinstance(row, AdaptiveAvgPool) and row.size == 1 for row in network.rows)  # GoogLeNet
    return body, [*([average] if averages else []), *network.rows[first:]]


@cache
def _costs() -> dict[str, dict[str, dict[str, list[int]]]]:
    """By classifier, side in per cent, and network: side, last grid, and the costs of the two kinds of layers.

    Four numbers follow the grid: parameters and multiply-adds of the convolutions, then of the fully connected layers.
    """
    return {
        classifier: {
            str(side): {name: _cost(architecture(name, aux_logits=False), classifier, side) for name in NETWORKS}
            for side in SIDES
        }
        for classifier in (PUBLISHED, AVERAGED)
    }


def _cost(network: Architecture, classifier: str, percent: int) -> list[int]:
    body, head = _parts(network, classifier)
    side = (network.image_size[0] * percent + 50) // 100
    rows = replace(network, rows=(*body, *head)).trace(side)
    layers = [layer for row in rows for layer in row.layers]
    costs = []
    for full in (False, True):
        part = [layer for layer in layers if isinstance(layer.op, Linear) is full]
        costs += [sum(layer.params for layer in part), sum(layer.macs for layer in part)]
    return [side, rows[len(body) - 1].output[1], *costs]


class NetworkCosts(Widget):
    """LeNet-5, AlexNet, VGG-16 and GoogLeNet, each in two parts: its convolutions, its fully connected layers.

    `side` enlarges the pictures. A fully connected layer is then sized anew for the grid that reaches it, so that it is
    the layer of another network. With ``classifier="averaged"`` the last grid is averaged, channel by channel, and one
    linear layer names the classes, as in GoogLeNet. Auxiliary heads do not count.

    >>> NetworkCosts(classifier="averaged").figures["vgg16_removed"]
    123129856
    """

    KIND = "network-costs"
    FRONT = "network_costs"
    TITLE = "Parameters and work"
    QUESTION = "Where do the parameters sit, where is the work, and what does global average pooling remove?"
    PARAMS = (
        integer("side", 100, SIDES[0], SIDES[-1], "Side of the picture", SIDES.step, unit="% of the published"),
        choice(
            "classifier",
            PUBLISHED,
            [(PUBLISHED, "as published"), (AVERAGED, "global average")],
            "Classifier",
        ),
    )
    FIGURES = {
        f"{name}_{figure}": f"{title}, {label}"
        for name, title in NETWORKS.items()
        for figure, label in (("params", "parameters"), ("full_params", "of them fully connected"))
    }

    def __init__(self, **settings: Any) -> None:
        super().__init__(data={"costs": _costs()}, **settings)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Costs of both parts of each network, and what the change of the classifier removed."""
        figures = {}
        costs = self.data["costs"]
        for name, found in costs[p["classifier"]][str(p["side"])].items():
            side, grid, conv_params, conv_macs, full_params, full_macs = found
            before = costs[PUBLISHED][str(p["side"])][name]
            own = {
                "side": side,
                "grid": grid,
                "conv_params": conv_params,
                "conv_macs": conv_macs,
                "full_params": full_params,
                "full_macs": full_macs,
                "params": conv_params + full_params,
                "macs": conv_macs + full_macs,
                "params_share": full_params / (conv_params + full_params),
                "macs_share": full_macs / (conv_macs + full_macs),
                "removed": before[4] - full_params,
                "removed_macs": before[5] - full_macs,
            }
            figures |= {f"{name}_{figure}": value for figure, value in own.items()}
        return figures
