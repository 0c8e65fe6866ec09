"""CIFAR-10 on a CPU, at equal time: `cifar10_googlenet_bn` against the setting that most tutorials use.

    python benchmarks/cifar10_cpu.py --data DIR --minutes 4

Both train on the same class-balanced 10,000 images and are tested on all 10,000 test images. For each seed both run at
the same time, one thread each, so that whatever else the machine does disturbs both alike; each gets as many epochs as
fit into the given minutes, measured on the spot (the tutorial's number is rounded up, ours down; the record has the
seconds that each really took). Schedules are stretched to that number of epochs. The tests are not timed.

The full `cifar10_googlenet_bn` is a network for a GPU (1.45 G multiply-adds an image). On a CPU the recipe runs at half
the width on images scaled to 64 pixels behind the published stem, which takes a fiftieth of the multiply-adds. The
tutorial's network gets channels-last storage too, which makes it twice as fast here and changes nothing else.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import sys

import readme
import torch
from cifar10_runs import Contestant, describe, seconds_per_epoch, sum_up, timed_run

from inception_edu import open_dataset
from inception_edu.experiments.records import write_record

CONTESTANTS = [
    Contestant(
        "tutorial",
        "cifar10_classic",
        about="GoogLeNet of the UvA Deep Learning course, tutorial 5: AdamW 1e-3, batches of 128, rate cut twice",
    ),
    Contestant(
        "ours",
        "cifar10_googlenet_bn",
        {
            "model.stem": "imagenet",
            "model.width": 0.5,
            "data.image_size": 64,
            "batch_size": 64,
            "drop_last": True,
            "augment.translate": 4,
            "augment.cutout": 0,
            "loss.smoothing": 0.1,
            "optimizer.lr": 0.05,
        },
        about="GoogLeNet with batch norm at half width, 64 pixels: what cifar10-airbench taught, scaled to a CPU",
    ),
]


def contest(place: int, seed: int, options: argparse.Namespace, meet, results) -> None:
    """One contestant's part, in a process of its own with one thread."""
    torch.set_num_threads(1)
    contestant = CONTESTANTS[place]
    size = contestant.changes.get("data.image_size", 32)
    common = {"root": options.data, "verify": False, "image_size": size}
    datasets = (
        open_dataset("cifar10", split="train", subset=options.images, **common),
        open_dataset("cifar10", split="test", subset=options.test_images, **common),
    )
    device = torch.device("cpu")
    meet.wait()
    epoch = seconds_per_epoch(contestant, datasets, device, steps=options.steps, seed=seed)
    fits = 60 * options.minutes / epoch
    epochs = max(1, math.ceil(fits) if contestant.name == "tutorial" else math.floor(fits))
    print(f"seed {seed}, {contestant.name}: {epoch:.1f} s an epoch, {epochs} epochs", file=sys.stderr, flush=True)
    meet.wait()
    run = timed_run(contestant, datasets, device, progress=False, seed=seed, epochs=epochs)
    print(
        f"seed {seed}, {contestant.name}: {run['test_accuracy']:.2%} after {run['train_seconds']:.0f} s",
        file=sys.stderr,
        flush=True,
    )
    results.put((place, run))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder with cifar-10-batches-py; need not be the official files")
    parser.add_argument("--minutes", type=float, default=4.0, help="training time of each run (default 4)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--images", type=int, default=10_000, help="training images, class-balanced (default 10,000)")
    parser.add_argument("--test-images", type=int, default=None, help="test images (default all)")
    parser.add_argument("--steps", type=int, default=16, help="steps by which the speed is measured (default 16)")
    options = parser.parse_args()

    context = multiprocessing.get_context("spawn")
    runs: list[list[dict]] = [[] for _ in CONTESTANTS]
    for seed in options.seeds:
        meet, results = context.Barrier(len(CONTESTANTS)), context.Queue()
        arguments = [(place, seed, options, meet, results) for place in range(len(CONTESTANTS))]
        processes = [context.Process(target=contest, args=part) for part in arguments]
        for process in processes:
            process.start()
        for _ in processes:
            place, run = results.get()
            runs[place].append(run)
        for process in processes:
            process.join()
    summaries = [sum_up(contestant, part) for contestant, part in zip(CONTESTANTS, runs)]
    common = {"root": options.data, "verify": False}
    datasets = (
        open_dataset("cifar10", split="train", subset=options.images, **common),
        open_dataset("cifar10", split="test", subset=options.test_images, **common),
    )
    figures = {"minutes": options.minutes, "threads_each": 1, "side_by_side": True, "contestants": summaries}
    path = write_record("cifar10_cpu", {**describe(datasets), **figures})
    print(json.dumps({s["name"]: s["test_accuracy"] for s in summaries}, indent=1))
    print(f"wrote {path}", file=sys.stderr)
    readme.main()


if __name__ == "__main__":
    main()
