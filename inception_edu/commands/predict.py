"""`inception-edu predict PICTURE... --weights WEIGHTS_OR_RUN`: pictures in, labels and probabilities out.

WEIGHTS_OR_RUN is the folder of a finished run, a file of weights with --model, or the name of weights that
`inception-edu models --weights` lists, such as cifar10 or imagenet.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from .trained_network import WEIGHTS_HELP, add_network_arguments, network_settings

HELP = "label pictures with a trained network"

SUFFIXES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".tif", ".tiff", ".webp")
"""Which files of a folder are pictures."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("pictures", nargs="+", metavar="PICTURE", help="a file, or a folder of pictures")
    parser.add_argument("--weights", required=True, metavar="WEIGHTS_OR_RUN", help=WEIGHTS_HELP)
    add_network_arguments(parser)
    parser.add_argument("--top", type=int, default=5, metavar="N", help="labels for each picture (default: 5)")
    parser.add_argument("--device", metavar="NAME", help="cpu, cuda, cuda:1, mps (default: cpu)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace) -> int:
    """Print the labels of the pictures; those that cannot be read are told on stderr."""
    from ..inference import load_predictor

    failed: list[str] = []

    def tell(what: object) -> None:
        failed.append(line := " ".join(str(what).split()))
        print(f"inception-edu predict: {line}", file=sys.stderr)

    predictor = load_predictor(args.weights, device=args.device, **network_settings(args))
    found = predictor.predict(_files(args.pictures, tell), args.top, on_unreadable=tell)
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        for one in found:
            labels = ", ".join(f"{each['label']} {each['probability']:.1%}" for each in one["predictions"])
            print(f"{one['picture']}: {labels}")
    return 2 if failed else 0


def _files(pictures: list[str], tell: Callable[[str], None]) -> Iterator[Path]:
    """Files as they are named, and the pictures of folders in order of their names, hidden ones left out."""
    for name in pictures:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        inside = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix.lower() in SUFFIXES
            and file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        ]
        if not inside:
            tell(f"{path} is a folder without pictures ({', '.join(SUFFIXES)})")
        yield from inside
