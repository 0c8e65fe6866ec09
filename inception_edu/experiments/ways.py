"""Networks that differ in one thing, trained alike on the synthetic set: which way of doing it is better?

The chapters on factorizing and on grid reduction run this for a few epochs, `benchmarks/chapter_experiment.py` runs it
for longer and keeps the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import nn

from ..datasets import open_dataset
from ..training.recipe import Recipe
from ..training.result import TrainingResult
from ..training.run import train

__all__ = ["compare_ways", "recipe"]


def recipe(epochs: int) -> Recipe:
    """How all of them are trained."""
    return Recipe.from_dict(
        {
            "epochs": epochs,
            "batch_size": 50,
            "optimizer": {"lr": 0.05, "nesterov": True, "weight_decay": 5e-4, "decay_norms": False},
            "schedule": {"name": "one_cycle", "warmup": 0.25},
            "evaluation": {"every": 0},
        }
    )


def compare_ways(
    ways: Mapping[str, Callable[[], nn.Module]], *, epochs: int, seeds: int
) -> dict[str, list[TrainingResult]]:
    """Train a network of each way with each seed.

    Args:
        ways: What makes the network, by the name of the way: 3×32×32 pictures → 10 logits.
        epochs: Passes over the 4,000 training pictures.
        seeds: How many runs of each way, with the seeds 0, 1, … The seed decides the first weights and the order of
            the pictures: runs of one seed see the same, and can be compared pair by pair.

    Returns:
        The results of each way, one a seed.
    """
    datasets = open_dataset("shapes"), open_dataset("shapes", split="test")

    def trained(make: Callable[[], nn.Module], seed: int) -> TrainingResult:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = make()
        return train(recipe(epochs), model=model, datasets=datasets, seed=seed, progress=False)

    return {name: [trained(make, seed) for seed in range(seeds)] for name, make in ways.items()}
