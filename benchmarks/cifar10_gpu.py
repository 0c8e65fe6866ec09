"""Full CIFAR-10 on one GPU, side by side: the tutorial's setting, a plain ResNet-18, and ours.

    python benchmarks/cifar10_gpu.py --data DIR [--tutorial-epochs 60]

Every contestant runs with every seed, one after the other on the same GPU, after a short run to warm up (cuDNN's choice
of algorithms is not timed). Accuracies are of the last epoch. Training time leaves the tests out; each epoch is tested,
so that the time at which an accuracy was first reached can be read off. With data that is not official (`--no-verify`)
accuracies are lower than published ones by an amount that only a run of both would tell: judge side by side.
"""

from __future__ import annotations

import argparse
import json
import sys

import torch
from cifar10_runs import Contestant, describe, seconds_per_epoch, sum_up, timed_run
from torch import nn

from inception_edu import open_dataset
from inception_edu.experiments.records import write_record

TARGETS = (0.90, 0.94, 0.955)


def resnet18() -> nn.Module:
    """The ResNet-18 of torchvision, for 32×32 images: a 3×3 first convolution, no early down-sampling, 10 classes."""
    from torchvision.models import resnet18

    model = resnet18(num_classes=10)
    model.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    model.add_module("maxpool", nn.Identity())  # replaces it; its attribute is typed as a pooling
    return model


def contestants(tutorial_epochs: int) -> list[Contestant]:
    tested = {"evaluation.every": 1}
    return [
        Contestant(
            "tutorial",
            "cifar10_classic",
            {"epochs": tutorial_epochs} | tested,
            about="GoogLeNet of the UvA Deep Learning course, tutorial 5",
        ),
        Contestant("resnet18", "cifar10_googlenet_bn", tested, resnet18, about="plain ResNet-18, trained as ours"),
        Contestant("inception_v2", "cifar10_inception_v2", tested, about="Inception-v2 with a CIFAR stem"),
        Contestant("ours_12", "cifar10_googlenet_bn", {"epochs": 12} | tested, about="GoogLeNet-BN, 12 epochs"),
        Contestant("ours", "cifar10_googlenet_bn", tested, about="GoogLeNet-BN, the recipe as it is"),
        Contestant("ours_60", "cifar10_googlenet_bn", {"epochs": 60} | tested, about="GoogLeNet-BN, 60 epochs"),
    ]


def first_time(run: dict, accuracy: float) -> float | None:
    """Training seconds after which a run was first tested at `accuracy` or better."""
    return next((row["train_seconds"] for row in run["history"] if (row["test_accuracy"] or 0) >= accuracy), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder with cifar-10-batches-py")
    parser.add_argument("--no-verify", action="store_true", help="take files that are not the official ones")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--tutorial-epochs", type=int, default=180, help="of the tutorial's setting (default 180)")
    parser.add_argument("--only", nargs="+", help="names of the contestants to run")
    parser.add_argument("--device", default="cuda")
    options = parser.parse_args()
    device = torch.device(options.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        sys.exit("there is no GPU here; benchmarks/cifar10_cpu.py is the benchmark for a CPU")

    datasets = tuple(
        open_dataset("cifar10", options.data, split, verify=not options.no_verify) for split in ("train", "test")
    )
    summaries = []
    for contestant in contestants(options.tutorial_epochs):
        if options.only and contestant.name not in options.only:
            continue
        seconds_per_epoch(contestant, datasets, device, steps=20)  # warms up
        runs = []
        for seed in options.seeds:
            runs.append(timed_run(contestant, datasets, device, seed=seed))
            print(
                f"{contestant.name}, seed {seed}: {runs[-1]['test_accuracy']:.2%} "
                f"after {runs[-1]['train_seconds']:.1f} s",
                file=sys.stderr,
                flush=True,
            )
        summaries.append(sum_up(contestant, runs))
        # written after every contestant, so that a lease that ends early leaves what was measured
        figures = {"tutorial_epochs": options.tutorial_epochs, "contestants": add_times(summaries)}
        path = write_record("cifar10_gpu", {**describe(datasets), **figures}, device=device)
        print(f"wrote {path}", file=sys.stderr)
    print(json.dumps({s["name"]: s["test_accuracy"] for s in summaries}, indent=1))


def add_times(summaries: list[dict]) -> list[dict]:
    """To each contestant, the seconds to each target and to the tutorial's final accuracy, by seed."""
    final = next((s["test_accuracy"]["mean"] for s in summaries if s["name"] == "tutorial"), None)
    targets = {f"{target:.3f}": target for target in TARGETS} | ({"tutorial": final} if final else {})
    for summary in summaries:
        summary["seconds_to"] = {
            name: [first_time(run, target) for run in summary["runs"]] for name, target in targets.items()
        }
    return summaries


if __name__ == "__main__":
    main()
