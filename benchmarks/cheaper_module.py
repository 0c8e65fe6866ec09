"""Train GoogLeNet with two versions of its module (3a), as printed and at half the cost, and record what comes out.

    python benchmarks/cheaper_module.py --epochs 4 --seeds 5

The recipe is `quick`: the synthetic shapes, a quarter of the width. Some minutes on two cores.
"""

from __future__ import annotations

import argparse
import time

from inception_edu.experiments.cheaper_module import compare_modules
from inception_edu.experiments.records import write_record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    started = time.perf_counter()
    runs = compare_modules(epochs=args.epochs, seeds=args.seeds)
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
    print(f"wrote {write_record('cheaper_module', figures, device=first.device)}: {figures['test_accuracy']}")


if __name__ == "__main__":
    main()
