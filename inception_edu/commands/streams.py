"""What a command writes to: consoles and pipes of any encoding, readers that go away, disks that are full."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

__all__ = ["settle", "writable"]

SPELLED = {
    "×": "x",
    "·": ".",
    "–": "-",
    "—": "-",
    "−": "-",
    "─": "-",
    "│": "|",
    "…": "...",
    "±": "+/-",
    "≈": "~",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}
"""How ASCII spells what we print most; other letters lose their accents, and what is left becomes an escape."""


@contextmanager
def writable() -> Iterator[Callable[[], None]]:
    """Within the block stdout and stderr take any text, whatever their encoding, and what was written arrives.

    A character that the encoding lacks is spelled in ASCII. The function that the block gets turns stdout to JSON: pure
    ASCII, with JSON's own escapes for the rest, which programs read under every encoding.

    Raises:
        OSError: the output cannot be written, told at the end of the block at the latest: BrokenPipeError for a reader
            that went away, another for a disk that is full. `settle` then drops what is left.
    """
    before = [(stream, stream.encoding, stream.errors) for stream in _wrappers(sys.stdout, sys.stderr)]
    for stream, *_ in before:
        stream.reconfigure(errors=_ASCII)

    def turn_to_json() -> None:
        for stream in _wrappers(sys.stdout):
            stream.reconfigure(encoding="ascii", errors=_JSON)

    try:
        yield turn_to_json
    finally:
        for stream, *_ in before:
            stream.flush()
        for stream, encoding, errors in before:
            stream.reconfigure(encoding=encoding, errors=errors)


def settle() -> None:
    """Let go of output that cannot be written, so that the interpreter does not try again when it ends."""
    for stream in _wrappers(sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError), open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())


def _wrappers(*streams: object) -> list[io.TextIOWrapper]:
    """Those that have an encoding of their own: a notebook's streams have none, a closed one is None."""
    return [stream for stream in streams if isinstance(stream, io.TextIOWrapper)]


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_spell, error.object[error.start : error.end])), error.end


def _spell(character: str) -> str:
    if character in SPELLED:
        return SPELLED[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    if plain and unicodedata.decomposition(character).startswith("<super>"):
        return f"^{plain}"  # 10⁶ is not 106
    return plain or character.encode("ascii", "backslashreplace").decode()


def _in_json(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2])), error.end


_ASCII, _JSON = "inception_edu.ascii", "inception_edu.json"
codecs.register_error(_ASCII, _in_ascii)
codecs.register_error(_JSON, _in_json)
