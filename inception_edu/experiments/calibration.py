"""What label smoothing does to a small network: its accuracy, its confidence, and whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from .by_heart import KINDS, fit, pictures

__all__ = ["calibration_error", "measure", "reliability", "small_network", "trained"]


def small_network() -> nn.Sequential:
    """N×3×16×16 → logits N×4: two convolutions and a linear layer."""
    return nn.Sequential(
        nn.Conv2d(3, 24, 5, stride=2, padding=2),  # 24×8×8
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.Conv2d(24, 48, 3, stride=2, padding=1),  # 48×4×4
        nn.BatchNorm2d(48),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(48 * 4 * 4, len(KINDS)),
    )


def trained(epsilon: float, data: tuple[Tensor, Tensor], *, seed: int, epochs: int) -> nn.Module:
    """The small network after a training with label smoothing ε."""
    torch.manual_seed(seed)

    def loss(logits: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(logits, labels, label_smoothing=epsilon)

    return fit(small_network(), data, loss, seed=seed, epochs=epochs)


def reliability(logits: Tensor, labels: Tensor, bins: int = 10) -> Tensor:
    """Confidence, share of right answers and share of pictures of each bin that is not empty: B×3."""
    confidence, choice = logits.softmax(1).max(1)
    right = (choice == labels).float()
    where = (confidence * bins).long().clamp(max=bins - 1)
    rows = []
    for number in range(bins):
        inside = where == number
        if inside.any():
            rows.append((confidence[inside].mean(), right[inside].mean(), inside.float().mean()))
    return torch.tensor(rows)


def calibration_error(logits: Tensor, labels: Tensor) -> float:
    """Mean distance of confidence and share of right answers over the bins, weighted by their pictures."""
    confidence, accuracy, share = reliability(logits, labels).T
    return (share * (confidence - accuracy).abs()).sum().item()


def measure(epsilons: Sequence[float], *, seeds: Sequence[int], epochs: int, count: int) -> list[dict]:
    """Train with each ε and each seed, and test.

    Args:
        epsilons: Smoothings.
        seeds: Of the runs.
        epochs: Passes over the pictures.
        count: Training pictures.

    Returns:
        For each ε a dict: `epsilon`, and one value a seed of `accuracy`, `confidence` and `calibration_error` (0 to 1),
        and of `cross_entropy` (nats, against the true labels), all on the test pictures.
    """
    train_set, (images, labels) = pictures("train", count), pictures("test")
    found = []
    for epsilon in epsilons:
        rows = []
        for seed in seeds:
            model = trained(epsilon, train_set, seed=seed, epochs=epochs)
            with torch.no_grad():
                logits = model(images)
            confidence, choice = logits.softmax(1).max(1)
            rows.append(
                {
                    "accuracy": (choice == labels).float().mean().item(),
                    "confidence": confidence.mean().item(),
                    "calibration_error": calibration_error(logits, labels),
                    "cross_entropy": functional.cross_entropy(logits, labels).item(),
                }
            )
        found.append({"epsilon": epsilon, **{key: [row[key] for row in rows] for key in rows[0]}})
    return found
