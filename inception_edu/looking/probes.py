"""Linear probes: what could be told from the features of an inner row, by a linear classifier trained for it alone.

Alain and Bengio, *Understanding intermediate layers using linear classifier probes*, 2016 (arXiv:1610.01644). A probe
does not change the network. Here it reads the mean of each channel over the grid, as the network's own last layer does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..models import Model


@torch.no_grad()
def pooled_features(model: Model, x: Tensor, stages: Sequence[str], batch_size: int = 250) -> dict[str, Tensor]:
    """The mean of every channel over the grid, after each of some rows: N×C×H×W → by name, N×C'."""
    parts = [model.stage_features(batch, stages) for batch in x.split(batch_size)]
    return {name: torch.cat([part[name].flatten(2).mean(2) for part in parts]) for name in stages}


@dataclass(frozen=True)
class Probe:
    """A linear classifier on standardized features.

    Attributes:
        layer: features N×C → logits N×K.
        mean, std: of each feature on the pictures of its training.
    """

    layer: nn.Linear
    mean: Tensor
    std: Tensor

    @torch.no_grad()
    def accuracy(self, features: Tensor, labels: Tensor) -> float:
        """Share of rightly told pictures, 0 to 1."""
        guesses = self.layer((features.double() - self.mean) / self.std).argmax(1)
        return (guesses == labels).double().mean().item()


def fit_probe(features: Tensor, labels: Tensor, classes: int, decay: float = 1e-2, steps: int = 100) -> Probe:
    """Train a probe: cross-entropy and `decay` / 2 times the squared weights, by L-BFGS from zero.

    The loss is convex, so there is no seed and no learning rate to choose. It is computed in double precision, without
    which the steps get lost in rounding near the lowest point.
    """
    features = features.double()
    mean, std = features.mean(0), features.std(0).clamp_min(1e-6)
    standardized = (features - mean) / std
    layer = nn.Linear(features.shape[1], classes, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.LBFGS(
        layer.parameters(), max_iter=steps, tolerance_grad=1e-5, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = functional.cross_entropy(layer(standardized), labels) + decay / 2 * layer.weight.square().sum()
        loss.backward()
        return loss

    with torch.enable_grad():
        optimizer.step(closure)  # type: ignore[arg-type]
    return Probe(layer.requires_grad_(False), mean, std)
