"""`inception-edu table NAME`: the layer table of a network, or the network as a program in plain PyTorch."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "print a network's layer table, like the papers', or its code"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what this command takes."""
    from ..tables import COLUMNS, DETAILS

    parser.add_argument("model", help="a name from `inception-edu models`")
    parser.add_argument("--image-size", type=int, metavar="PIXELS", help="side of the image (default: the usual one)")
    parser.add_argument("--num-classes", type=int, metavar="N", help="classes (default: the usual number)")
    parser.add_argument("--no-aux", action="store_true", help="leave the auxiliary heads out")
    parser.add_argument("--stem", default="imagenet", help="imagenet (default) or cifar")
    parser.add_argument("--detail", choices=DETAILS, default="stage", help="rows as in the paper, or single layers")
    parser.add_argument(
        "--columns",
        choices=COLUMNS,
        nargs="+",
        default=(),
        metavar="COLUMN",
        help=f"also show any of {', '.join(COLUMNS)}",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print Markdown")
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--code", action="store_true", help="print the network in plain PyTorch, shapes at the line")


def run(args: Namespace) -> int:
    """Print the table, or the code."""
    from ..architectures import architecture
    from ..tables import layer_table, python_code

    built = {
        "image_size": args.image_size,
        "num_classes": args.num_classes,
        "aux_logits": False if args.no_aux else None,
        "stem": args.stem,
    }
    if args.code:
        print(python_code(architecture(args.model, **built)), end="")
        return 0
    table = layer_table(args.model, detail=args.detail, columns=args.columns, **built)
    print(table.to_json() if args.json else table.to_markdown() if args.markdown else table)
    return 0
