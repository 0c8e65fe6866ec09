r"""Do auxiliary heads change what is known half way? Linear probes after every row, of networks with and without heads.

    python benchmarks/auxiliary_probes.py RUN... --data DIR

The runs come in pairs of one seed: one network had auxiliary heads while it learned, the other had none, and nothing
else differs. What a row's probes reach is one number a network, so an interval says how far other pairs could lie. The
pictures are small enough for the heads' 5×5 pool from the first epoch on, for they grow from 80 pixels:

    for seed in 0 1 2; do for heads in true false; do
        inception-edu train cifar10_96_googlenet_bn --data DIR --no-verify --seed $seed --epochs 5 \
            --set model.width=0.25 --set progressive.start=80 --set model.aux_logits=$heads --out heads-$heads-$seed
    done; done

A run took 20 to 29 minutes on one core with other work beside it, the probes of one half a minute.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from looking_inside import drawn
from looking_inside_rows import probes
from pretrained_runs import Run, last_accuracy, read_run, refusals, same_recipe

from inception_edu.augmentation.batches import Normalize
from inception_edu.experiments.records import write_record
from inception_edu.inference.trained import load_trained
from inception_edu.models.network import Network

WITH, WITHOUT = "with", "without"


def pairs(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """The runs with heads and those without, in the order of their seeds; ValueError if they are no pairs."""
    ordered = sorted(runs, key=lambda run: run.recipe.seed)
    sides = {
        WITH: [run for run in ordered if run.recipe.model.aux_logits],
        WITHOUT: [run for run in ordered if not run.recipe.model.aux_logits],
    }
    seeds = {name: [run.recipe.seed for run in side] for name, side in sides.items()}
    if not runs or seeds[WITH] != seeds[WITHOUT]:
        raise ValueError(f"pairs of one seed are needed, not {seeds[WITH]} with heads and {seeds[WITHOUT]} without")
    for side in sides.values():
        same_recipe([run.recipe for run in side])
    first, other = (side[0].recipe for side in sides.values())
    if first.override({"model.aux_logits": False}).to_dict() != other.to_dict():
        raise ValueError("the runs with heads and those without differ in more than their heads")
    return sides


def probed(run: Run, data: Path, count: int) -> tuple[dict[str, float], dict[str, Any]]:
    """Accuracy of a run's probes after every row, the mean of several; and what was measured with how much."""
    trained = load_trained(run.folder)
    assert isinstance(trained.model, Network)
    normalize = Normalize(*trained.normalization, torch.device("cpu"))
    sets = [drawn(data, split, trained.image_size, count) for split in ("train", "test")]
    found = probes(trained.model, *((normalize(p.flatten(0, 1)).view(p.shape), labels) for p, labels in sets))
    return {row: statistics.mean(values) for row, values in found["accuracy"].items()}, found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folders of runs, in pairs of one seed")
    parser.add_argument("--data", type=Path, required=True, help="folder of cifar-10-batches-py")
    parser.add_argument("--pictures", type=int, default=100, help="in each of the ten draws")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with refusals(parser):
        sides = pairs([read_run(folder) for folder in options.runs])
    recipe = sides[WITHOUT][0].recipe
    figures: dict[str, Any] = {
        "recipe": {"name": recipe.name, "epochs": recipe.epochs, "width": recipe.model.width},
        "image_size": recipe.data.image_size,
        "seeds": [run.recipe.seed for run in sides[WITHOUT]],
        "test_accuracy": {name: [last_accuracy(run.history) for run in side] for name, side in sides.items()},
    }
    for name, side in sides.items():
        found = [probed(run, options.data, options.pictures) for run in side]
        figures["pictures"] = found[0][1]["pictures"]
        figures[name] = {row: [accuracy[row] for accuracy, _ in found] for row in found[0][0]}
        print(f"{name} heads: probed {len(side)} networks", flush=True)
    print(f"wrote {write_record('13_auxiliary_probes', figures)}")


if __name__ == "__main__":
    main()
