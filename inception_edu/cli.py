"""The command line: ``inception-edu COMMAND``. Each command is a module of `inception_edu.commands`.

Exit status 0, or 2 with one line on stderr for bad input. With ``--json`` stdout holds JSON and nothing else.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from . import __version__

COMMANDS = ("models", "table", "claims", "train", "compare")


def main(argv: list[str] | None = None) -> int:
    """Run the command line with `argv`, or the process's own arguments; returns the exit status."""
    args = make_parser().parse_args(argv)
    try:
        return args.run(args)
    except BrokenPipeError:  # the reader of our output has seen enough, as `head` does
        sys.stderr.close()
        return 0
    except (ValueError, OSError) as error:
        print(f"inception-edu {args.command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="inception-edu", description="The Inception family of convolutional networks: tables, claims, training."
    )
    parser.add_argument("--version", action="version", version=f"inception-edu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"inception_edu.commands.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
