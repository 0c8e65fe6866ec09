"""Compare finished runs: those that differ in nothing but the seed are summed up as mean and spread."""

from __future__ import annotations

import argparse
import json
import sys

HELP = "put finished runs side by side, with mean and spread over seeds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `inception-edu compare`."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folder of a run, or a result.json")
    parser.add_argument("--plot", metavar="FILE", help="draw the learning curves into FILE (.png, .svg, .pdf)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the comparison; returns the exit status."""
    from ..experiments import comparison

    finished, unfinished = comparison.load_runs(args.runs)
    if not finished:
        raise ValueError(f"none of these runs is finished: {', '.join(unfinished)}")
    groups = comparison.compare(finished)
    if args.plot:
        from ..plots import draw_learning_curves

        try:
            draw_learning_curves(groups).savefig(args.plot, dpi=150)
        except ValueError as error:  # an ending that matplotlib does not know
            raise ValueError(f"cannot write {args.plot}: {error}") from None
        print(f"wrote {args.plot}", file=sys.stderr)
    if args.json:
        print(json.dumps({"groups": [group.to_dict() for group in groups], "unfinished": unfinished}, indent=2))
    else:
        print(comparison.to_text(groups, unfinished))
    return 0
