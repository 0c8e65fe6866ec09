"""The curves of recorded runs side by side: those that differ in nothing but the seed as one line with its spread."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .base import Widget
from .params import Param, choice, flag, integer

METRICS = {
    "test_accuracy": "Test accuracy",
    "train_accuracy": "Training accuracy",
    "test_loss": "Test loss",
    "train_loss": "Training loss",
    "learning_rate": "Learning rate",
    "seconds": "Seconds since the start",
}
SPREADS = [("std", "± std deviation"), ("range", "least to largest"), ("runs", "every run")]
MOST = 5  # groups that colours and dashes tell apart


class RunComparator(Widget):
    """Figures of runs over their epochs, grouped as :func:`inception_edu.experiments.comparison.compare` groups them.

    Args:
        runs: results of :func:`inception_edu.train`, their dicts, or paths of result files and folders of runs.
        **more: as in :class:`Widget`.

    Raises:
        ValueError: there is no run, more than five groups, or something that is no result of a run.
        FileNotFoundError: a path is not there.
    """

    KIND = "run-comparator"
    FRONT = "run_comparator"
    TITLE = "Run comparator"
    QUESTION = "Is the difference between two recipes larger than chance?"

    def __init__(self, runs: Iterable[Any], **more: Any) -> None:
        # need no torch, but the widgets load without them
        from ..experiments.comparison import compare
        from ..experiments.intervals import quantile

        groups = compare([_result(run) for run in runs])
        if not groups:
            raise ValueError("the comparator needs at least one run")
        if len(groups) > MOST:
            raise ValueError(f"the comparator shows up to {MOST} groups of runs, not {len(groups)}: choose fewer")
        self.groups = [
            {"name": group.name, "seeds": [run["seed"] for run in group.runs], "curves": _curves(group.runs)}
            for group in groups
        ]
        self.metrics = [name for name in METRICS if any(name in group["curves"] for group in self.groups)]
        if not self.metrics:
            raise ValueError("the runs have no figures: their history is empty")
        self.epochs = max(curve["epochs"][-1] for group in self.groups for curve in group["curves"].values())
        self.FIGURES = {
            "leader": "Ahead",
            "gap": "by, against the next",
            "margin": "half of Student's 95 % interval of that",
        }
        for number, group in enumerate(self.groups, 1):
            self.FIGURES |= {f"mean_{number}": f"{group['name']}: mean", f"std_{number}": "its standard deviation"}
        notes = sorted({f"{group.to_dict()['data']} on {', '.join(group.to_dict()['devices'])}" for group in groups})
        more.setdefault("source", f"Recorded runs: {'; '.join(notes)}.")
        most = max(len(group["seeds"]) for group in self.groups)
        self.quantiles = [float(f"{quantile(freedom):.12g}") for freedom in range(1, most)]
        super().__init__(data={"groups": self.groups, "quantiles": self.quantiles}, **more)

    def _rows(self) -> Iterable[Param]:
        metrics = [(name, METRICS[name]) for name in self.metrics]
        yield choice("metric", self.metrics[0], metrics, "Figure")
        yield choice("spread", "std", SPREADS, "Over seeds")
        yield integer("epoch", self.epochs, 1, max(self.epochs, 1), "Look at epoch")
        yield flag("logarithmic", False, "Logarithmic axis")
        yield from (flag(f"show_{n}", True, group["name"]) for n, group in enumerate(self.groups, 1))

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Mean and spread of each group at this epoch, who leads, and by how much, run by run of the same seed."""
        figures: dict[str, Any] = {}
        shown: list[tuple[float, str, dict[int, float]]] = []
        sign = -1 if p["metric"].endswith("loss") else 1 if p["metric"].endswith("accuracy") else 0
        for n, group in enumerate(self.groups, 1):
            curve = group["curves"].get(p["metric"]) if p[f"show_{n}"] else None
            rows = [row for epoch, row in zip(curve["epochs"], curve["values"]) if epoch <= p["epoch"]] if curve else []
            values = rows[-1] if rows else None
            figures[f"mean_{n}"] = statistics.fmean(values) if values else None
            figures[f"std_{n}"] = statistics.stdev(values) if values and len(values) > 1 else None
            if values:
                shown.append((sign * statistics.fmean(values), group["name"], dict(zip(group["seeds"], values))))
        shown.sort(key=lambda found: -found[0])
        figures["leader"] = shown[0][1] if shown and sign else None
        figures["gap"] = figures["margin"] = None
        if sign and len(shown) > 1:
            (best, _, one), (next_best, _, other) = shown[:2]
            gaps = [sign * (one[seed] - other[seed]) for seed in one if seed in other]
            figures["gap"] = statistics.fmean(gaps) if len(gaps) > 1 else best - next_best
            if len(gaps) > 1:
                figures["margin"] = self.quantiles[len(gaps) - 2] * statistics.stdev(gaps) / math.sqrt(len(gaps))
        return figures


def _result(run: Any) -> dict[str, Any]:
    from ..experiments.results import check_result, load_runs

    if isinstance(run, (str, Path)):
        finished, unfinished = load_runs([run])
        if unfinished:
            raise ValueError(f"the run in {run} is not finished")
        return finished[0]
    found = json.loads(run.to_json()) if hasattr(run, "to_json") else run  # as its file: what is not finite is null
    if not isinstance(found, Mapping) or not {"recipe", "seed", "history", "settings"} <= set(found):
        raise ValueError(f"a run is a result of train(), its dict or its file, not {type(run).__name__}")
    return check_result(found, "run")


def _curves(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of each figure, the epochs at which every run has it, and all runs' values there, to five digits."""
    curves = {}
    for metric in METRICS:
        rows = [{row["epoch"]: row.get(metric) for row in run["history"]} for run in runs]
        rows = [{e: v for e, v in row.items() if v is not None and math.isfinite(v)} for row in rows]
        epochs = sorted(set.intersection(*map(set, rows)))
        if epochs:
            curves[metric] = {"epochs": epochs, "values": [[float(f"{row[e]:.5g}") for row in rows] for e in epochs]}
    return curves
