"""`inception-edu export WEIGHTS_OR_RUN -o FILE`: a trained network as a file for other programs.

FILE ends in .onnx (ONNX), .pt2 (ExportedProgram) or .ts (TorchScript). It is checked against the network before it is
written, and carries the names of the classes and how images are normalized.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from .trained_network import WEIGHTS_HELP, add_network_arguments, network_settings

HELP = "write a trained network as ONNX, ExportedProgram or TorchScript"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("weights", metavar="WEIGHTS_OR_RUN", help=WEIGHTS_HELP)
    add_network_arguments(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="model.onnx, model.pt2 or model.ts")
    parser.add_argument(
        "--batch", default="dynamic", metavar="N", help="images at a time, or dynamic for any number (the default)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace) -> int:
    """Write the file, and say what it is."""
    from ..inference import export_model, load_trained

    batch = int(args.batch) if args.batch.isdecimal() else args.batch
    done = export_model(load_trained(args.weights, **network_settings(args)), args.output, batch=batch)
    if args.json:
        about = {"file": str(done.file), "format": done.format, **done.about}
        print(json.dumps(about | {"batch": done.batch, "largest_difference": done.largest_difference}, indent=2))
    else:
        size = done.about["image_size"]
        print(
            f"{done.file}: {done.format} of {done.about['model']}, {len(done.about['classes'])} classes, "
            f"images {done.batch}×3×{size}×{size}; logits differ by at most {done.largest_difference:.1g}"
        )
    return 0
