"""How the learning rate falls over the epochs, by four schedules."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi
from typing import Any

from .base import Widget
from .params import choice, flag, integer, real

ONE_CYCLE_RISE = 0.3  # torch's defaults: the share of the run in which the rate rises,
ONE_CYCLE_START = 25.0  # by what the highest rate is divided at the start,
ONE_CYCLE_END = 1e4  # and the first rate at the end


def _anneal(start: float, end: float, share: float) -> float:
    """From `start` to `end` along half a cosine, as torch writes it."""
    return end + (start - end) / 2 * (1 + cos(pi * share))


def rate_at(p: Mapping[str, Any], epoch: int) -> float:
    """The learning rate in `epoch`, counted from 0, for the settings of :class:`Schedules`.

    The same as torch's StepLR, CosineAnnealingLR and OneCycleLR, stepped once an epoch.
    """
    base, epochs = p["base_rate"], p["epochs"]
    if p["schedule"] == "paper":
        return base * 0.96 ** (epoch // 8)
    if p["schedule"] == "step":
        return base * p["factor"] ** (epoch // p["every"])
    if p["schedule"] == "cosine":
        return _anneal(base, 0.0, epoch / epochs)
    peak = ONE_CYCLE_RISE * epochs - 1
    first = base / ONE_CYCLE_START
    if epoch <= peak:
        return _anneal(first, base, epoch / peak)
    return _anneal(base, first / ONE_CYCLE_END, (epoch - peak) / (epochs - 1 - peak))


class Schedules(Widget):
    """The learning rate by epoch: 4 % less every 8 epochs as in 2014, steps, a cosine, one cycle.

    >>> round(Schedules(schedule="paper", base_rate=0.1, epoch=80).figures["rate"], 6)
    0.066483
    """

    KIND = "schedules"
    FRONT = "schedules"
    TITLE = "Learning rate schedules"
    QUESTION = "After how many epochs has the schedule of 2014 halved the rate?"
    PARAMS = (
        choice(
            "schedule",
            "paper",
            [("paper", "4 % less every 8 epochs"), ("step", "steps"), ("cosine", "cosine"), ("one_cycle", "one cycle")],
            "Schedule",
        ),
        real("base_rate", 0.1, 0.001, 1.0, "Base rate", step=0.001),
        integer("epochs", 200, 10, 300, "Epochs"),
        real("factor", 0.1, 0.05, 0.95, "Multiply by", step=0.05, when=("schedule", ("step",))),
        integer("every", 60, 1, 150, "every … epochs", when=("schedule", ("step",))),
        integer("epoch", 80, 0, 299, "Look at epoch", limit="last_epoch"),
        flag("logarithmic", False, "Logarithmic axis"),
        flag("compare", True, "Show the others"),
    )
    FIGURES = {
        "rate": "Rate at this epoch",
        "last_rate": "Rate at the last epoch",
        "mean_rate": "Mean rate",
    }

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The rate in this epoch, and what the whole schedule comes to."""
        rates = [rate_at(p, epoch) for epoch in range(p["epochs"])]
        return {
            "last_epoch": p["epochs"] - 1,
            "rate": rates[min(p["epoch"], p["epochs"] - 1)],
            "first_rate": rates[0],
            "last_rate": rates[-1],
            "mean_rate": sum(rates) / len(rates),
            "half": next((epoch for epoch, rate in enumerate(rates) if rate <= max(rates) / 2 and epoch), None),
        }
