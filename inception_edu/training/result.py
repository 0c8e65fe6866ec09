"""What a run has to show: its figures, and everything needed to judge or repeat them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from .recipe import Recipe

__all__ = ["TrainingResult"]


@dataclass
class TrainingResult:
    """The result of `train`.

    recipe: as it was run, overrides included. model: the trained network, in evaluation mode; model_name: the recipe's,
    or the class of a network that the caller gave. history: one dict an
    epoch (epoch, train_loss, train_accuracy, test_loss, test_accuracy, learning_rate, seconds; accuracies from 0 to 1;
    test figures None where an epoch was not tested). test_accuracy: the figure that counts, of the last epoch or the
    best as the recipe says. official: whether the data is the complete published set. notes: what a reader of the
    figure must know. seconds: wall time of all epochs and tests.
    """

    recipe: Recipe
    model: nn.Module = field(repr=False)
    model_name: str
    history: list[dict[str, Any]] = field(repr=False)
    test_accuracy: float
    best_test_accuracy: float
    test_loss: float
    official: bool
    data: dict[str, Any] = field(repr=False)
    device: str
    seconds: float
    images_per_second: float
    processes: int
    precision: str
    checkpoint: Path | None
    notes: list[str]
    provenance: dict[str, Any] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, ready for JSON: what `inception-edu train --json` prints."""
        recipe = self.recipe
        return {
            "recipe": recipe.name,
            "model": self.model_name,
            "data": self.data["train"]["name"],
            "official": self.official,
            "epochs": recipe.epochs,
            "seed": recipe.seed,
            "device": self.device,
            "seconds": round(self.seconds, 3),
            "test_accuracy": self.test_accuracy,
            "best_test_accuracy": self.best_test_accuracy,
            "test_loss": self.test_loss,
            "history": [dict(row) for row in self.history],
            "checkpoint": str(self.checkpoint) if self.checkpoint else None,
            "notes": list(self.notes),
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "images_per_second": round(self.images_per_second, 1),
            "precision": self.precision,
            "processes": self.processes,
            "data_details": self.data,
            "settings": recipe.to_dict(),
            **{key: value for key, value in self.provenance.items() if key != "device"},
        }

    def to_json(self, indent: int | None = 2) -> str:
        """The result as JSON text; figures that are not finite become null."""
        return json.dumps(_finite(self.to_dict()), indent=indent, default=str, allow_nan=False)

    def summary(self) -> str:
        """One line: what was trained on what, how well, in what time."""
        data = self.data["train"]["name"]
        line = f"{self.recipe.name}: {self.model_name} on {data}, {self.recipe.epochs} epochs in {self.seconds:.0f} s"
        line += f", test accuracy {self.test_accuracy:.2%}"
        return line + "".join(f"\n  note: {note}" for note in self.notes)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
