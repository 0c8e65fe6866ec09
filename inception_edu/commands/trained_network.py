"""The arguments that say which trained network a command is about."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

WEIGHTS_HELP = "the folder of a finished run, a file of weights with --model, or a name: cifar10, imagenet"


def add_network_arguments(parser: ArgumentParser) -> None:
    """Declare what says more about the weights; `network_settings` reads it."""
    parser.add_argument("--model", metavar="NAME", help="the network that the weights are of (a name's: googlenet_bn)")
    parser.add_argument("--classes", metavar="FILE", help="names of the classes, one a line")
    parser.add_argument("--image-size", type=int, metavar="PIXELS", help="side of the images (default: the run's)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="options",
        help="an option of the network of a file of weights, such as width=0.5; may be repeated",
    )


def network_settings(args: Namespace) -> dict[str, Any]:
    """The arguments of `load_trained`, beside the weights."""
    from ..training.recipe import parse_overrides

    lines = Path(args.classes).read_text(encoding="utf-8").splitlines() if args.classes else []
    own = {
        "model": args.model,
        "classes": [line.strip() for line in lines if line.strip()] if args.classes else None,
        "image_size": args.image_size,
    }
    options = parse_overrides(args.options)
    if twice := sorted((own.keys() | {"device"}) & options.keys()):
        raise ValueError(f"--set {twice[0]} is not an option of the network: it has an argument of its own")
    return own | options
