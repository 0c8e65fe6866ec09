"""JSON from strangers: what the standard leaves open is refused, in one line."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["in_markdown", "printable", "read_json"]

LONGEST_NUMBER = 100


def read_json(raw: bytes) -> Any:
    """The value that a file holds, in UTF-8, UTF-16 or UTF-32.

    Raises:
        ValueError: one line: another encoding, no JSON, a key that stands twice, NaN, a number without end, or lists
            in lists too deep to be meant.
    """
    try:
        text = raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_int=_short,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON (line {error.lineno})") from None


def printable(text: Any, longest: int = 80) -> str:
    """A stranger's text on one line that every file and console takes."""
    plain = " ".join(str(text)[: 4 * longest].encode("utf-8", "replace").decode().split())
    if not plain.isprintable():
        plain = "".join(letter if letter.isprintable() else "?" for letter in plain)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def in_markdown(text: Any, longest: int = 300) -> str:
    """A stranger's text in Markdown, every sign of it that would mean something there written as an entity.

    Dollar and backslash stand in elements of their own, for MathJax looks for formulas in what Markdown has made.
    """

    def entity(sign: re.Match[str]) -> str:
        written = f"&#{ord(sign[0])};"
        return f"<span>{written}</span>" if sign[0] in "$\\" else written

    return re.sub(r"[\\`*_\[\]!|$<>&#~]", entity, printable(text, longest))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands in it twice")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"it holds {name}, which is no number of JSON")


def _short(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"it holds a number of {len(digits):,} digits")
    return int(digits)
