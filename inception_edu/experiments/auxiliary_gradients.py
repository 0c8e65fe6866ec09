"""What auxiliary heads do to the gradient of one network, at its first weights and while it is trained."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean, geometric_mean
from typing import TYPE_CHECKING, Any

from .intervals import estimate

if TYPE_CHECKING:
    from ..training.recipe import Recipe

__all__ = ["MOMENTS", "RECIPE", "record"]

Gradients = dict[str, tuple[float, float]]
"""What `inception_edu.experiments.gradients.relative_gradients` returns."""

MOMENTS = (0, 5, 10, 20, 40, 80, 124, 160, 200, 249, 300, 374)
"""Steps before which the gradients are measured."""

RECIPE = {
    "name": "auxiliary gradients",
    "epochs": 3,
    "batch_size": 16,
    "model": {"name": "googlenet", "width": 0.125},
    "data": {"name": "shapes", "image_size": 80, "subset": 2000, "test_subset": 100},
    "augment": {"flip": "random"},
    "loss": {"aux_weight": 0.3},
    "optimizer": {"name": "adam", "lr": 1e-3},
    "schedule": {"name": "constant"},
    "evaluation": {"every": 0},
}
"""What the book recorded: plain GoogLeNet, for without batch normalization the gradient has the harder way."""

PICTURES = 128
"""How many of the training pictures the gradients are measured on, always the same."""


def record(
    *,
    moments: Iterable[int] = MOMENTS,
    seeds: Iterable[int] = range(5),
    keep: str | Path | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Train with the heads' losses and measure, at each moment, both gradients of the network as it is.

    Args:
        moments: Steps before which is measured, counted from 0.
        seeds: One run each.
        keep: A folder in which each run's figures are kept, and found again by a later call.
        **settings: Changes to `RECIPE`, by dotted name.

    Returns:
        What the widget `AuxiliaryGradients` takes and JSON can hold: ``moments``, ``stages``, and a row for each moment
        with a figure for each stage: ``alone`` (relative gradient of the last classifier's loss, geometric mean over
        the seeds), ``factor`` (by which the heads' losses enlarge it) and ``margin`` (Student's 95 % interval of the
        factor reaches from factor / margin to factor × margin); ``loss`` by moment, that of the last classifier on the
        pictures that are measured on.
    """
    from ..training.recipe import Recipe

    moments, seeds = list(moments), list(seeds)
    recipe = Recipe.from_dict(RECIPE).override(settings)
    runs = [_kept(recipe.override({"seed": seed}), moments, keep) for seed in seeds]
    return {
        "moments": moments,
        "seeds": seeds,
        "pictures": PICTURES,
        "settings": recipe.to_dict(),
        "stages": list(runs[0][0][0]),
        "loss": [_digits(fmean(losses)) for losses in zip(*([loss for _, loss in run] for run in runs))],
        **_means([[gradients for gradients, _ in run] for run in runs]),
    }


def _kept(recipe: Recipe, moments: list[int], keep: str | Path | None) -> list[tuple[Gradients, float]]:
    """One training, or what was kept of it."""
    if keep is None:
        return _run(recipe, moments)
    path = Path(keep) / f"auxiliary_gradients_{recipe.seed}.json"
    asked = json.loads(json.dumps({"recipe": recipe.to_dict(), "moments": moments}))
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if kept.get("asked") != asked:  # another recipe's figures, or those of other moments
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {"asked": asked, "found": _run(recipe, moments)}
        path.write_text(json.dumps(kept), encoding="utf-8")
    return kept["found"]


def _run(recipe: Recipe, moments: list[int]) -> list[tuple[Gradients, float]]:
    """One training: by moment, what `relative_gradients` says, and the last classifier's loss."""
    import torch

    from ..augmentation.batches import Normalize
    from ..datasets import open_dataset
    from ..training.run import train
    from .gradients import relative_gradients

    shapes = open_dataset("shapes", image_size=recipe.data.image_size, subset=PICTURES)
    normalize = Normalize(recipe.data.mean, recipe.data.std, torch.device("cpu"))
    images = normalize(torch.stack([image for image, _ in shapes]))
    found: list[tuple[Gradients, float]] = []
    steps = 0

    def look(event: str, loop: Any) -> None:
        nonlocal steps
        if event != "gradients":
            return
        if steps in moments:
            gradients = relative_gradients(loop.model, images, shapes.labels, recipe.loss.aux_weight)
            loop.model.eval()
            with torch.no_grad():
                loss = torch.nn.functional.cross_entropy(loop.model(images), shapes.labels).item()
            loop.model.train()
            found.append((gradients, loss))
        steps += 1

    train(recipe, device="cpu", progress=False, callback=look)
    if len(found) < len(moments):
        raise ValueError(f"the training has {steps} steps; it has no step {max(moments)}")
    return found


def _means(runs: list[list[Gradients]]) -> dict[str, Any]:
    """Over the seeds, by moment and stage: geometric means, and the interval of the factor."""
    rows: dict[str, list[list[float]]] = {"alone": [], "factor": [], "margin": []}
    for seeds in zip(*runs):  # the seeds at one moment
        alone = [[one[stage][0] for one in seeds] for stage in seeds[0]]
        factors = [[math.log(one[stage][1] / one[stage][0]) for one in seeds] for stage in seeds[0]]
        found = [estimate(logs) for logs in factors]
        rows["alone"].append([_digits(geometric_mean(values)) for values in alone])
        rows["factor"].append([_digits(math.exp(one["mean"])) for one in found])
        rows["margin"].append([_digits(math.exp(one["margin"])) for one in found])
    return rows


def _digits(number: float) -> float:
    """Four digits: more would be noise."""
    return float(f"{number:.4g}")
