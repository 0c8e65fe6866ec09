"""`train`: from a recipe's name to a trained network, and the files of a run.

A run's folder holds `checkpoint.pt` (to continue from), `history.csv` (one row an epoch), and at the end `model.pt`
(the weights, for `create_model(..., weights=...)`) and `result.json`.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from inception_edu.datasets import ImageDataset, open_dataset
from inception_edu.models import create_model

from .chance import own_chance
from .checkpoint import write_atomically
from .data import test_batches, training_batches
from .distributed import Team, join_team
from .errors import explain_full_disk
from .loop import Loop
from .provenance import provenance
from .recipe import Recipe, load_recipe
from .result import TrainingResult

__all__ = ["train"]


def train(
    recipe: str | Path | Recipe = "quick",
    *,
    data: str | Path | None = None,
    verify: bool = True,
    download: bool = False,
    out: str | Path | None = None,
    resume: bool = False,
    device: str | torch.device | None = None,
    model: nn.Module | None = None,
    datasets: tuple[ImageDataset, ImageDataset] | None = None,
    progress: bool | None = None,
    callback: Callable[[str, Loop], None] | None = None,
    checkpoint_seconds: float = 30.0,
    **overrides: Any,
) -> TrainingResult:
    """Train a network as a recipe says.

    >>> result = train("quick", epochs=1, **{"optimizer.lr": 0.05})        # doctest: +SKIP
    >>> result.test_accuracy, result.history[-1]["train_loss"]             # doctest: +SKIP

    Args:
        recipe: a shipped recipe's name, a TOML file, or a `Recipe`.
        data: the folder of the data, as `open_dataset` wants it. `shapes` needs none; a recipe may say in `with_data`
            what changes when there is one (`quick` turns to CIFAR-10).
        verify, download: as in `open_dataset`.
        out: folder for checkpoints, history and result; without one nothing is written.
        resume: continue the run in `out` from its last checkpoint, or start it if there is none yet.
        device: `"cpu"`, `"cuda"`, …; by default a GPU where there is one.
        model: train this network rather than the recipe's.
        datasets: train and test on these rather than the recipe's.
        progress: show a bar; by default in terminals and notebooks.
        callback: called as `callback(event, loop)`; see `inception_edu.training.loop`.
        checkpoint_seconds: least time between checkpoints.
        **overrides: settings by dotted name, e.g. `epochs=1`, `**{"optimizer.lr": 0.01}`.

    Raises:
        ValueError, FileNotFoundError: a setting, the data, the checkpoint or the course of the run is not what it
            should be; the message says what would be right.
    """
    recipe = load_recipe(recipe)
    if data is not None:
        recipe = recipe.override(recipe.with_data)
    recipe = recipe.override(overrides)
    folder = Path(out) if out is not None else None
    if resume and folder is None:
        raise ValueError("resume needs the folder of the run: give out=")

    with join_team(device) as team:
        if folder is not None and team.is_main:
            _claim(folder, resume)
        train_set, test_set = datasets or _open_data(recipe, data, verify, download, team)
        _check_classes(train_set, test_set)
        with own_chance(team.device):
            network = model if model is not None else _create(recipe, len(train_set.classes))
        loop = Loop(
            recipe, network, training_batches(train_set, recipe, team), test_batches(test_set, recipe, team), team,
            folder=folder, checkpoint_seconds=checkpoint_seconds, progress=progress, callback=callback,
        )  # fmt: skip
        if resume and loop.checkpoint.exists():
            loop.restore()
        loop.run()
        result = _result(loop, train_set, test_set, custom=model is not None)
        if folder is not None and team.is_main:
            _write_result(folder, result)
        team.wait()
        return result


def _claim(folder: Path, resume: bool) -> None:
    """Make the run's folder; refuse to write over another run."""
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file, not a folder for a run")
    if not resume and any((folder / name).exists() for name in ("checkpoint.pt", "result.json")):
        raise ValueError(f"{folder} already holds a run: continue it with --resume, or choose another --out")
    folder.mkdir(parents=True, exist_ok=True)


