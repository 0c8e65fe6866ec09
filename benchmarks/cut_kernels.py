"""Are trained kernels nearer to a row and a column than random ones, and does a network live through the cut?

    python benchmarks/cut_kernels.py --seeds 5

Chapter 8's network with 5×5 kernels, trained by the chapter's recipe and cut by `inception_edu.experiments.cutting`.
Two controls: the same network before training, and the trained kernels with their numbers in random order. Then the cut
network is trained a little more, and beside it the network that was not cut. Three minutes on one core.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time

import torch

from inception_edu import open_dataset
from inception_edu.augmentation.batches import Normalize
from inception_edu.experiments import factorizing
from inception_edu.experiments.by_heart import accuracy
from inception_edu.experiments.cutting import cut, kept, large, middle_for, separability, shuffled
from inception_edu.experiments.records import write_record
from inception_edu.experiments.ways import compare_ways, recipe
from inception_edu.training.run import train

WAY = "one 5×5"
SHARES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
PRICE = 0.4
"""Weights of a pair at equal widths, as a share of the 5×5."""


def of_kernels(weights: list[torch.Tensor]) -> dict:
    """What a pair keeps of these layers, the mean over them."""
    return {
        "separability": statistics.fmean(separability(weight) for weight in weights),
        "kept": [statistics.fmean(kept(weight, middle_for(weight, share)) for weight in weights) for share in SHARES],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--more", type=int, default=3, help="epochs after the cut")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    datasets = open_dataset("shapes"), open_dataset("shapes", split="test")
    settings = recipe(options.epochs).data
    normalize = Normalize(settings.mean, settings.std, torch.device("cpu"))
    test = normalize(datasets[1].images), datasets[1].labels
    runs = compare_ways({WAY: factorizing.WAYS[WAY]}, epochs=options.epochs, seeds=options.seeds)[WAY]
    measured = []
    for seed, run in enumerate(runs):
        torch.manual_seed(seed)
        weights = {"random": [unit.conv.weight for unit in large(factorizing.WAYS[WAY]())]}
        weights["trained"] = [unit.conv.weight for unit in large(run.model)]
        weights["shuffled"] = [shuffled(weight, seed) for weight in weights["trained"]]
        row = {name: of_kernels(layers) for name, layers in weights.items()}
        row |= {
            "accuracy": accuracy(run.model, test),
            "cut": [accuracy(cut(run.model, share), test) for share in SHARES],
        }
        for name, model in (
            ("cut, then trained", cut(run.model, PRICE)),
            ("not cut, trained", copy.deepcopy(run.model)),
        ):
            result = train(recipe(options.more), model=model, datasets=datasets, seed=100 + seed, progress=False)
            row[name] = result.test_accuracy
        measured.append(row)
    figures = {
        "seconds": round(time.perf_counter() - started),
        "seeds": options.seeds,
        "epochs": options.epochs,
        "more_epochs": options.more,
        "recipe": recipe(options.epochs).to_dict(),
        "shares": SHARES,
        "price": PRICE,
        "measured": measured,
    }
    print(f"wrote {write_record('cut_kernels', figures)}: {measured}")


if __name__ == "__main__":
    main()
