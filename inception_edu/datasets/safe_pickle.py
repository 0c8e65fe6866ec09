"""Read the pickles of CIFAR without trusting them.

A pickle is a program that may call any function it names. Python's documentation ("Restricting Globals", module
`pickle`) has the remedy: an unpickler whose `find_class` knows a few names and refuses all others. The files of CIFAR
need only containers, numbers, text and one array of bytes, so the few names are those by which NumPy writes an array.
They are answered with stand-ins that note dtype, shape and bytes, for what NumPy itself would do with a forged dtype
is not for a stranger to choose.

What the file claims is looked at first (`pickletools`), for the unpickler sets memory aside for claims alone.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LARGEST_FILE = 200 * 2**20  # bytes; the largest official file has 155 million
MOST_STEPS = 2_000_000  # of the pickle's program; the longest official one has about 400,000


def load(path: Path) -> Any:
    """Contents of a pickle made of dicts, lists, tuples, numbers, text and uint8 arrays, by Python 2 or 3.

    Text that Python 2 wrote, and keys that are bytes, become text.

    Raises:
        ValueError: truncated, not a pickle, or one that asks for anything else.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise ValueError(f"{path} is too large to be a file of CIFAR ({size:,} bytes)")
    raw = path.read_bytes()
    try:
        _check_claims(raw)
        return _resolve(_Unpickler(io.BytesIO(raw), encoding="latin1").load())
    except _Refused as error:
        raise ValueError(f"{path} {error}") from None
    except Exception:  # a damaged pickle fails in any way it likes: EOFError, KeyError, UnicodeError, struct.error …
        raise ValueError(f"{path} is truncated or not a pickle of CIFAR") from None


class _Refused(Exception):
    """The reason, as the end of a sentence that begins with the file's name."""


def _check_claims(raw: bytes) -> None:
    """Refuse a program that is too long or numbers its notes out of order; lengths that the file has not fail here."""
    for step, (opcode, argument, _) in enumerate(pickletools.genops(raw)):
        if step > MOST_STEPS:
            raise _Refused("is too long a program to be a file of CIFAR")
        if "PUT" in opcode.name and isinstance(argument, int) and argument > step:
            raise _Refused(f"keeps a note under the number {argument}, where there are {step:,} steps before it")


class _Array:
    """Stands for an array whose bytes are still to come."""

    __slots__ = ("value",)

    def __init__(self, *_: Any):
        self.value: np.ndarray | None = None

    def __setstate__(self, state: tuple) -> None:
        _version, shape, dtype, fortran, raw = state
        self.value = _bytes_array(raw, dtype, shape, "F" if fortran else "C")


class _Type:
    """Stands for a dtype."""

    __slots__ = ("name",)

    def __init__(self, name: str, *_: Any):
        self.name = name

    def __setstate__(self, state: tuple) -> None:
        """Byte order and fields: a uint8 has none."""


class _FromBuffer:
    """An object and no function: a pickle can set the attributes of a function, and would change it for later files."""

    __slots__ = ()

    def __call__(self, raw: Any, dtype: Any, shape: Any, order: Any) -> _Array:
        array = _Array()
        array.value = _bytes_array(raw, dtype, shape, order)
        return array


class _Encode:
    """How Python 3 writes bytes in the protocols of Python 2."""

    __slots__ = ()

    def __call__(self, text: str, encoding: str) -> bytes:
        if encoding != "latin1":
            raise _Refused(f"holds text in the encoding {encoding!r}")
        return text.encode("latin1")


def _bytes_array(raw: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray:
    if not isinstance(dtype, _Type) or dtype.name not in ("u1", "|u1"):
        raise _Refused("holds an array that is not of uint8")
    raw = raw.encode("latin1") if isinstance(raw, str) else bytes(raw)
    return np.frombuffer(raw, np.uint8).reshape(shape, order=order)


ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("_codecs", "encode"): _Encode(),
    # NumPy's names before and since its version 2
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy.core.numeric", "_frombuffer"): _FromBuffer(),
    ("numpy._core.numeric", "_frombuffer"): _FromBuffer(),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) not in ALLOWED:
            asked = " ".join(f"{module_name}.{global_name}".split())[:100]
            raise _Refused(f"asks to run {asked}: refused, a file of CIFAR holds data alone")
        return ALLOWED[module_name, global_name]


def _resolve(value: Any) -> Any:
    """`value`; in a dict at its top, keys as text, and arrays in place of what stands for them."""
    if not isinstance(value, dict):
        return value
    return {
        key.decode("latin1") if isinstance(key, bytes) else key: item.value if isinstance(item, _Array) else item
        for key, item in value.items()
    }
