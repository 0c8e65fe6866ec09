"""The command line: ``inception-edu COMMAND``. Each command is a module of `inception_edu.commands`.

Exit status 0; 2 with one line on stderr for bad input or a full disk; 130 with one line after Ctrl-C. With ``--json``
stdout holds JSON and nothing else, in ASCII.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from .commands.streams import settle, writable

COMMANDS = ("models", "table", "claims", "train", "compare", "predict", "export", "classroom")


def main(argv: list[str] | None = None) -> int:
    """Run the command line with `argv`, or the process's own arguments; returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    args = argparse.Namespace()
    try:
        with writable() as turn_to_json:
            args = make_parser(words).parse_args(words)
            if getattr(args, "json", False):
                turn_to_json()
            return args.run(args)
    except BrokenPipeError:  # the reader of our output has seen enough, as `head` does
        return _end(args, None, 0)
    except KeyboardInterrupt:
        return _end(args, "stopped", 130)
    except (ValueError, OSError, ModuleNotFoundError, MemoryError) as error:
        return _end(args, " ".join(str(error).split()) or type(error).__name__, 2)


def _end(args: argparse.Namespace, message: str | None, status: int) -> int:
    with suppress(OSError):  # stderr may be gone too
        if message is not None and sys.stderr is not None:
            print(f"inception-edu {getattr(args, 'command', '')}".rstrip() + f": {message}", file=sys.stderr)
    settle()
    return status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (see {self.prog} --help)\n")


class _Version(argparse.Action):
    """Prints the version. To find it takes as long as all the rest of the start, so only who asks for it waits."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        from . import __version__

        print(f"{parser.prog} {__version__}")
        parser.exit()


def make_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the command line.

    Args:
        words: what it is to parse: it gets the arguments of those commands alone that are named there, and `table`
            does not wait for what `claims` needs. By default it gets those of every command.
    """
    parser = _Parser(
        prog="inception-edu", description="The Inception family of convolutional networks: tables, claims, training."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"inception_edu.commands.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.__doc__)
        if words is None or name in words:
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
