"""What the CIFAR-10 benchmarks share: a contestant, its run on a clock, and how runs are summed up."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from inception_edu import train
from inception_edu.experiments.comparison import summarise
from inception_edu.training import load_recipe


@dataclass
class Contestant:
    """A recipe with changes; `model` makes a network that the recipe does not know."""

    name: str
    recipe: str
    changes: dict = field(default_factory=dict)
    model: Callable | None = None
    about: str = ""


class Clock:
    """A callback that measures training alone: from the start to the last step of each epoch, without the tests."""

    def __init__(self, device: torch.device) -> None:
        self.device, self.seconds, self.by_epoch = device, 0.0, []
        self.start()

    def start(self) -> None:
        _wait(self.device)
        self.began = time.perf_counter()

    def __call__(self, event: str, loop) -> None:
        if event == "step" and loop.step == loop.train.steps:
            _wait(self.device)
            self.seconds += time.perf_counter() - self.began
        elif event == "epoch":
            self.by_epoch.append(self.seconds)
            self.start()  # the next epoch begins when the test of this one is over


class Stop(Exception):
    """Ends a run that was only begun to see how fast it goes."""


def seconds_per_epoch(contestant: Contestant, datasets, device: torch.device, steps: int, **changes) -> float:
    """How long an epoch takes, from `steps` steps after a few to warm up."""
    warm = max(2, steps // 4)
    times, seen = [], 0

    def watch(event: str, loop) -> None:
        nonlocal seen
        seen += event == "step"
        if event == "step" and seen in (warm, warm + steps):
            _wait(device)
            times.append(time.perf_counter())
            if len(times) == 2:
                raise Stop

    settings = contestant.changes | changes | {"epochs": 1000}
    with contextlib.suppress(Stop):
        train(
            contestant.recipe,
            datasets=datasets,
            model=contestant.model and contestant.model(),
            device=device,
            progress=False,
            callback=watch,
            **settings,
        )
    recipe = load_recipe(contestant.recipe).override(contestant.changes)
    return (times[1] - times[0]) / steps * len(datasets[0]) / recipe.batch_size


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def timed_run(contestant: Contestant, datasets, device: torch.device, progress: bool | None = None, **changes) -> dict:
    """One run: its accuracy, its training time without tests, and both at the end of each tested epoch."""
    clock = Clock(device)
    result = train(
        contestant.recipe,
        datasets=datasets,
        model=contestant.model and contestant.model(),
        device=device,
        progress=progress,
        callback=clock,
        **(contestant.changes | changes),
    )
    history = [
        {**row, "train_seconds": round(seconds, 3)} for row, seconds in zip(result.history, clock.by_epoch, strict=True)
    ]
    return {
        "seed": result.recipe.seed,
        "epochs": result.recipe.epochs,
        "train_seconds": round(clock.seconds, 3),
        "images_per_second": round(len(datasets[0]) * result.recipe.epochs / clock.seconds, 1),
        "test_accuracy": result.test_accuracy,
        "test_loss": result.test_loss,
        "precision": result.precision,
        "parameters": sum(p.numel() for p in result.model.parameters()),
        "notes": result.notes,
        "settings": result.recipe.to_dict(),
        "history": history,
    }


def sum_up(contestant: Contestant, runs: list[dict]) -> dict:
    """A contestant's runs and their mean and spread."""
    return {
        "name": contestant.name,
        "about": contestant.about,
        "recipe": contestant.recipe,
        "changes": contestant.changes,
        "parameters": runs[0]["parameters"],
        "test_accuracy": summarise([run["test_accuracy"] for run in runs]),
        "train_seconds": summarise([run["train_seconds"] for run in runs]),
        "runs": runs,
    }


def describe(datasets) -> dict:
    """The data's part of a record."""
    return {
        "official": all(dataset.official for dataset in datasets),
        "data": {dataset.split: dataset.describe() for dataset in datasets},
    }
