"""How large the gradients are at every depth while GoogLeNet trains, with its auxiliary heads and without."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..experiments.auxiliary_gradients import RUNS
from ..experiments.records import recorded
from .base import Widget
from .packing import pack, unpack
from .params import Param, choice, integer


class AuxiliaryGradients(Widget):
    """The norm of the gradient by depth and by training step, of two recorded runs.

    Args:
        recording: What `inception_edu.experiments.auxiliary_gradients.record` returned, or a file with it; None shows
            the book's own.
        **more: as in :class:`Widget`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds no pair of runs with the same stages and steps.
    """

    KIND = "auxiliary-gradients"
    FRONT = "auxiliary_gradients"
    TITLE = "Auxiliary gradients"
    QUESTION = "Do the heads give the early stages more gradient, and for how long?"
    FIGURES = {
        "at": "Training step",
        "with_norm": "Gradient norm of the stage, with heads",
        "without_norm": "Gradient norm of the stage, without heads",
        "ratio": "With ÷ without",
    }

    def __init__(self, recording: Mapping[str, Any] | str | Path | None = None, **more: Any) -> None:
        if recording is None:
            found = recorded("auxiliary_gradients")
        elif isinstance(recording, Mapping):
            found = recording
        else:
            found = json.loads(Path(recording).read_text(encoding="utf-8"))
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
        """Figures of both runs at one moment and one stage."""
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
        "A kernel can record another: inception_edu.experiments.auxiliary_gradients.record()."
    )
