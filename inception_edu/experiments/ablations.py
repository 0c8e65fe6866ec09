"""The record of `benchmarks/ablations.py`, read: how far its arms lie apart, and their runs.

An arm is the baseline with one change; it stands `against` another, seed by seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .intervals import difference, differences

__all__ = ["arm_runs", "compare_arms", "interaction"]


def compare_arms(arms: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each arm's difference in test accuracy to the arm it stands against, all judged together by Holm's procedure.

    Args:
        arms: As the record holds them. One whose opposite is itself or is not among them has no difference.
    """
    values = {arm["name"]: arm["test_accuracy"]["values"] for arm in arms}
    return differences(
        {
            arm["name"]: (values[arm["name"]], values[arm["against"]])
            for arm in arms
            if arm["against"] != arm["name"] and arm["against"] in values
        }
    )


def interaction(arms: Sequence[Mapping[str, Any]], one: tuple[str, str], other: tuple[str, str]) -> dict[str, Any]:
    """By how much more a change is worth in one network than in another: the difference of two differences.

    Args:
        arms: As the record holds them.
        one: Names of the arms with and without the change, in the one network.
        other: The same in the other.

    Returns:
        What `difference` says; the four arms are paired by seed.
    """
    values = {arm["name"]: arm["test_accuracy"]["values"] for arm in arms}
    here, there = (difference(values[changed], values[plain])["values"] for changed, plain in (one, other))
    return difference(here, there)


def arm_runs(record: Mapping[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """The recorded runs of some arms as results of runs, each named after its arm.

    Args:
        record: What the benchmark wrote.
        names: The arms, in this order.

    Raises:
        ValueError: The record has no arm of that name; those it has are listed.
    """
    arms = {arm["name"]: arm for arm in record["arms"]}
    if unknown := [name for name in names if name not in arms]:
        raise ValueError(f"there is no arm {unknown[0]!r}; there are {', '.join(arms)}")
    return [
        {
            "recipe": name,
            "model": arms[name]["changes"].get("model.name", record["recipe"]),
            "data": record["data"]["train"]["name"],
            "official": record["official"],
            "epochs": record["scale"]["epochs"],
            "seed": run["seed"],
            "device": record["device"],
            "device_name": record["device_name"],
            "seconds": run["seconds"],
            "test_accuracy": run["history"][-1]["test_accuracy"],
            "history": run["history"],
            "settings": {"arm": name},
        }
        for name in names
        for run in arms[name]["runs"]
    ]
