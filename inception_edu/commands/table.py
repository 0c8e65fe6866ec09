"""`inception-edu table NAME`: the layer table of a network."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..tables import DETAILS, layer_table

HELP = "print a network's layer table, like the papers'"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", help="a name from `inception-edu models`")
    parser.add_argument("--image-size", type=int, metavar="PIXELS", help="side of the image (default: the usual one)")
    parser.add_argument("--num-classes", type=int, metavar="N", help="classes (default: the usual number)")
    parser.add_argument("--no-aux", action="store_true", help="leave the auxiliary heads out")
    parser.add_argument("--stem", default="imagenet", help="imagenet (default) or cifar")
    parser.add_argument("--detail", choices=DETAILS, default="stage", help="rows as in the paper, or single layers")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace) -> int:
    table = layer_table(
        args.model,
        args.image_size,
        detail=args.detail,
        num_classes=args.num_classes,
        aux_logits=False if args.no_aux else None,
        stem=args.stem,
    )
    print(table.to_json() if args.json else table.to_markdown() if args.markdown else table)
    return 0
