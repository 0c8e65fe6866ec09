"""Train a network as a recipe says.

Without --out the run goes to a new folder runs/RECIPE-DATE-TIME. Under torchrun the same command trains with several
processes: torchrun --nproc-per-node 2 -m inception_edu train RECIPE ...
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from .loading import spinning_briefly, stopping_at_once

HELP = "train a network as a recipe says"
RUNS = Path("runs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `inception-edu train`."""
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help="a shipped recipe's name, or a TOML file")
    parser.add_argument("--list", action="store_true", help="list the shipped recipes")
    parser.add_argument(
        "--fields", action="store_true", help="list every setting of a recipe: values, default, meaning"
    )
    parser.add_argument(
        "--show", action="store_true", help="print the recipe's settings, --set included, and do not train"
    )
    parser.add_argument("--data", metavar="DIR", help="folder that holds the data, or its parent")
    parser.add_argument(
        "--no-verify", action="store_true", help="take data that is complete but not the official files"
    )
    parser.add_argument("--download", action="store_true", help="fetch the data into --data first, checksums verified")
    parser.add_argument("--epochs", type=int, metavar="N", help="train for N epochs")
    parser.add_argument("--seed", type=int, metavar="N", help="another seed: other weights, other order")
    parser.add_argument(
        "--subset", type=float, metavar="N", help="train on a class-balanced part: N images, or a fraction below 1"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="changes",
        help="change a setting; may be repeated",
    )
    parser.add_argument("--out", metavar="DIR", help="folder of the run: checkpoints, history, result")
    parser.add_argument(
        "--resume", action="store_true", help="continue the run in --out (without --out: the recipe's latest in runs/)"
    )
    parser.add_argument("--tensorboard", action="store_true", help="write curves for TensorBoard into the folder too")
    parser.add_argument("--device", metavar="NAME", help="cpu, cuda, cuda:1, mps; default: a GPU where there is one")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Train, or show what would be trained; returns the exit status."""
    from ..training.recipe import list_recipes, load_recipe, parse_overrides

    if args.list:
        room = max(map(len, list_recipes()))
        for name in list_recipes():
            print(f"{name:<{room}} {load_recipe(name).about}")
        return 0
    if args.fields:
        _print_fields()
        return 0
    if args.recipe is None:
        raise ValueError(f"say which recipe to train: {', '.join(list_recipes())}, or a TOML file")
    changes = parse_overrides(args.changes)
    changes |= {
        key: value
        for key, value in (("epochs", args.epochs), ("seed", args.seed), ("data.subset", args.subset))
        if value is not None
    }
    recipe = load_recipe(args.recipe)
    recipe.override(changes)  # a slip in --set is told before anything else happens
    if args.show:
        shown = recipe.override(changes)
        if args.data:
            from ..training.prepare import settle_recipe  # looks into the folder, which takes torch

            shown = settle_recipe(recipe, args.data, changes)
        for key, value in shown.flat().items():
            print(f"{key} = {value}")
        return 0

    spinning_briefly()
    with stopping_at_once():
        from ..training import train

    main_process = os.environ.get("RANK", "0") == "0"
    out = Path(args.out) if args.out else _choose_folder(recipe.name, args.resume, make=main_process)
    if main_process:
        print(f"{recipe.name}: writing to {out}", file=sys.stderr)
    try:
        result = train(
            recipe,
            data=args.data,
            verify=not args.no_verify,
            download=args.download,
            out=out,
            resume=args.resume,
            device=args.device,
            progress=False if args.quiet else None,
            tensorboard=args.tensorboard,
            **changes,
        )
    except KeyboardInterrupt as stopped:
        if main_process:
            print(f"\n{stopped or 'stopped before the first step; nothing was saved'}", file=sys.stderr)
        return getattr(stopped, "exit_status", 130)
    if main_process:
        print(result.to_json() if args.json else result.summary())
    return 0


def _choose_folder(recipe: str, resume: bool, make: bool) -> Path:
    """A new folder for a run; to resume, that of the recipe's latest run."""
    from ..training.folders import new_folder, runs_of

    if not resume:
        return new_folder(RUNS, recipe, make=make)  # torchrun's other processes write nothing
    runs = runs_of(RUNS, recipe)
    if not runs:
        raise FileNotFoundError(f"no run of {recipe} in {RUNS.resolve()} to continue: name its folder with --out")
    return runs[0]


def _print_fields() -> None:
    from ..training.recipe import Recipe

    for name, kind, default, meaning in Recipe.fields():
        print(f"{name} = {default!r}\n    {kind}\n    {meaning}")
