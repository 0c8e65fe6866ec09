"""The learning curves of the notes' experiment on VOC object crops: Inception-v2 against "GoogLeNet-BN", 100 epochs.

The notes print the first two and the last three epochs of each; the rest is from the training log in their author's
repository (zjZSTU/GoogLeNet, *Inception_v2 vs. GoogLeNet_BN*). The training loss includes the auxiliary classifiers'.
What the figures mean, and what not, stands in the recipes `voc_inception_v2` and `voc_googlenet_bn`.
"""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["voc_curves"]


def voc_curves() -> dict[str, list[dict[str, float]]]:
    """Read both curves.

    Returns:
        For `inception_v2` and `googlenet_bn`, one dict an epoch with the keys of a training history; accuracies from
        0 to 1, losses in nats.
    """
    curves: dict[str, list[dict[str, float]]] = {}
    with open(Path(__file__).with_name("voc_curves.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row.pop("network")
            figures = {key: float(value) for key, value in row.items()}
            curves.setdefault(name, []).append(figures | {"epoch": int(row["epoch"])})
    return curves
