"""What batch normalization makes of one channel's values, in training and in evaluation (Ioffe and Szegedy 2015)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import sqrt
from typing import Any

from .base import Widget
from .params import choice, integer, real
from .random_numbers import stream

MEAN, SPREAD = 2.0, 1.5
"""Of all values that the channel ever sends; the running statistics have settled there."""

PICTURE = 3.5
"""The first value of every batch: always the same picture's."""

BATCHES, LARGEST, EPSILON = 50, 64, 1e-5


@cache
def _drawn() -> list[list[float]]:
    """The values of each batch. Twelve even draws less six have mean 0, variance 1, and nearly the normal's shape."""
    draw = stream(29)
    rest = range(LARGEST - 1)
    return [[PICTURE, *(MEAN + SPREAD * (sum(draw() for _ in range(12)) - 6) for _ in rest)] for _ in range(BATCHES)]


def _statistics(values: Sequence[float]) -> tuple[float, float]:
    """Mean and variance, the biased one: batch norm divides by the number of values."""
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values) / len(values)


class BatchNorm(Widget):
    """A batch of values of one channel, before batch norm and after.

    In training the layer takes the batch's own mean and variance, in evaluation the running ones. One picture is in
    every batch: what becomes of it depends on the others in training, and on nothing but itself in evaluation.

    >>> BatchNorm(mode="eval", gamma=1.5, beta=2.0).figures["moved"] < 1e-4
    True
    """

    KIND = "batch-norm"
    FRONT = "batch_norm"
    TITLE = "Batch normalization"
    QUESTION = "One picture is in every batch. What decides what becomes of it, in training and in evaluation?"
    PARAMS = (
        choice("mode", "train", [("train", "training"), ("eval", "evaluation")], "The layer is in"),
        integer("batch", 8, 2, LARGEST, "Values in the batch"),
        integer("number", 1, 1, BATCHES, "Which batch"),
        real("gamma", 1.0, 0.0, 2.0, "Scale γ", step=0.1),
        real("beta", 0.0, -3.0, 3.0, "Shift β", step=0.1),
    )
    FIGURES = {
        "batch_mean": "Mean of the batch",
        "batch_var": "Variance of the batch",
        "running_mean": "Running mean",
        "running_var": "Running variance",
        "picture_after": "What becomes of the picture",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Statistics before and after, and what becomes of the picture in this batch and in all fifty."""
        training, size = p["mode"] == "train", p["batch"]
        running = (MEAN, SPREAD**2)

        def after(value: float, mean: float, variance: float) -> float:
            return p["gamma"] * (value - mean) / sqrt(variance + EPSILON) + p["beta"]

        known = [_statistics(batch[:size]) for batch in _drawn()]
        values = _drawn()[p["number"] - 1][:size]
        mean, variance = known[p["number"] - 1]
        used = (mean, variance) if training else running
        results = [after(value, *used) for value in values]
        result_mean, result_var = _statistics(results)
        pictures = [after(PICTURE, *(own if training else running)) for own in known]
        return {
            "batch_mean": mean,
            "batch_var": variance,
            "running_mean": running[0],
            "running_var": running[1],
            "mean_off": abs(mean - running[0]),
            "after_mean": result_mean,
            "after_spread": sqrt(result_var),
            "picture_after": results[0],
            "picture_least": min(pictures),
            "picture_most": max(pictures),
            "moved": max(abs(one - other) for one, other in zip(results, values)),
        }
