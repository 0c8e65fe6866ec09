"""`inception-edu claims`: what the sources print, against the arithmetic."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..published import Verdict

HELP = "check every published figure against the layers"

SIGNS = {"agrees": "=", "rounds": "≈", "disagrees": "≠"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``inception-edu claims``."""
    parser.add_argument("--verdict", choices=list(SIGNS), help="only claims with this verdict")
    parser.add_argument("--source", help="only claims of this source, such as going-deeper")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace) -> int:
    """Print the claims that are asked for, and return the exit status.

    Raises:
        ValueError: there is no such source.
    """
    from ..published import check_claims

    everything = check_claims()
    sources = sorted({found.claim.source for found in everything})
    if args.source and args.source not in sources:
        raise ValueError(f"there is no source {args.source!r}; there are {', '.join(sources)}")
    found = [
        verdict
        for verdict in everything
        if args.verdict in (None, verdict.verdict) and args.source in (None, verdict.claim.source)
    ]
    if args.json:
        import json

        print(json.dumps([verdict.to_dict() for verdict in found], ensure_ascii=False, indent=2))
        return 0
    for verdict in found:
        print(as_text(verdict))
    counts = Counter(verdict.verdict for verdict in found)
    print(f"{len(found)} claims: " + ", ".join(f"{counts[name]} {name} {SIGNS[name]}" for name in SIGNS))
    return 0


def as_text(verdict: Verdict) -> str:
    """Statement, the two figures with the verdict's sign between them, and the sentence why."""
    import textwrap

    sign = SIGNS[verdict.verdict]
    lines = [
        f"{sign} {verdict.claim.statement}  [{verdict.claim.id}]",
        f"  claimed {plain(verdict.claimed)}, computed {plain(verdict.computed)}: {verdict.verdict}",
        *textwrap.wrap(verdict.why, 96, initial_indent="  ", subsequent_indent="  "),
    ]
    return "\n".join(lines) + "\n"


def plain(value: int | float | str) -> str:
    """A figure for reading: thousands separated, at most four significant decimals."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if value < 10_000 else f"{value:,.0f}"
