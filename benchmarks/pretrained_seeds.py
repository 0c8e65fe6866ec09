"""Further seeds of weights that travel with the package: how far apart they lie goes onto the card.

    python benchmarks/pretrained_seeds.py RUN... --name cifar10

The runs are of the card's recipe with other seeds, trained to their ends. The file of weights stays as it is: it is the
network of the first seed, whatever others reach. Nothing is tested again: of each run the card takes the learning
curve, the time, and the last accuracy on the test pictures, in float.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from pretrained_runs import Run, last_accuracy, read_run, refusals, same_recipe

from inception_edu.experiments.intervals import estimate
from inception_edu.files import write_atomically
from inception_edu.pretrained.shipped import FOLDER
from inception_edu.training import Recipe
from inception_edu.training.provenance import provenance


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folders of runs with other seeds")
    parser.add_argument("--name", required=True, help="of the weights: create_model(MODEL, weights=NAME)")
    parser.add_argument("--out", default=FOLDER, help="folder of the card (default: the package's)")
    options = parser.parse_args()
    with refusals(parser):
        runs = [read_run(Path(folder)) for folder in options.runs]
        path = Path(options.out) / f"{runs[0].recipe.model.name}-{options.name}.json"
        if not path.is_file():
            raise FileNotFoundError(f"there is no card {path}: benchmarks/pretrained.py makes it from a first run")
        card = with_seeds(json.loads(path.read_text(encoding="utf-8")), runs)
    write_atomically(path, (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())
    found = card["over_seeds"]
    print(f"wrote {path}: {found['mean']:.2%} ± {found['margin']:.2%} over {len(found['values'])} seeds")


def with_seeds(card: dict[str, Any], runs: list[Run]) -> dict[str, Any]:
    """The card with these runs on it.

    Raises:
        ValueError: a run is of another recipe, of a seed that the card has, or has not ended.
    """
    recipe = Recipe.from_dict(card["settings"])
    same_recipe([*(recipe.override({"seed": seed}) for seed in card["seeds"]), *(run.recipe for run in runs)])
    for run in runs:
        if not run.finished:
            raise ValueError(f"{run.folder} has not ended: {run.epoch} of {run.recipe.epochs} epochs")
    curves = [*card["curves"], *(run.history for run in runs)]
    folders = " ".join(run.folder.name for run in runs)
    command = f"python benchmarks/pretrained_seeds.py {folders} --name {card['name']}"
    return {
        **card,
        "seeds": [*card["seeds"], *(run.recipe.seed for run in runs)],
        "over_seeds": estimate([found for curve in curves if (found := last_accuracy(curve)) is not None]),
        "curves": curves,
        "seconds": [*card["seconds"], *(round(run.seconds) for run in runs)],
        "further_seeds": [*card.get("further_seeds", []), {"command": command, **provenance(torch.device("cpu"))}],
    }


if __name__ == "__main__":
    main()
