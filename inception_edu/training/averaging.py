"""Averaged weights: torch's `AveragedModel`, started and updated as a recipe says.

The 2014 paper made its final network by Polyak averaging (section 6); an exponential average does the same with a
shorter memory. Batch-norm statistics are averaged along, so that the averaged network is ready to use.
"""

from __future__ import annotations

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .specs import AveragingSpec

__all__ = ["Averaging"]


class Averaging:
    """The running average of a network's weights, or nothing if the recipe asks for none."""

    def __init__(self, model: nn.Module, spec: AveragingSpec, total_steps: int) -> None:
        self.spec = spec
        self.first_step = int(spec.start * total_steps)
        self.average: AveragedModel | None = None
        if spec.name == "ema":
            self.average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(spec.decay), use_buffers=True)
        elif spec.name == "mean":
            self.average = AveragedModel(model, use_buffers=True)

    def update(self, model: nn.Module, step: int) -> None:
        """Take the weights after `step` steps into the average, if it is their turn."""
        if self.average is not None and step > self.first_step and step % self.spec.every == 0:
            self.average.update_parameters(model)

    def best_model(self, model: nn.Module) -> nn.Module:
        """The network to test and to keep: the average once it has begun, else `model` itself."""
        if self.average is None or self.average.n_averaged == 0:
            return model
        return self.average.module

    def state_dict(self) -> dict:
        """What a checkpoint keeps of the average."""
        return self.average.state_dict() if self.average is not None else {}

    def load_state_dict(self, state: dict) -> None:
        """Go on from what `state_dict` gave."""
        if self.average is not None:
            self.average.load_state_dict(state)
