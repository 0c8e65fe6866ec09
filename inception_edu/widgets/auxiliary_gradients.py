"""How much the losses of auxiliary heads add to the gradient of one network, stage by stage, while it is trained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..experiments.records import recorded
from .base import Widget
from .params import Param, choice, integer

TABLES = ("alone", "factor", "margin")


class AuxiliaryGradients(Widget):
    """The relative gradient of every stage at moments of a training: of the last loss alone, and with the heads'.

    Args:
        recording: What `inception_edu.experiments.auxiliary_gradients.record` returned, or a file with it; None shows
            the book's own.
        **more: as in :class:`Widget`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds no such tables, or tables of another size than its stages and moments say.
    """

    KIND = "auxiliary-gradients"
    FRONT = "auxiliary_gradients"
    TITLE = "Auxiliary gradients"
    QUESTION = "How much do the heads' losses add to the gradient of each stage, and for how long?"
    FIGURES = {
        "at": "Steps made before",
        "alone": "Relative gradient of the stage, last loss alone",
        "together": "Relative gradient of the stage, with the heads' losses",
        "factor": "With ÷ without",
        "low": "With ÷ without, lower end of its interval",
        "high": "With ÷ without, upper end of its interval",
        "loss": "Loss of the last classifier",
    }

    def __init__(self, recording: Mapping[str, Any] | str | Path | None = None, **more: Any) -> None:
        if recording is None:
            found = recorded("auxiliary_gradients")
        elif isinstance(recording, Mapping):
            found = recording
        else:
            found = json.loads(Path(recording).read_text(encoding="utf-8"))
        size = len(found.get("moments", ())), len(found.get("stages", ()))
        sizes = {(len(rows), len(row)) for rows in map(found.get, TABLES) if rows for row in rows}
        if 0 in size or sizes != {size} or not all(map(found.get, TABLES)) or len(found.get("loss", ())) != size[0]:
            raise ValueError(
                "a recording needs moments and stages, and a row for each moment with a figure for each stage in "
                f"{', '.join(TABLES)}"
            )
        self.moments, self.stages = list(found["moments"]), list(found["stages"])
        if "settings" in found:
            more.setdefault("source", _source(found))
        super().__init__(data={key: found[key] for key in ("moments", "stages", "loss", *TABLES)}, **more)

    def _rows(self) -> Iterable[Param]:
        names = [(stage, stage.replace("_", " ")) for stage in self.stages]
        yield integer("moment", 1, 1, len(self.moments), "Moment of the training", limit="last_moment")
        yield choice("stage", self.stages[0], names, "Stage")

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The figures of one stage at one moment."""
        moment, stage = p["moment"] - 1, self.stages.index(p["stage"])
        alone, factor, margin = (self.data[name][moment][stage] for name in TABLES)
        return {
            "last_moment": len(self.moments),
            "at": self.moments[moment],
            "alone": alone,
            "together": alone * factor,
            "factor": factor,
            "low": factor / margin,
            "high": factor * margin,
            "loss": self.data["loss"][moment],
        }


def _source(found: Mapping[str, Any]) -> str:
    settings = found["settings"]
    model, data, optimizer = settings["model"], settings["data"], settings["optimizer"]
    where = ""
    if "date" in found:  # as every record in a file says
        where = f" on {found['date'][:10]} ({found['device_name']}, torch {found['versions']['torch']})"
    return (
        f"Recorded{where}: {model['name']}, width {model['width']:g}, trained with {settings['loss']['aux_weight']:g} "
        f"of each head's loss on {data['name']} of {data['image_size']} pixels, {optimizer['name']} at "
        f"{optimizer['lr']:g}, batches of {settings['batch_size']}, {len(found['seeds'])} seeds; gradients of "
        f"{found['pictures']} pictures. A kernel can record another: "
        "inception_edu.experiments.auxiliary_gradients.record()."
    )
