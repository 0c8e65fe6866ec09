"""Runs side by side: those that differ in nothing but the seed form a group, which has a mean and a spread.

Needs no torch: it reads the `result.json` that every run leaves.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .intervals import difference, differences, estimate, holm, summarise
from .results import load_runs

__all__ = ["Group", "compare", "difference", "differences", "estimate", "holm", "load_runs", "summarise", "to_text"]

SAME_EXPERIMENT = ("seed", "name", "about", "compile", "data.workers", "published", "with_data")
"""Settings that may differ within a group."""


@dataclass
class Group:
    """Runs of one experiment with different seeds.

    Attributes:
        name: The recipe's name, with the settings in which the groups differ.
        runs: Their results, as `inception_edu.experiments.results.load_runs` reads them, by seed.
    """

    name: str
    runs: list[dict[str, Any]] = field(repr=False)

    @property
    def accuracies(self) -> list[float]:
        """Test accuracy of each run, from 0 to 1."""
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
        mean, least, largest = (f"{100 * accuracy[figure]:.2f}" for figure in ("mean", "min", "max"))
        cells = (f"{mean}{spread}", f"{least} – {largest}", str(figures["epochs"]), f"{seconds['mean']:.0f}", data)
        rows.append((group.name, str(figures["runs"]), *cells))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    lines += [f"unfinished: {folder}" for folder in unfinished]
    return "\n".join(lines)
