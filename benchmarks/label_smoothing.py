"""What does label smoothing do to accuracy and confidence? A small network, three ε, several seeds, and the record.

    python benchmarks/label_smoothing.py --seeds 5

Network, data and recipe are `inception_edu.experiments.calibration`. A minute on one core.
"""

from __future__ import annotations

import argparse
import time

import torch

from inception_edu.experiments.calibration import measure
from inception_edu.experiments.records import write_record

EPSILONS = (0.0, 0.1, 0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--pictures", type=int, default=800, help="training pictures, of 16 pixels")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    found = measure(EPSILONS, seeds=range(options.seeds), epochs=options.epochs, count=options.pictures)
    figures = {
        "seconds": round(time.perf_counter() - started),
        "seeds": list(range(options.seeds)),
        "epochs": options.epochs,
        "pictures": options.pictures,
        "batch_size": 50,
        "lr": 0.05,
        "measured": found,
    }
    print(f"wrote {write_record('11_label_smoothing', figures)}: {found}")


if __name__ == "__main__":
    main()
