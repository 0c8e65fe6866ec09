"""How many channels of a trained network may be left out before it notices: principal components against chance."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..datasets import open_dataset
from .by_heart import descend

__all__ = ["CHANNELS", "WIDTHS", "Halves", "accuracy_through", "components", "measure", "pictures"]

CHANNELS = 64
"""Feature maps in the middle of the network."""
WIDTHS = (1, 2, 4, 8, 16, 24, 32, 48, 64)
"""How many mixtures of them are kept."""
SIDE = 24
"""Pixels of a picture's side."""


class Halves(nn.Module):
    """N×3×24×24 → ``lower`` → N×64×12×12 → ``upper`` → logits N×classes."""

    def __init__(self, classes: int):
        super().__init__()
        self.lower = nn.Sequential(_unit(3, 32, 5, stride=2), _unit(32, CHANNELS, 3))
        self.upper = nn.Sequential(
            _unit(CHANNELS, 64, 3, stride=2), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(64, classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        """N×3×24×24 → logits N×classes."""
        return self.upper(self.lower(x))

    def learn(self, images: Tensor, labels: Tensor, *, seed: int, epochs: int, batch: int = 64) -> Halves:
        """Train with Adam, the rate rising once to 0.01 and falling to nothing; left in evaluation mode."""
        generator = torch.Generator().manual_seed(seed)
        optimizer = torch.optim.Adam(self.parameters())
        steps = epochs * -(-len(labels) // batch)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps)
        orders = (torch.randperm(len(labels), generator=generator) for _ in range(epochs))
        batches = ((images[part], labels[part]) for order in orders for part in order.split(batch))
        for _ in descend(self, batches, optimizer, functional.cross_entropy, schedule):
            pass
        return self.eval()


def _unit(in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2)
    return nn.Sequential(convolution, nn.BatchNorm2d(out_channels), nn.ReLU())


def pictures(split: str) -> tuple[Tensor, Tensor, int]:
    """Images N×3×24×24 of the synthetic set between −1 and 1, their labels, and how many classes there are."""
    data = open_dataset("shapes", split=split, image_size=SIDE)
    return torch.stack([image for image, _ in data]).float() / 127.5 - 1, data.labels, len(data.classes)


def components(features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Principal components of the channels of N×C×H×W.

    Returns:
        Their variances, largest first; the components as columns C×C; the channels' means.
    """
    values = features.transpose(0, 1).flatten(1)  # one row a channel
    mean = values.mean(1, keepdim=True)
    covariance = (values - mean) @ (values - mean).T / values.shape[1]
    variances, vectors = torch.linalg.eigh(covariance)
    return variances.flip(0).clamp(min=0), vectors.flip(1), mean[:, 0]


@torch.no_grad()
def accuracy_through(model: Halves, features: Tensor, labels: Tensor, basis: Tensor) -> float:
    """Accuracy if only what lies along the columns of `basis` (C×r) reaches the upper half."""
    center = features.mean((0, 2, 3))[:, None, None]
    project = (basis @ basis.T)[:, :, None, None]
    seen = functional.conv2d(features - center, project) + center
    return (model.upper(seen).argmax(1) == labels).float().mean().item()


def measure(*, seeds: Sequence[int], epochs: int) -> list[dict]:
    """Train with each seed, and keep more and more of the channels.

    Returns:
        A row a seed: shares of the variance that the best 1, 2, … mixtures hold after the training, before it and in
        noise, and the test accuracy through `WIDTHS` mixtures, the best ones and ones by chance.
    """
    images, labels, classes = pictures("train")
    test_images, test_labels, _ = pictures("test")
    rows = []
    for seed in seeds:
        torch.manual_seed(seed)
        model = Halves(classes)
        with torch.no_grad():
            before, _, _ = components(model.train().lower(test_images[:500]))
        noise, _, _ = components(torch.randn(500, CHANNELS, SIDE // 2, SIDE // 2))
        model.learn(images, labels, seed=seed, epochs=epochs)
        with torch.no_grad():
            features = model.lower(test_images)
        after, vectors, _ = components(features)

        def through(basis: Tensor, model=model, features=features) -> float:
            return accuracy_through(model, features, test_labels, basis)

        row: dict = {"seed": seed}
        for name, variances in (("trained", after), ("untrained", before), ("noise", noise)):
            row[name] = [round(share, 4) for share in (variances.cumsum(0) / variances.sum()).tolist()]
        row["best"] = [through(vectors[:, :width]) for width in WIDTHS]
        row["chance"] = [through(torch.linalg.qr(torch.randn(CHANNELS, width))[0]) for width in WIDTHS]
        rows.append(row)
    return rows
