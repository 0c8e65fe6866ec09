"""What is each idea of the family worth? One network, one recipe, one change at a time, several seeds.

    python benchmarks/ablations.py --data DIR                  # on a CPU: an hour on two cores
    python benchmarks/ablations.py --data DIR --scale gpu      # on a GPU: the recipe as it is, all of CIFAR-10

Every run of a seed starts from weights drawn with that seed and sees the images in the same order, so runs are compared
seed by seed: the figure that counts is the mean of the differences, with its 95 % interval. What a change is compared
with stands beside it (`against`). `clear` is what Holm's procedure leaves of all comparisons together. Runs are kept in
folders under --out and can be looked at with `inception-edu compare`; a benchmark that was interrupted goes on where it
stopped.

At the scale of a CPU the network has a quarter of its width and sees 10,000 training images, scaled to 80 pixels, about
the least that the auxiliary heads take behind the published stem. What is found there need not hold at full size.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import torch

from inception_edu import train
from inception_edu.architectures import architecture, entry
from inception_edu.experiments.ablations import compare_arms
from inception_edu.experiments.comparison import summarise
from inception_edu.experiments.records import write_record
from inception_edu.training import load_recipe

RECIPE = "cifar10_googlenet_bn"

SCALES = {
    "cpu": {
        "model.stem": "imagenet",
        "model.width": 0.25,
        "data.image_size": 80,
        "data.subset": 10_000,
        "epochs": 6,
        "batch_size": 64,
        "optimizer.lr": 0.05,
        "augment.cutout": 0,
        "loss.smoothing": 0.0,
        "evaluation.every": 2,
        "evaluation.flip": False,
    },
    "gpu": {"loss.smoothing": 0.0, "evaluation.every": 1, "evaluation.flip": False},
}


@dataclass(frozen=True)
class Arm:
    """The baseline with `changes`; `idea` says what is asked, `source` who claimed what about it."""

    name: str
    changes: dict = field(default_factory=dict)
    against: str = "GoogLeNet-BN"
    idea: str = ""
    source: str = ""


HEADS = {"model.aux_logits": True, "loss.aux_weight": 0.3}
UPPER = HEADS | {"model.options.lower_head": False}
PLAIN = {"model.name": "googlenet"}
SLOWER = 0.2  # times the rate: what plain GoogLeNet bears, found with a seed that is not among those recorded

ARMS = [
    Arm("GoogLeNet-BN", idea="the baseline: no auxiliary heads, no label smoothing"),
    Arm(
        "label smoothing",
        {"loss.smoothing": 0.1},
        idea="label smoothing 0.1",
        source="Szegedy et al. 2016, section 7: 0.2 points on ImageNet",
    ),
    Arm(
        "both heads",
        HEADS,
        idea="auxiliary heads on 4a and 4d",
        source="Szegedy et al. 2016, section 4: they act as a regularizer",
    ),
    Arm(
        "upper head",
        UPPER,
        against="both heads",
        idea="the lower head removed",
        source="Szegedy et al. 2016, section 4: no adverse effect on the final quality",
    ),
    Arm(
        "two 3×3",
        {"model.options.module": "factorized"},
        idea="two 3×3 in place of each 5×5",
        source="Szegedy et al. 2016, section 3.1: as expressive, and cheaper at equal widths",
    ),
    Arm(
        "no reductions",
        {"model.options.module": "naive"},
        idea="no 1×1 reductions, every layer narrower so that the multiply-adds are the same",
        source="Szegedy et al. 2015, section 4: the naive module is inefficient",
    ),
    Arm(
        "Inception-v2",
        {"model.name": "inception_v2", "model.options": {}},
        idea="Inception-v2 for GoogLeNet-BN",
        source="the VOC notes: 78.02 % against 74.77 %",
    ),
    Arm(
        "no batch norm, same rate",
        PLAIN,
        idea="batch norm off",
        source="Ioffe and Szegedy 2015: batch norm allows higher rates",
    ),
    Arm(
        "no batch norm",
        PLAIN | {"optimizer.lr": SLOWER},
        idea="batch norm off, at a fifth of the rate",
        source="Ioffe and Szegedy 2015: faster and better with batch norm",
    ),
    Arm(
        "no batch norm, both heads",
        PLAIN | HEADS | {"optimizer.lr": SLOWER},
        against="no batch norm",
        idea="auxiliary heads where there is no batch norm",
        source="Szegedy et al. 2015, section 5: they fight vanishing gradients",
    ),
    Arm(
        "no batch norm, upper head",
        PLAIN | UPPER | {"optimizer.lr": SLOWER},
        against="no batch norm, both heads",
        idea="the lower head removed where there is no batch norm",
        source="Szegedy et al. 2016, section 4: no adverse effect on the final quality",
    ),
]


def settings(arm: Arm, scale: str) -> dict:
    """Everything in which a run of the arm differs from the recipe.

    An arm's rate is relative to the baseline's. Images are as large as the baseline's in proportion to the size that
    a network was made for: what is 80 pixels to GoogLeNet (224) is 107 to Inception-v2 (299).
    """
    base = SCALES[scale]
    recipe = load_recipe(RECIPE).override(base)
    changes = base | arm.changes
    if "optimizer.lr" in arm.changes:
        changes["optimizer.lr"] = recipe.optimizer.lr * arm.changes["optimizer.lr"]
    if "model.name" in arm.changes:
        own, usual = (
            entry(name).image_sizes[recipe.model.stem] for name in (arm.changes["model.name"], recipe.model.name)
        )
        changes["data.image_size"] = round(recipe.data.image_size * own / usual)
    if arm.changes.get("model.options.module") == "naive":
        changes["model.width"] = width_of_equal_cost(arm, base)
    return changes


def network(changes: dict):
    """The arm's network as data."""
    recipe = load_recipe(RECIPE).override(changes)
    spec = recipe.model
    return architecture(
        spec.name,
        num_classes=10,
        image_size=recipe.data.image_size,
        stem=spec.stem,
        width=spec.width,
        aux_logits=None if spec.aux_logits else False,
        **spec.options,
    )


