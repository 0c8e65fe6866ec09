"""`inception-edu models`: what can be built."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from .. import architectures
from ..architectures import entry, list_models

HELP = "list the networks with their parameters and multiply-adds"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``inception-edu models``."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace) -> int:
    """Print the list, and return the exit status."""
    found = [describe(name) for name in list_models()]
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    name_width = max(len(model["name"]) for model in found)
    print(f"{'name':{name_width}}  {'parameters':>12}  {'multiply-adds':>15}  {'image':>9}  source")
    for model in found:
        size = "×".join(map(str, model["input"][1:]))
        print(f"{model['name']:{name_width}}  {model['params']:12,}  {model['macs']:15,}  {size:>9}  {model['source']}")
    print("Without auxiliary heads, for the usual image size and number of classes.")
    return 0


def describe(name: str) -> dict:
    """Name, title, source, input shape, options, and costs without auxiliary heads."""
    found, architecture = entry(name), architectures.architecture(name, aux_logits=False)
    rows = architecture.trace()
    return {
        "name": name,
        "title": found.title,
        "source": found.source,
        "input": [architecture.in_channels, *architecture.image_size],
        "num_classes": architecture.num_classes,
        "stems": list(found.image_sizes),
        "options": list(found.options),
        "params": sum(row.params for row in rows),
        "macs": sum(row.macs for row in rows),
    }
