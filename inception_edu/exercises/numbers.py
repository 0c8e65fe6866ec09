"""Numbers as people write them: ``2/7``, ``28.6 %``, ``0.286``, ``5,983,802``, ``1.5 × 10⁹`` and ``6.8 M`` are numbers.

The front end of exercises reads the same language; one table of examples tests both.
"""

from __future__ import annotations

import math
import re

__all__ = ["read_number"]

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "∗": "*", "⁄": "/", "∕": "/", "÷": "/"})
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f_']+")
_LETTERS = {"%": 0.01, "‰": 0.001, "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "G": 1e9, "B": 1e9}
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_VALUE = re.compile(rf"({_NUMBER})(?:/({_NUMBER}))?(?:\*10\^?([+-]?\d{{1,3}}))?([%‰kKMmGB])?", re.ASCII)
LONGEST = 60


def read_number(text: str | int | float, unit: str = "") -> float:
    """The number that `text` says.

    Args:
        text: digits with a decimal point or comma, thousands set apart by commas, spaces, apostrophes or underscores,
            a fraction, a power of ten, a percent sign, or K, M, G for thousands, millions and thousand millions. A
            comma before exactly three digits sets thousands apart; before any other number of digits it is a decimal
            comma.
        unit: a word that may follow and means nothing, such as ``"weights"``.

    Returns:
        A finite number.

    Raises:
        ValueError: one line that says how a number may be written.

    >>> round(read_number("2/7"), 4), read_number("28.6 %"), read_number("5,983,802"), read_number("1.5 × 10⁹")
    (0.2857, 0.286, 5983802.0, 1500000000.0)
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        text = repr(text)
    if not isinstance(text, str) or not text.strip():
        raise ValueError("write a number, such as 1234, 0.286, 2/7 or 28.6 %")
    if len(text) > LONGEST:
        raise ValueError(f"that is too long for a number: at most {LONGEST} signs")
    plain = _SPACES.sub("", text.translate(_SUPERSCRIPTS) if "10" in text else text).translate(_SIGNS)
    for word in (unit, unit.rstrip("s")):
        word = _SPACES.sub("", word)
        if word and plain.lower().endswith(word.lower()):
            plain = plain[: -len(word)]
            break
    found = _VALUE.fullmatch(_without_commas(plain))
    if found is None:
        raise ValueError(f"“{' '.join(text.split())}” is not a number: write it as 1234, 0.286, 2/7 or 28.6 %")
    above, below, exponent, letter = found.groups()
    value = float(above) * float(f"1e{exponent or 0}") * _LETTERS.get(letter or "", 1.0)
    if below is not None:
        if float(below) == 0:
            raise ValueError("a fraction cannot have 0 below its line")
        value /= float(below)
    if not math.isfinite(value):
        raise ValueError("that number is too large")
    return _rounded(value)


def _without_commas(text: str) -> str:
    """Commas that set thousands apart go, a decimal comma becomes a point."""
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?![\d,]).*", text, re.ASCII):
        return text.replace(",", "")
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _rounded(value: float) -> float:
    """Without what binary floats add behind the fifteenth digit: 28.6 · 0.01 is 0.286."""
    return float(f"{value:.15g}")
