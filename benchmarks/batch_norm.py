"""Which learning rates can a network bear, with batch norm and without? Eight rates, several seeds, and the record.

    python benchmarks/batch_norm.py --seeds 5

Network, data and training are `inception_edu.experiments.learning_rates`. Five minutes on one core.
"""

from __future__ import annotations

import argparse
import time

import torch

from inception_edu.experiments.learning_rates import LAST, measure
from inception_edu.experiments.records import write_record

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--pictures", type=int, default=800, help="training pictures, of 16 pixels")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    found = measure(RATES, seeds=range(options.seeds), steps=options.steps, count=options.pictures)
    figures = {
        "seconds": round(time.perf_counter() - started),
        "seeds": list(range(options.seeds)),
        "steps": options.steps,
        "last": LAST,
        "pictures": options.pictures,
        "batch_size": 32,
        "measured": found,
    }
    print(f"wrote {write_record('07_batch_normalization', figures)}: {found}")


if __name__ == "__main__":
    main()
