"""How large the gradients are at every depth while GoogLeNet trains, with its auxiliary heads and without."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .base import Widget
from .packing import pack, unpack
from .params import Param, choice, integer

RECORDING = Path(__file__).with_suffix(".json")
"""The book's own recording, as :func:`record` made it."""

RUNS = {"with": 0.3, "without": 0.0}
"""The weight of the heads' losses in both runs."""

RECIPE = {
    "name": "auxiliary gradients", "epochs": 2, "batch_size": 32,
    "model": {"name": "googlenet", "stem": "cifar", "width": 0.125},
    "data": {"name": "shapes", "image_size": 32, "test_subset": 100},
    "augment": {"flip": "random"},
    "optimizer": {"name": "adam", "lr": 1e-3},
    "schedule": {"name": "constant"},
    "evaluation": {"every": 0},
}  # fmt: skip
"""What the book recorded: plain GoogLeNet, as without batch normalization the gradient has the harder way."""


def record(*, every: int = 5, seeds: Iterable[int] = (0, 1), **settings: Any) -> dict[str, Any]:
    """Train with heads and without, from the same weights on the same images, and record the norms of the gradients.

    Args:
        every: steps that are averaged.
        seeds: one pair of runs each; the norms are their geometric mean, losses and accuracies the mean.
        settings: changes to :data:`RECIPE`, by dotted name, and arguments of :func:`inception_edu.train`.

    Returns:
        What :class:`AuxiliaryGradients` takes and JSON can hold: ``with`` and ``without``, each as from
        :func:`inception_edu.experiments.gradients.record_gradients`.
    """
    from ..experiments.gradients import record_gradients
    from ..training.recipe import Recipe

    recipe = Recipe.from_dict(RECIPE)
    made: dict[str, Any] = {"seeds": list(seeds)}
    for name, weight in RUNS.items():
        wanted = {**settings, "loss.aux_weight": weight}
        runs = [record_gradients(recipe, every=every, seed=seed, **wanted) for seed in made["seeds"]]
        made[name] = {
            **runs[0],
            "norms": _rounded(np.exp(np.mean([np.log(run["norms"]) for run in runs], axis=0)).tolist()),
            **{key: _rounded(np.mean([run[key] for run in runs], axis=0).tolist()) for key in ("loss", "accuracy")},
        }
    return made


def _rounded(numbers: Any) -> Any:
    """Five digits of each number: more would be noise."""
    return [_rounded(n) for n in numbers] if isinstance(numbers, list) else float(f"{numbers:.5g}")


class AuxiliaryGradients(Widget):
    """The norm of the gradient by depth and by training step, of two recorded runs.

    Args:
        recording: what :func:`record` returned, or a file with it; None reads the book's own.
        **more: as in :class:`Widget`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds no pair of runs with the same stages and steps.
    """

    KIND = "auxiliary-gradients"
    MODULE = "auxiliary_gradients.js"
    TITLE = "Auxiliary gradients"
    QUESTION = "Do the heads give the early stages more gradient, and for how long?"
    FIGURES = {
        "at": "Training step",
        "with_norm": "Gradient norm of the stage, with heads",
        "without_norm": "Gradient norm of the stage, without heads",
        "ratio": "With ÷ without",
    }

    def __init__(self, recording: Mapping[str, Any] | str | Path | None = None, **more: Any) -> None:
        path = RECORDING if recording is None else recording
        found = path if isinstance(path, Mapping) else json.loads(Path(path).read_text(encoding="utf-8"))
        pair = [found[name] for name in RUNS if name in found]
        if len(pair) < 2 or any(pair[0][key] != pair[1][key] for key in ("stages", "steps", "parameters")):
            raise ValueError("a recording needs runs 'with' and 'without' heads, with the same stages and steps")
        first = pair[0]
        data = {key: first[key] for key in ("stages", "steps", "parameters")}
        for name, run in zip(RUNS, pair):
            data[name] = pack(np.log10(run["norms"]), bits=16)
            data[f"{name}_accuracy"] = pack(run["accuracy"], bits=16)
        if "settings" in first:
            more.setdefault("source", _source(found))
        self.steps, self.stages = len(first["steps"]), first["stages"]
        super().__init__(data=data, **more)

    def _rows(self) -> Iterable[Param]:
        names = [(stage, stage.replace("_", " ")) for stage in self.stages]
        yield integer("step", 1, 1, self.steps, "Moment of the training", limit="last_step")
        yield choice("stage", self.stages[0], names, "Stage")
        measures = [("norm", "norm of the stage"), ("weight", "root mean square a weight")]
        yield choice("scale", "norm", measures, "Measure")

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        step, stage = p["step"] - 1, self.stages.index(p["stage"])
        parameters = self.data["parameters"]
        figures: dict[str, Any] = {"last_step": self.steps, "at": self.data["steps"][step]}
        for name in RUNS:
            logs = unpack(self.data[name])[step]
            norms = [
                10 ** float(value) / (math.sqrt(count) if p["scale"] == "weight" else 1)
                for value, count in zip(logs, parameters)
            ]
            figures[f"{name}_norm"] = norms[stage]
            figures[f"{name}_fall"] = norms[0] / norms[-1]
            figures[f"{name}_accuracy"] = float(unpack(self.data[f"{name}_accuracy"])[step])
        figures["ratio"] = figures["with_norm"] / figures["without_norm"]
        return figures


def _source(found: Mapping[str, Any]) -> str:
    run = found["with"]
    settings, seeds = run["settings"], len(found.get("seeds", [0]))
    model, data, optimizer = settings["model"], settings["data"], settings["optimizer"]
    return (
        f"Recorded on {run['date'][:10]} ({run['device_name']}, torch {run['versions']['torch']}): {model['name']}, "
        f"width {model['width']:g}, on {data['name']} of {data['image_size']} pixels, {optimizer['name']} at "
        f"{optimizer['lr']:g}, batches of {settings['batch_size']}; "
        f"each point is of {run['steps'][0]} steps and {seeds} seed{'s' if seeds > 1 else ''}. "
        "A kernel can record another: inception_edu.widgets.auxiliary_gradients.record()."
    )