def cost(changes: dict) -> tuple[int, int]:
    """Parameters and multiply-adds of the network that is used in the end, without auxiliary heads."""
    rows = network(changes).trace()
    return sum(row.params for row in rows), sum(row.macs for row in rows)


def width_of_equal_cost(arm: Arm, base: dict) -> float:
    """The largest width, in steps of 1/1000, at which the arm takes no more multiply-adds than the baseline."""
    _, budget = cost(base)
    low, high = 1, round(1000 * load_recipe(RECIPE).override(base).model.width)
    while high - low > 1:
        middle = (low + high) // 2
        _, here = cost(base | arm.changes | {"model.width": middle / 1000})
        low, high = (middle, high) if here <= budget else (low, middle)
    return low / 1000


def run(job: tuple[Arm, int, argparse.Namespace]) -> tuple[str, Path]:
    """One arm with one seed, or what is left of it. Returns the arm's name and the file of the result."""
    arm, seed, options = job
    folder = options.out / f"{arm.name.replace(' ', '_').replace(',', '')}_{seed}"
    if not (folder / "result.json").exists():
        if options.scale == "cpu":
            torch.set_num_threads(1)
        result = train(
            RECIPE,
            data=options.data,
            verify=not options.no_verify,
            out=folder,
            resume=True,
            seed=seed,
            progress=False,
            device=options.device,
            **settings(arm, options.scale),
        )
        print(
            f"{arm.name}, seed {seed}: {result.test_accuracy:.2%} after {result.seconds:.0f} s",
            file=sys.stderr,
            flush=True,
        )
    return arm.name, folder / "result.json"


def sum_up(arm: Arm, runs: list[dict], scale: str) -> dict:
    """What the record says of an arm: how it was made, what it costs, its runs."""
    params, macs = cost(settings(arm, scale))
    accuracies = [run["test_accuracy"] for run in runs]
    return {
        "name": arm.name,
        "idea": arm.idea,
        "source": arm.source,
        "against": arm.against,
        "changes": settings(arm, scale),
        "params": params,
        "macs": macs,
        "test_accuracy": summarise(accuracies),
        "train_loss": summarise([run["history"][-1]["train_loss"] for run in runs]),
        "train_accuracy": summarise([run["history"][-1]["train_accuracy"] for run in runs]),
        "runs": [
            {
                "seed": run["seed"],
                "seconds": run["seconds"],
                "history": [
                    {key: row[key] for key in ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")}
                    for row in run["history"]
                ],
            }
            for run in runs
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder with cifar-10-batches-py")
    parser.add_argument("--no-verify", action="store_true", help="take files that are not the official ones")
    parser.add_argument("--scale", choices=SCALES, default="cpu")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--only", nargs="+", help="names of the arms to run; none but these are recorded")
    parser.add_argument("--out", type=Path, default=Path("runs/ablations"), help="where the runs are kept")
    parser.add_argument("--processes", type=int, default=2, help="runs at the same time (default 2; on a GPU 1)")
    parser.add_argument("--device", default=None)
    options = parser.parse_args()
    names = [arm.name for arm in ARMS]
    if unknown := set(options.only or []) - set(names):
        parser.error(f"there is no arm {sorted(unknown)[0]!r}; there are {', '.join(names)}")
    chosen = [arm for arm in ARMS if not options.only or arm.name in options.only]

    jobs = [(arm, seed, options) for seed in options.seeds for arm in chosen]  # seed by seed: what is there is whole
    files = defaultdict(list)
    if options.scale == "gpu":
        finished = map(run, jobs)
    else:
        context = multiprocessing.get_context("spawn")
        finished = context.Pool(options.processes).imap(run, jobs, chunksize=1)
    for name, file in finished:
        files[name].append(file)
    runs = {name: [json.loads(file.read_text()) for file in group] for name, group in files.items()}
    first = runs[chosen[0].name][0]
    arms = [sum_up(arm, runs[arm.name], options.scale) for arm in chosen]
    found = compare_arms(arms)
    figures = {
        "official": first["official"],
        "data": first["data_details"],
        "recipe": RECIPE,
        "scale": SCALES[options.scale],
        "seeds": options.seeds,
        "processes": 1 if options.scale == "gpu" else options.processes,
        "seconds": round(sum(run["seconds"] for group in runs.values() for run in group)),
        "arms": [arm | {"difference": found.get(arm["name"])} for arm in arms],
    }
    path = write_record(f"ablations_{options.scale}", figures, device=first["device"])
    for arm in figures["arms"]:
        gap = arm["difference"]
        beside = f"  {100 * gap['mean']:+.2f} ± {100 * gap['margin']:.2f} to {arm['against']}" if gap else ""
        print(f"{arm['name']:28} {100 * arm['test_accuracy']['mean']:.2f}{beside}")
    print(f"wrote {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
