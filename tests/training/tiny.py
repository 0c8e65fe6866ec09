"""A network and data so small that a run takes a second; the training tests share them."""

import torch
from torch import nn

from inception_edu.datasets.base import InMemoryDataset
from inception_edu.training.recipe import Recipe

CLASSES = ("red", "green", "blue")


class TinyNet(nn.Module):
    """Convolution, batch norm, dropout, and an auxiliary classifier: everything that has a state or draws chance."""

    def __init__(self, classes=3, dropout=0.2, batch_norm=True, auxiliary=True, seed=0):
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
            self.norm = nn.BatchNorm2d(8) if batch_norm else nn.Identity()
            self.aux = nn.Linear(8, classes) if auxiliary else None
            self.dropout = nn.Dropout(dropout)
            self.linear = nn.Linear(8, classes)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x))).mean((2, 3))
        logits = self.linear(self.dropout(x))
        return (logits, self.aux(x)) if self.training and self.aux is not None else logits


def tiny_data(samples=48, split="train", classes=CLASSES, size=8):
    """Noise with one channel brighter than the others: the class."""
    generator = torch.Generator().manual_seed(len(split))
    labels = torch.arange(samples) % len(classes)
    images = torch.randint(0, 100, (samples, 3, size, size), generator=generator, dtype=torch.uint8)
    images[torch.arange(samples), labels % 3] += 60
    return InMemoryDataset(images, name="shapes", split=split, classes=classes, labels=labels.numpy(), official=True)


def tiny_sets(samples=48, **kwargs):
    return tiny_data(samples, "train", **kwargs), tiny_data(24, "test", **kwargs)


def tiny_recipe(**changes):
    """A recipe that uses every part of the loop that has a state."""
    recipe = Recipe(name="tiny").override(
        {
            "epochs": 3,
            "batch_size": 8,
            "data.image_size": 8,
            "augment.flip": "alternate",
            "augment.crop": "translate",
            "augment.translate": 1,
            "optimizer.lr": 0.05,
            "optimizer.weight_decay": 1e-3,
            "schedule.name": "cosine",
            "schedule.warmup": 0.2,
            "averaging.name": "ema",
            "averaging.decay": 0.8,
        }
    )
    return recipe.override(changes)
