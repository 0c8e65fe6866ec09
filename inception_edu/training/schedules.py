"""How the learning rate moves: torch's schedulers, set up from a recipe.

`step` and `milestones` move at the end of an epoch; `cosine` and `one_cycle` at every step of the optimizer.
"""

from __future__ import annotations

from torch.optim import Optimizer
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiStepLR,
    OneCycleLR,
    SequentialLR,
    StepLR,
)

from .specs import ScheduleSpec

__all__ = ["make_schedule"]


def make_schedule(
    optimizer: Optimizer, spec: ScheduleSpec, epochs: int, steps_per_epoch: int
) -> tuple[LRScheduler, bool]:
    """The scheduler, and whether it moves at every step (True) or at the end of every epoch (False)."""
    steps = epochs * steps_per_epoch
    if spec.name == "constant":
        return LambdaLR(optimizer, lambda epoch: 1.0), False
    if spec.name == "step":
        return StepLR(optimizer, step_size=spec.every, gamma=spec.gamma), False
    if spec.name == "milestones":
        return MultiStepLR(optimizer, [round(part * epochs) for part in spec.milestones], gamma=spec.gamma), False
    if spec.name == "one_cycle":
        return _one_cycle(optimizer, spec, steps), True
    return _cosine(optimizer, spec, steps), True


def _cosine(optimizer: Optimizer, spec: ScheduleSpec, steps: int) -> LRScheduler:
    warm = min(round(spec.warmup * steps), steps - 1)
    floor = spec.end * max(group["lr"] for group in optimizer.param_groups)
    fall = CosineAnnealingLR(optimizer, T_max=steps - warm, eta_min=floor)
    if warm == 0:
        return fall
    rise = LinearLR(optimizer, start_factor=1 / (warm + 1), total_iters=warm)
    return SequentialLR(optimizer, [rise, fall], milestones=[warm])


def _one_cycle(optimizer: Optimizer, spec: ScheduleSpec, steps: int) -> LRScheduler:
    """A straight rise from start·lr to lr, then a straight fall to end·lr (Smith 2018, cifar10-airbench)."""
    return OneCycleLR(
        optimizer,
        max_lr=[group["lr"] for group in optimizer.param_groups],
        total_steps=steps + 1,  # so that the last step of the optimizer still has a rate above the end
        pct_start=max(spec.warmup, 1e-9),
        anneal_strategy="linear",
        cycle_momentum=False,
        div_factor=1 / spec.start,
        final_div_factor=spec.start / max(spec.end, 1e-8),
    )
