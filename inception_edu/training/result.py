"""What a run has to show: its figures, and everything needed to judge or repeat them."""

from __future__ import annotations

import io
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..datasets import ImageDataset
from ..files import write_atomically
from .errors import explain_full_disk
from .loop import Loop
from .provenance import provenance
from .recipe import Recipe
from .run_folder import RunFolder

__all__ = ["TrainingResult", "result_of"]


@dataclass
class TrainingResult:
    """The result of `train`.

    Attributes:
        recipe: as it was run, overrides included.
        model: the trained network, in evaluation mode.
        model_name: the recipe's, or the class of a network that the caller gave.
        history: one dict an epoch (epoch, train_loss, train_accuracy, test_loss, test_accuracy, learning_rate,
            seconds; accuracies from 0 to 1; test figures None where an epoch was not tested).
        test_accuracy: the figure that counts, of the last epoch or the best as the recipe says.
        best_test_accuracy: the best of all tested epochs.
        test_loss: mean cross-entropy on the test images after the last epoch.
        confusion_matrix: K×K counts of test images (int64): the row is the true class, the column what `model` took
            it for; in the order of `classes`.
        classes: the names of the network's K outputs; an output that no class of the data uses has its number.
        image_size: side of the square images that the network was trained on, in pixels.
        official: whether the data is the complete published set.
        data: what the training and the test set say of themselves.
        device: where it was trained.
        seconds: wall time of all epochs and tests.
        images_per_second: training images over that time.
        processes: how many trained together.
        precision: number format of the network's arithmetic.
        checkpoint: file to continue from, where the run has a folder.
        notes: what a reader of the figure must know.
        provenance: date, device, versions and commit.
    """

    recipe: Recipe
    model: nn.Module = field(repr=False)
    model_name: str
    history: list[dict[str, Any]] = field(repr=False)
    test_accuracy: float
    best_test_accuracy: float
    test_loss: float
    confusion_matrix: Tensor = field(repr=False)
    classes: tuple[str, ...] = field(repr=False)
    image_size: int
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

    @property
    def class_accuracy(self) -> dict[str, float | None]:
        """For each class, the part of its test images that `model` takes for what they are; None without an image."""
        counts, right = self.confusion_matrix.sum(dim=1).tolist(), self.confusion_matrix.diagonal().tolist()
        return {name: hits / n if n else None for name, hits, n in zip(self.classes, right, counts)}

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
            "image_size": self.image_size,
            "normalization": {"mean": list(recipe.data.mean), "std": list(recipe.data.std)},
            "classes": list(self.classes),
            "class_accuracy": list(self.class_accuracy.values()),
            "confusion_matrix": self.confusion_matrix.tolist(),
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

    def write(self, folder: RunFolder) -> None:
        """Write the weights and the result into a run's folder."""
        weights = io.BytesIO()
        torch.save({name: tensor.cpu() for name, tensor in self.model.state_dict().items()}, weights)
        with explain_full_disk(folder.weights, folder.checkpoint):
            write_atomically(folder.weights, weights.getbuffer())
            write_atomically(folder.result, self.to_json().encode())


def result_of(loop: Loop, train_set: ImageDataset, test_set: ImageDataset, *, own_model: bool) -> TrainingResult:
    """The result of a loop that has run. Every process calls it.

    Args:
        loop: the loop.
        train_set: what it trained on.
        test_set: what it tested on.
        own_model: whether the caller gave the network.
    """
    recipe, rows = loop.recipe, [row for row in loop.history if row["test_accuracy"] is not None]
    last, best = rows[-1], max(row["test_accuracy"] for row in rows)
    tested = loop.tested or loop.evaluate()  # a run that was resumed after its end has not tested yet
    outputs = len(tested.confusion)
    official = bool(train_set.official and test_set.official)
    return TrainingResult(
        recipe=recipe,
        model=loop.model,
        model_name=type(loop.model).__name__ if own_model else recipe.model.name,
        history=loop.history,
        test_accuracy=best if recipe.evaluation.report == "best" else last["test_accuracy"],
        best_test_accuracy=best,
        test_loss=last["test_loss"],
        confusion_matrix=tested.confusion,
        classes=(*map(str, train_set.classes), *map(str, range(len(train_set.classes), outputs)))[:outputs],
        image_size=loop.train.image_size,
        official=official,
        data={"train": train_set.describe(), "test": test_set.describe()},
        device=str(loop.group.device),
        seconds=loop.seconds,
        images_per_second=recipe.epochs * loop.train.seen / max(loop.seconds, 1e-9),
        processes=loop.group.size,
        precision=loop.precision,
        checkpoint=loop.checkpoint,
        notes=_notes(recipe, train_set, test_set, official, own_model),
        provenance=provenance(loop.group.device),
    )


def _notes(recipe: Recipe, train_set: ImageDataset, test_set: ImageDataset, official: bool, own: bool) -> list[str]:
    """What a reader of the figure must know before comparing it with another."""
    notes = []
    if own:
        notes.append("the network was given by the caller, not by the recipe")
    elif weights := recipe.model.options.get("weights"):
        notes.append(f"the network began from the weights {weights!r}, its classifier anew")
    if part := test_set.describe().get("test_fraction"):
        notes.append(
            f"there is no folder to test on: {part:.0%} of every class, {len(test_set):,} pictures, were set aside by "
            f"data.seed = {recipe.data.seed}, so that each counts {1 / len(test_set):.1%}"
        )
    if not official and recipe.data.name != "shapes":
        notes.append("the data is not the official set: do not compare digit for digit with published figures")
    for dataset in (train_set, test_set):
        if dataset.subset is not None:
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


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
