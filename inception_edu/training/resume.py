"""What a checkpoint holds of a loop, and how a loop goes back to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from .data import Batches
from .distributed import ProcessGroup
from .history import COLUMNS
from .recipe import Recipe

__all__ = ["put_back", "state_of"]

FREE_TO_CHANGE = ("name", "about", "compile", "accumulate", "channels_last", "data.workers", "evaluation.batch_size")
"""Settings that a resumed run may change: they do not decide what is learnt."""

PARTS = ("model", "optimizer", "schedule", "averaging", "scaler")
"""What has a state of its own in a loop: `state_dict`, `load_state_dict`."""


class Course(Protocol):
    """What a loop has that says where it is, besides its `PARTS`; see `Loop` for what each is."""

    recipe: Recipe
    train: Batches
    group: ProcessGroup
    optimizer: torch.optim.Optimizer
    epoch: int
    step: int
    sums: Tensor
    rate: float
    history: list[dict[str, Any]]
    seconds: float


def state_of(loop: Course, sums: list[float]) -> dict[str, Any]:
    """Everything from which `loop` can go on exactly where it is; `sums` are those of all its processes."""
    return {
        "recipe": loop.recipe.to_dict(),
        "samples": loop.train.samples,
        "epoch": loop.epoch,
        "step": loop.step,
        "sums": sums,
        "rate": loop.rate,
        "history": loop.history,
        "seconds": loop.seconds,
        **{part: getattr(loop, part).state_dict() for part in PARTS},
    }


def put_back(loop: Course, state: Mapping[str, Any], path: Path) -> None:
    """Bring a fresh `loop` to where `state` was taken.

    Raises:
        ValueError: the state is of another recipe, network or data, or not of a run at all; the message names `path`.
    """
    try:
        _check_form(state)
    except _Forged as error:
        raise ValueError(f"cannot continue from {path}: {error}") from None
    if other := _other_settings(state["recipe"], loop.recipe):
        raise ValueError(f"{path} belongs to a run with other settings: {other}")
    if state["samples"] != loop.train.samples:
        raise ValueError(f"{path} is of a run on {state['samples']} training images, here are {loop.train.samples}")
    if state["epoch"] > loop.recipe.epochs or state["step"] > loop.train.steps:
        raise ValueError(f"cannot continue from {path}: it goes beyond the end of the run")
    try:
        for part in PARTS:
            owner = getattr(loop, part)
            own = owner.state_dict()
            if part == "optimizer":  # whose state grows with its first step
                _check_alike(state[part]["param_groups"], own["param_groups"], part)
            else:
                _check_alike(state[part], own, part)
            owner.load_state_dict(state[part])
        _check_optimizer(loop.optimizer)
    except Exception as error:  # what torch says of foreign values can be anything
        raise ValueError(f"{path} belongs to another network ({(str(error).splitlines() or ['?'])[0]})") from None
    loop.epoch, loop.step, loop.rate, loop.seconds = (state[key] for key in ("epoch", "step", "rate", "seconds"))
    loop.history = [dict(row) for row in state["history"]]
    if loop.group.is_main:  # the others' sums of the epoch so far are in there
        loop.sums += torch.tensor(state["sums"], dtype=loop.sums.dtype, device=loop.group.device)


class _Forged(ValueError):
    """A value in a checkpoint is of a kind that no run writes."""


def _check_form(state: Mapping[str, Any]) -> None:
    """Whether the plain values are such as `state_of` writes."""

    def check(key: str, holds: bool) -> None:
        if not holds:
            raise _Forged(f"its {key} is not one that a run has")

    for key in ("recipe", *PARTS):
        check(key, isinstance(state.get(key), Mapping))
    check("samples", _is_count(state.get("samples")))
    history, sums = state.get("history"), state.get("sums")
    check("epoch", _is_count(state.get("epoch")))
    check("step", _is_count(state.get("step")))
    check("sums", isinstance(sums, list) and len(sums) == 3 and all(map(_is_number, sums)))
    for key in ("rate", "seconds"):
        check(key, _is_number(state.get(key)))
    check("history", isinstance(history, list) and len(history) == state["epoch"])
    for row in history or []:
        check("history", isinstance(row, Mapping) and set(row) == set(COLUMNS))
        untested = row["test_loss"] is None and row["test_accuracy"] is None
        told = [row[name] for name in COLUMNS if not (untested and name.startswith("test_"))]
        check("history", all(_is_number(value) or isinstance(value, float) for value in told))  # infinite in a test


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _other_settings(saved: Mapping[str, Any], recipe: Recipe) -> str:
    """Where the settings differ that decide what is learnt, in words; empty if nowhere."""
    before, now = Recipe.from_dict(saved).flat(), recipe.flat()
    return "; ".join(
        f"{key} was {before.get(key)!r} and is {now.get(key)!r}"
        for key in sorted({*before, *now})
        if before.get(key) != now.get(key)
        and key not in FREE_TO_CHANGE
        and not key.startswith(("published.", "with_data"))
    )


def _check_alike(saved: Any, own: Any, where: str) -> None:
    """Whether two states have the same names, lengths, shapes and kinds of values all the way down."""
    if isinstance(own, Mapping):
        alike = isinstance(saved, Mapping) and saved.keys() == own.keys()
        pairs = [(saved[key], own[key], f"{where}.{key}") for key in own] if alike else []
    elif isinstance(own, (list, tuple)):
        alike = isinstance(saved, (list, tuple)) and len(saved) == len(own)
        pairs = [(one, other, f"{where}.{k}") for k, (one, other) in enumerate(zip(saved, own))] if alike else []
    else:
        pairs = []
        if isinstance(own, Tensor):
            alike = isinstance(saved, Tensor) and saved.shape == own.shape and saved.dtype == own.dtype
        elif isinstance(own, (int, float)) and not isinstance(own, bool):
            alike = isinstance(saved, (int, float)) and not isinstance(saved, bool)
        else:
            alike = type(saved) is type(own)
    if not alike:
        raise ValueError(f"{where} is of another form")
    for one, other, name in pairs:
        _check_alike(one, other, name)


def _check_optimizer(optimizer: torch.optim.Optimizer) -> None:
    """Whether what an optimizer remembers of each parameter is what its kind does, in the parameter's shape."""
    for group in optimizer.param_groups:
        sample = torch.nn.Parameter(torch.zeros(1))
        sample.grad = torch.zeros(1)
        rule: Any = type(optimizer)
        twin = rule([group | {"params": [sample]}])  # the same rule, after one step
        twin.step()
        for parameter in group["params"]:
            memory = optimizer.state.get(parameter, {})
            if memory and memory.keys() != twin.state[sample].keys():
                raise ValueError("the optimizer remembers other things")
            for name, value in memory.items():
                usual = twin.state[sample][name]
                shape = None
                if isinstance(usual, Tensor):  # one number for the whole parameter, or one for each of its own
                    shape = parameter.shape if usual.ndim else usual.shape
                if type(value) is not type(usual) or (shape is not None and value.shape != shape):
                    raise ValueError(f"the optimizer's {name} is of another form")
