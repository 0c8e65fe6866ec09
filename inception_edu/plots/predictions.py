"""Pictures with what a network says they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .style import COLORS

if TYPE_CHECKING:  # figures of numbers alone need no torch
    import torch


def draw_predictions(
    images: torch.Tensor, labels: torch.Tensor, predicted: torch.Tensor, classes: Sequence[str], columns: int = 8
) -> Figure:
    """Draw pictures; below each the prediction and, where it is wrong, the truth.

    Args:
        images: uint8, N×3×H×W.
        labels: the truth, N indices into `classes`.
        predicted: what the network says, N indices into `classes`.
        classes: their names.
        columns: how many pictures stand in a row.
    """
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(0.95 * columns, 1.35 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, label, guess in zip(axes.flat, images, labels.tolist(), predicted.tolist()):
        ax.imshow(image.permute(1, 2, 0).cpu().numpy())
        right = guess == label
        words = f"✓ {classes[guess]}\n" if right else f"✗ {classes[guess]}\nis {classes[label]}"
        color = COLORS["5x5"] if right else COLORS["3x3"]
        ax.set_title(words, y=-0.04, va="top", loc="center", fontsize=9, fontweight="normal", color=color, pad=0)
    return figure
