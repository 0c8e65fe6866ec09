"""Does the recipe `quick` learn more in its epochs with Muon than with AdamW or SGD? Several seeds, and the record.

    python benchmarks/optimizers.py --seeds 5

Each rule gets the better of two rates, found with a seed that is not among those compared. Everything else is the
recipe's. Twenty minutes on one core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from over_seeds import measure_and_record

from inception_edu import train

CHOOSING = 1000  # a seed
RULES: dict[str, tuple[Mapping[str, Any], tuple[float, ...]]] = {
    "SGD": ({"optimizer.name": "sgd"}, (0.05, 0.15)),
    "AdamW": ({"optimizer.name": "adamw", "optimizer.nesterov": False}, (0.005, 0.02)),
    "Muon": ({"optimizer.name": "muon"}, (0.015, 0.03)),
}


def accuracy(epochs: int, seed: int, changes: Mapping[str, Any]) -> float:
    """Of the last epoch, on the test pictures."""
    result = train("quick", epochs=epochs, seed=seed, device="cpu", progress=False, **changes)
    return result.test_accuracy


def measure(seeds: Sequence[int], epochs: int) -> dict[str, Any]:
    """By rule: what each rate gave with the seed for choosing, the better one, and what it gave with all seeds."""
    found: dict[str, Any] = {}
    for name, (changes, rates) in RULES.items():
        tried = {rate: accuracy(epochs, CHOOSING, {**changes, "optimizer.lr": rate}) for rate in rates}
        best = max(tried, key=lambda rate: tried[rate])
        runs = [accuracy(epochs, seed, {**changes, "optimizer.lr": best}) for seed in seeds]
        found[name] = {
            "tried": {f"{rate:g}": right for rate, right in tried.items()},
            "lr": best,
            "test_accuracy": runs,
        }
        print(name, found[name], flush=True)
    return {"rules": found}


if __name__ == "__main__":
    measure_and_record(
        "06_optimizers", __doc__, measure, options={"epochs": 4}, constants={"recipe": "quick", "choosing": CHOOSING}
    )
