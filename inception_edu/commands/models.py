"""`inception-edu models`: what can be built, and with `--weights` what is trained already."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..pretrained import Weights

HELP = "list the networks with their parameters and multiply-adds"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``inception-edu models``."""
    parser.add_argument("--weights", action="store_true", help="list the trained weights that have a name")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace) -> int:
    """Print the list, and return the exit status."""
    if args.weights:
        return _print_weights(args.json)
    from ..architectures import list_models

    found = [describe(name) for name in list_models()]
    if args.json:
        import json

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
    from ..architectures import architecture, entry

    found, network = entry(name), architecture(name, aux_logits=False)
    rows = network.trace()
    return {
        "name": name,
        "title": found.title,
        "source": found.source,
        "input": [network.in_channels, *network.image_size],
        "num_classes": network.num_classes,
        "stems": list(found.image_sizes),
        "options": list(found.options),
        "params": sum(row.params for row in rows),
        "macs": sum(row.macs for row in rows),
    }


def _print_weights(as_json: bool) -> int:
    """The trained weights that have a name."""
    from ..pretrained import weights

    cards = weights()
    if as_json:
        import json

        print(json.dumps([tell(card) for card in cards], ensure_ascii=False, indent=2))
        return 0
    print(f"{'model':14}  {'weights':12}  {'classes':>7}  {'image':>5}  {'accuracy':>8}  {'MB':>6}  source")
    for card in cards:
        print(
            f"{card.model:14}  {card.name:12}  {len(card.classes):7}  {card.image_size:5}  {card.accuracy:8.1%}  "
            f"{card.bytes / 1e6:6.1f}  {card.source}"
        )
    print("Those of inception-edu travel with the package; torchvision's are downloaded when they are first used.")
    return 0


def tell(card: Weights) -> dict:
    """A card as plain values; what was measured besides stands in the file of the card."""
    from dataclasses import fields

    told = {field.name: getattr(card, field.name) for field in fields(card) if field.name != "details"}
    return told | {"path": str(card.path) if card.path else None}
