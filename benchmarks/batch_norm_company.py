"""What does it cost to test a network with batch norm in training mode? Small and large batches, and the record.

    python benchmarks/batch_norm_company.py --seeds 5

Network and data are `inception_edu.experiments.learning_rates`. A minute on one core.
"""

from __future__ import annotations

import argparse
import time

import torch

from inception_edu.experiments.learning_rates import measure_company
from inception_edu.experiments.records import write_record

SIZES = (2, 4, 8, 16, 32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--pictures", type=int, default=800, help="training pictures, of 16 pixels")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    found = measure_company(SIZES, seeds=range(options.seeds), epochs=options.epochs, count=options.pictures)
    figures = {
        "seconds": round(time.perf_counter() - started),
        "seeds": list(range(options.seeds)),
        "epochs": options.epochs,
        "pictures": options.pictures,
        "batch_size": 50,
        "lr": 0.05,
        **found,
    }
    print(f"wrote {write_record('07_batch_norm_company', figures)}: {found}")


if __name__ == "__main__":
    main()
