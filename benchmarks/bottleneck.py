"""How many channels of a trained network may be left out before it notices? Several seeds, and the record.

    python benchmarks/bottleneck.py --seeds 5

Network, data and recipe are `inception_edu.experiments.bottleneck`. A minute on one core.
"""

from __future__ import annotations

import argparse
import time

import torch

from inception_edu.experiments.bottleneck import CHANNELS, WIDTHS, measure
from inception_edu.experiments.records import write_record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    rows = measure(seeds=range(options.seeds), epochs=options.epochs)
    figures = {
        "seconds": round(time.perf_counter() - started),
        "seeds": list(range(options.seeds)),
        "epochs": options.epochs,
        "channels": CHANNELS,
        "widths": list(WIDTHS),
        "measured": rows,
    }
    print(f"wrote {write_record('02_bottleneck', figures)}")


if __name__ == "__main__":
    main()
