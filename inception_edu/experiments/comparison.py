"""Runs side by side: those that differ in nothing but the seed form a group, which has a mean and a spread.

Needs no torch: it reads the `result.json` that every run leaves.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Group", "compare", "difference", "load_runs", "summarise", "to_text"]

SAME_EXPERIMENT = ("seed", "name", "about", "compile", "data.workers", "published", "with_data")
"""Settings that may differ within a group."""


@dataclass
class Group:
    """Runs of one experiment with different seeds.

    name: the recipe's name, with the settings in which the groups differ. accuracies: of each run, from 0 to 1.
    """

    name: str
    runs: list[dict[str, Any]] = field(repr=False)

    @property
    def accuracies(self) -> list[float]:
        return [run["test_accuracy"] for run in self.runs]

    def to_dict(self) -> dict[str, Any]:
        """The group's figures as plain values, ready for JSON."""
        first = self.runs[0]
        return {
            "name": self.name,
            "recipe": first["recipe"],
            "model": first["model"],
            "data": first["data"],
            "official": all(run["official"] for run in self.runs),
            "epochs": first["epochs"],
            "runs": len(self.runs),
            "seeds": [run["seed"] for run in self.runs],
            "devices": sorted({run.get("device_name") or run["device"] for run in self.runs}),
            "test_accuracy": summarise(self.accuracies),
            "seconds": summarise([run["seconds"] for run in self.runs]),
            "notes": sorted({note for run in self.runs for note in run.get("notes", ())}),
        }


def summarise(values: Sequence[float]) -> dict[str, Any]:
    """Mean, spread (standard deviation of the sample; None for a single value), least and largest, and the values."""
    return {
        "mean": statistics.fmean(values),
        "std": statistics.stdev(values) if len(values) > 1 else None,
        "min": min(values),
        "max": max(values),
        "values": list(values),
    }


T_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""97.5 % quantiles of Student's t for 1 to 30 degrees of freedom."""


def difference(values: Sequence[float], others: Sequence[float]) -> dict[str, Any]:
    """How far `values` lie above `others` on average, both in the order of the same seeds.

    Returns the mean difference and, as `margin`, half the width of its 95 % interval by Student's t: the truth is
    thought to lie within mean ± margin. `clear` says whether that leaves out zero; `values` are the differences.
    Raises ValueError unless there are as many of one as of the other, and at least two.
    """
    if len(values) != len(others) or len(values) < 2:
        raise ValueError(f"pairs are compared, two at least: there are {len(values)} values and {len(others)} others")
    gaps = [one - other for one, other in zip(values, others)]
    mean, quantile = statistics.fmean(gaps), T_975[min(len(gaps) - 1, len(T_975)) - 1]
    margin = quantile * statistics.stdev(gaps) / len(gaps) ** 0.5
    return {"mean": mean, "margin": margin, "clear": abs(mean) > margin, "values": gaps}


def load_runs(paths: Iterable[str | Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """The results of finished runs, and the folders of unfinished ones.

    paths: folders of runs, or result files. Raises FileNotFoundError for a path that is not there, ValueError for one
    that holds no run.
    """
    finished, unfinished = [], []
    for path in map(Path, paths):
        file = path / "result.json" if path.is_dir() else path
        if file.is_file():
            finished.append(_read(file))
        elif (path / "checkpoint.pt").is_file():
            unfinished.append(str(path))
        elif not path.exists():
            raise FileNotFoundError(f"no run {path}")
        else:
            raise ValueError(f"{path} holds no run: a run's folder has result.json, or checkpoint.pt while it lasts")
    return finished, unfinished


def _read(file: Path) -> dict[str, Any]:
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        missing = {"recipe", "model", "data", "official", "seed", "test_accuracy", "history", "settings"} - {*run}
        if missing:
            raise ValueError(f"it lacks {', '.join(sorted(missing))}")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{file} is not the result of a run: {error}") from None
    return run


def compare(runs: Sequence[dict[str, Any]]) -> list[Group]:
    """Group the runs that differ in nothing but the seed; the best mean accuracy first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        groups.setdefault(json.dumps(_experiment(run), sort_keys=True), []).append(run)
    experiments = {key: _experiment(members[0]) for key, members in groups.items()}
    names = {key: members[0]["recipe"] for key, members in groups.items()}
    made = []
    for key, members in groups.items():
        # a name shared by several groups is followed by the settings in which those differ
        alike = [experiments[other] for other in groups if names[other] == names[key]]
        differing = [
            f"{setting}={value}"
            for setting, value in experiments[key].items()
            if any(other.get(setting) != value for other in alike)
        ]
        made.append(Group(" ".join([names[key], *differing]), sorted(members, key=lambda run: run["seed"])))
    return sorted(made, key=lambda group: -statistics.fmean(group.accuracies))


def _experiment(run: dict[str, Any]) -> dict[str, Any]:
    settings = {"official": run["official"]}
    for key, value in run["settings"].items():
        if key in SAME_EXPERIMENT:
            continue
        parts = value.items() if isinstance(value, dict) else [(None, value)]
        for part, item in parts:
            name = f"{key}.{part}" if part else key
            if name not in SAME_EXPERIMENT:
                settings[name] = item
    return settings


def to_text(groups: Sequence[Group], unfinished: Sequence[str] = ()) -> str:
    """A table of the groups, accuracies in per cent as mean ± spread."""
    rows = [("experiment", "runs", "test accuracy", "least – largest", "epochs", "seconds", "data")]
    for group in groups:
        figures = group.to_dict()
        accuracy, seconds = figures["test_accuracy"], figures["seconds"]
        spread = f" ± {100 * accuracy['std']:.2f}" if accuracy["std"] is not None else ""
        data = figures["data"] + ("" if figures["official"] else " (not official)")
        rows.append(
            (
                group.name, str(figures["runs"]), f"{100 * accuracy['mean']:.2f}{spread}",
                f"{100 * accuracy['min']:.2f} – {100 * accuracy['max']:.2f}",
                str(figures["epochs"]), f"{seconds['mean']:.0f}", data,
            )
        )  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    lines += [f"unfinished: {folder}" for folder in unfinished]
    return "\n".join(lines)
