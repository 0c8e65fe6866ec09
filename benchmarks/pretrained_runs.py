"""Runs of the lab, ended or not, as `pretrained.py` reads them: the network to keep, and how it got there."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from inception_edu.training import Recipe
from inception_edu.training.checkpoint import load_checkpoint


@dataclass(frozen=True)
class Run:
    """What a checkpoint holds of a run.

    Attributes:
        folder: of the run.
        recipe: as it was run.
        state: the weights to keep: their average where the recipe averages and has begun to.
        epoch: whole epochs so far.
        history: a row an epoch.
        samples: pictures to train on.
        seconds: of training so far.
    """

    folder: Path
    recipe: Recipe
    state: dict[str, Tensor]
    epoch: int
    history: list[dict[str, Any]]
    samples: int
    seconds: float

    @property
    def finished(self) -> bool:
        return self.epoch == self.recipe.epochs

    @property
    def image_size(self) -> int:
        return self.recipe.data.image_size


def read_run(folder: Path) -> Run:
    """The run in a folder, from its last checkpoint. Nothing is written there."""
    saved = load_checkpoint(folder / "checkpoint.pt")
    averaged = saved["averaging"]
    begun = bool(averaged) and int(averaged["n_averaged"]) > 0
    prefix = "module."
    average = {name.removeprefix(prefix): value for name, value in averaged.items() if name.startswith(prefix)}
    return Run(
        folder=folder,
        recipe=Recipe.from_dict(saved["recipe"]),
        state=average if begun else dict(saved["model"]),
        epoch=saved["epoch"],
        history=[dict(row) for row in saved["history"]],
        samples=saved["samples"],
        seconds=saved["seconds"],
    )


@contextmanager
def refusals(parser: ArgumentParser) -> Iterator[None]:
    """Runs that are missing, damaged or do not belong together end a program with one line, as a wrong option does."""
    try:
        yield
    except (OSError, ValueError) as error:
        parser.error(str(error))


def same_recipe(recipes: Sequence[Recipe]) -> None:
    """Raise ValueError unless the recipes differ in their seeds, and in nothing else."""
    first, *others = recipes
    for other in others:
        if first.override({"seed": other.seed}).to_dict() != other.to_dict():
            raise ValueError(f"{other.name} with seed {other.seed} is not {first.name} with another seed")
    if len({recipe.seed for recipe in recipes}) < len(recipes):
        raise ValueError("two of the runs have the same seed")


def last_accuracy(history: Sequence[dict[str, Any]]) -> float | None:
    """Accuracy in a run's last test, in float; None if it was not tested yet."""
    return next((row["test_accuracy"] for row in reversed(history) if row["test_accuracy"] is not None), None)