def _open_data(recipe: Recipe, root, verify: bool, download: bool, team: Team) -> tuple[ImageDataset, ImageDataset]:
    spec = recipe.data
    common = {"root": root, "image_size": spec.image_size, "verify": verify, "download": download, "seed": spec.seed}
    with team.main_first():
        return (
            open_dataset(spec.name, split="train", subset=_part(spec.subset), **common),
            open_dataset(spec.name, split="test", subset=_part(spec.test_subset), **common),
        )


def _part(subset: float) -> int | float | None:
    """A recipe's `subset` as `open_dataset` wants it: None for all, a whole number of images, or a fraction."""
    return None if subset == 0 else int(subset) if subset >= 1 else subset


def _check_classes(train_set: ImageDataset, test_set: ImageDataset) -> None:
    if tuple(train_set.classes) != tuple(test_set.classes):
        only = sorted({*train_set.classes} ^ {*test_set.classes})
        raise ValueError(f"training and test data differ in their classes: {', '.join(map(str, only[:5]))}")


def _create(recipe: Recipe, classes: int) -> nn.Module:
    spec = recipe.model
    settings = {
        "num_classes": classes,
        "aux_logits": None if spec.aux_logits else False,
        "image_size": recipe.data.image_size,
    }
    settings |= {"stem": spec.stem, "width": spec.width, "seed": recipe.seed}
    return create_model(spec.name, **(settings | spec.options))


def _result(loop: Loop, train_set: ImageDataset, test_set: ImageDataset, custom: bool) -> TrainingResult:
    recipe, tested = loop.recipe, [row for row in loop.history if row["test_accuracy"] is not None]
    last, best = tested[-1], max(row["test_accuracy"] for row in tested)
    official = bool(train_set.official and test_set.official)
    return TrainingResult(
        recipe=recipe,
        model=loop.model,
        model_name=type(loop.model).__name__ if custom else recipe.model.name,
        history=loop.history,
        test_accuracy=best if recipe.evaluation.report == "best" else last["test_accuracy"],
        best_test_accuracy=best,
        test_loss=last["test_loss"],
        official=official,
        data={"train": train_set.describe(), "test": test_set.describe()},
        device=str(loop.team.device),
        seconds=loop.seconds,
        images_per_second=recipe.epochs * loop.train.seen / max(loop.seconds, 1e-9),
        processes=loop.team.size,
        precision=loop.precision,
        checkpoint=loop.checkpoint,
        notes=_notes(recipe, train_set, test_set, official, custom),
        provenance=provenance(loop.team.device),
    )


def _notes(recipe: Recipe, train_set: ImageDataset, test_set: ImageDataset, official: bool, custom: bool) -> list[str]:
    """What a reader of the figure must know before comparing it with another."""
    notes = []
    if custom:
        notes.append("the network was given by the caller, not by the recipe")
    if not official and recipe.data.name != "shapes":
        notes.append("the data is not the official set: do not compare digit for digit with published figures")
    for dataset, size in ((train_set, recipe.data.subset), (test_set, recipe.data.test_subset)):
        if size:
            notes.append(f"{dataset.split}: a class-balanced subset of {len(dataset):,} images")
        notes += [f"{dataset.split}: {reason}: {count:,}" for reason, count in dataset.report.items()]
    if recipe.evaluation.flip:
        notes.append("test accuracy is of each image averaged with its mirror image")
    if recipe.evaluation.like_training:
        notes.append("test images were cropped and flipped at random, a slip kept to repeat a published figure")
    if recipe.evaluation.report == "best":
        notes.append("the accuracy is the best of all tested epochs, chosen on the test images")
    if recipe.loss.smoothing and recipe.loss.smoothing_form == "scaled":
        notes.append("the label smoothing only scales the loss, a slip kept to repeat a published figure")
    return notes


def _write_result(folder: Path, result: TrainingResult) -> None:
    weights = io.BytesIO()
    torch.save({name: tensor.cpu() for name, tensor in result.model.state_dict().items()}, weights)
    with explain_full_disk(folder / "model.pt", f"{folder / 'checkpoint.pt'} is whole"):
        write_atomically(folder / "model.pt", weights.getbuffer())
        write_atomically(folder / "result.json", result.to_json().encode())
