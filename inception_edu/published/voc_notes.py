"""The notes' experiment on VOC object crops: its learning curves and what its data holds.

Inception-v2 against "GoogLeNet-BN", 100 epochs.

The notes print the first two and the last three epochs of each; the rest is from the training log in their author's
repository (zjZSTU/GoogLeNet, *Inception_v2 vs. GoogLeNet_BN*). The training loss includes the auxiliary classifiers'.
What the figures mean, and what not, stands in the recipes `voc_inception_v2` and `voc_googlenet_bn`.
"""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["VOC_CROPS", "voc_curves"]

VOC_CROPS = {
    "aeroplane": (1171, 285),
    "bicycle": (1064, 337),
    "bird": (1605, 459),
    "boat": (1140, 263),
    "bottle": (1764, 469),
    "bus": (822, 213),
    "car": (3267, 1201),
    "cat": (1593, 358),
    "chair": (3152, 756),
    "cow": (847, 244),
    "diningtable": (824, 206),
    "dog": (2025, 489),
    "horse": (1072, 348),
    "motorbike": (1052, 325),
    "person": (13256, 4528),
    "pottedplant": (1487, 480),
    "sheep": (1070, 242),
    "sofa": (814, 239),
    "train": (925, 282),
    "tvmonitor": (1108, 308),
}
"""Crops a class, to train and to test: objects that are not difficult of VOC 2007 and 2012."""


def voc_curves() -> dict[str, list[dict[str, float]]]:
    """Read both curves.

    Returns:
        For `inception_v2` and `googlenet_bn`, one dict an epoch with the keys of a training history; accuracies from
        0 to 1, losses in nats.
    """
    curves: dict[str, list[dict[str, float]]] = {}
    with open(Path(__file__).with_name("voc_notes.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row.pop("network")
            figures = {key: float(value) for key, value in row.items()}
            curves.setdefault(name, []).append(figures | {"epoch": int(row["epoch"])})
    return curves
