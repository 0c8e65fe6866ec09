"""The smoothed target, its loss, and the logit gap it asks for (*Rethinking the Inception Architecture*, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, log1p
from typing import Any

from .base import Widget
from .params import integer, real


class LabelSmoothing(Widget):
    """Cross-entropy against (1 − ε)·one-hot + ε/K, where the true class's logit lies `gap` above K − 1 equal others.

    With ε = 0 the loss falls for ever as the gap grows (``best_gap`` is None); with ε > 0 it has a lowest point, at
    ``ln(1 + K·(1 − ε)/ε)``.

    >>> round(LabelSmoothing(epsilon=0.1, classes=1000).figures["best_gap"], 3)
    9.105
    """

    KIND = "label-smoothing"
    FRONT = "label_smoothing"
    TITLE = "Label smoothing"
    QUESTION = "How far apart should the logits be? Compare ε = 0 with ε = 0.1, for 10 and for 1,000 classes."
    PARAMS = (
        real("epsilon", 0.1, 0.0, 0.9, "Smoothing ε", step=0.01),
        integer("classes", 1000, 2, 1000, "Classes K"),
        real("gap", 5.0, 0.0, 20.0, "Logit gap", step=0.1),
    )
    FIGURES = {
        "target_true": "Target of the true class",
        "target_other": "Target of each other class",
        "loss": "Loss",
        "best_gap": "Gap of lowest loss",
        "best_loss": "Lowest loss",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Target, prediction and loss at this gap, and where the loss is lowest."""
        epsilon, classes, gap = p["epsilon"], p["classes"], p["gap"]
        other = epsilon / classes
        true = 1 - epsilon + other
        log_true = -log1p((classes - 1) * exp(-gap))
        log_other = log_true - gap
        return {
            "target_true": true,
            "target_other": other,
            "predicted_true": exp(log_true),
            "predicted_other": exp(log_other),
            "loss": -(true * log_true + (classes - 1) * other * log_other),
            "hard_loss": -log_true,
            "best_gap": log(true / other) if other else None,
            "best_loss": -(true * log(true) + (classes - 1) * other * log(other)) if other else 0.0,
        }
