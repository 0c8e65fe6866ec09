"""GoogLeNet with a first module of half the cost: does it learn as well?"""

from __future__ import annotations

from dataclasses import replace

import torch

from ..architectures import Inception, architecture
from ..models.network import Network
from ..training.recipe import load_recipe
from ..training.result import TrainingResult
from ..training.run import train

__all__ = ["MODULES", "compare_modules"]

MODULES = {
    "as printed": Inception("3a", 64, 96, 128, 16, 32, 32),
    "half the cost": Inception("3a", 128, 40, 64, 16, 32, 32),
}
"""Two versions of (3a) with outputs of the same depth."""


def compare_modules(*, epochs: int, seeds: int, recipe: str = "quick") -> dict[str, list[TrainingResult]]:
    """Train the recipe's network with each version of its module (3a).

    Args:
        epochs: Passes over the training pictures.
        seeds: How many runs of each version, with the seeds 0, 1, … The seed decides the first weights and the order
            of the pictures: runs of one seed see the same, and can be compared pair by pair.
        recipe: Name of the recipe; its network is GoogLeNet's, with or without batch norm.

    Returns:
        The results of each version, one a seed.
    """
    spec = load_recipe(recipe).model
    size = load_recipe(recipe).data.image_size
    printed = architecture(
        spec.name, num_classes=10, image_size=size, aux_logits=False, width=spec.width, **spec.options
    )

    def trained(module: Inception, seed: int) -> TrainingResult:
        narrow = module.scaled(spec.width)
        rows = tuple(narrow if row.name == narrow.name else row for row in printed.rows)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = Network(replace(printed, rows=rows))
        return train(recipe, model=network, epochs=epochs, seed=seed, progress=False)

    return {name: [trained(module, seed) for seed in range(seeds)] for name, module in MODULES.items()}
