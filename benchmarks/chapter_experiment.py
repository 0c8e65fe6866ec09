"""Run a chapter's experiment for longer than the book has time for, and record what comes out.

    python benchmarks/chapter_experiment.py 09_grid_reduction --epochs 12 --seeds 5

Networks, data and recipe are the chapter's own: both call `inception_edu.experiments.ways.compare_ways`. Two to eight
minutes on one core.
"""

from __future__ import annotations

import argparse
import time

from inception_edu.experiments import factorizing, reductions
from inception_edu.experiments.records import write_record
from inception_edu.experiments.ways import compare_ways

EXPERIMENTS = {"08_factorizing_convolutions": factorizing.WAYS, "09_grid_reduction": reductions.WAYS}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("chapter", choices=EXPERIMENTS, help="name of a notebook in chapters/")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    started = time.perf_counter()
    runs = compare_ways(EXPERIMENTS[args.chapter], epochs=args.epochs, seeds=args.seeds)
    first = next(iter(runs.values()))[0]
    figures = {
        "seconds": round(time.perf_counter() - started),
        "data": first.data,
        "official": first.official,
        "recipe": first.recipe.to_dict(),
        "epochs": args.epochs,
        "seeds": args.seeds,
        "test_accuracy": {name: [run.test_accuracy for run in group] for name, group in runs.items()},
    }
    print(f"wrote {write_record(args.chapter, figures, device=first.device)}: {figures['test_accuracy']}")


if __name__ == "__main__":
    main()
