"""What auxiliary heads do to the gradient: one network trained with them and without, from the same weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["RECIPE", "RUNS", "record"]

RUNS = {"with": 0.3, "without": 0.0}
"""The weight of the heads' losses in both runs."""

RECIPE = {
    "name": "auxiliary gradients",
    "epochs": 2,
    "batch_size": 32,
    "model": {"name": "googlenet", "stem": "cifar", "width": 0.125},
    "data": {"name": "shapes", "image_size": 32, "test_subset": 100},
    "augment": {"flip": "random"},
    "optimizer": {"name": "adam", "lr": 1e-3},
    "schedule": {"name": "constant"},
    "evaluation": {"every": 0},
}
"""What the book recorded: plain GoogLeNet, as without batch normalization the gradient has the harder way."""


def record(*, every: int = 5, seeds: Iterable[int] = (0, 1), **settings: Any) -> dict[str, Any]:
    """Train with heads and without, from the same weights on the same images, and record the norms of the gradients.

    Args:
        every: Steps that are averaged.
        seeds: One pair of runs each; the norms are their geometric mean, losses and accuracies the mean.
        **settings: Changes to `RECIPE`, by dotted name, and arguments of `inception_edu.train`.

    Returns:
        What the widget `AuxiliaryGradients` takes and JSON can hold: ``with`` and ``without``, each as from
        `inception_edu.experiments.gradients.record_gradients`.
    """
    from ..training.recipe import Recipe
    from .gradients import record_gradients  # needs torch, which the widget that shows a recording does not

    recipe = Recipe.from_dict(RECIPE)
    made: dict[str, Any] = {"seeds": list(seeds)}
    for name, weight in RUNS.items():
        wanted = {**settings, "loss.aux_weight": weight}
        runs = [record_gradients(recipe, every=every, seed=seed, **wanted) for seed in made["seeds"]]
        made[name] = {
            **runs[0],
            "norms": _rounded(np.exp(np.mean([np.log(run["norms"]) for run in runs], axis=0)).tolist()),
            **{key: _rounded(np.mean([run[key] for run in runs], axis=0).tolist()) for key in ("loss", "accuracy")},
        }
    return made


def _rounded(numbers: Any) -> Any:
    """Five digits of each number: more would be noise."""
    return [_rounded(n) for n in numbers] if isinstance(numbers, list) else float(f"{numbers:.5g}")
