"""Read the pickles of CIFAR-10 without trusting them.

A pickle is a program that may call any function it names. The batches need only containers, numbers, text and one
array, so nothing but an array's own few names is answered here, and with stand-ins that merely note the dtype, shape
and bytes; neither NumPy's reconstruction code nor anything else is called.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import numpy as np

LARGEST_FILE = 200 * 2**20  # bytes; the official batches have 31 million, in the most wasteful encoding 50 million


def load(path: Path):
    """Contents of a pickle made of dicts, lists, tuples, numbers, text and uint8 arrays, by Python 2 or 3.

    Raises:
        ValueError: truncated, not a pickle, or one that asks for anything else.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path} is too large to be a file of CIFAR-10 ({path.stat().st_size:,} bytes)")
    try:
        # The unpickler written in Python: the one in C sets memory aside for whatever index the file names.
        return _resolve(_unpickler(path)(io.BytesIO(path.read_bytes()), encoding="latin1").load())
    except _Refused as error:
        raise ValueError(str(error)) from None
    except OSError:
        raise
    except Exception:  # a damaged pickle fails in any way it likes: EOFError, KeyError, UnicodeError, struct.error …
        raise ValueError(f"{path} is truncated or not a pickle of CIFAR-10") from None


class _Refused(Exception):
    pass


def _unpickler(path: Path) -> type[pickle._Unpickler]:
    """A class of its own for every file, so that nothing one file does can be seen by the next."""

    class Array:
        def __init__(self, *_):
            self.value = None

        def __setstate__(self, state):
            _version, shape, dtype, fortran, raw = state
            self.value = _array(raw, dtype, shape, "F" if fortran else "C")

    class Type:
        def __init__(self, name, *_):
            self.name = name

        def __setstate__(self, state):  # byte order and fields: a uint8 has none
            pass

    def from_buffer(raw, dtype, shape, order):
        array = Array()
        array.value = _array(raw, dtype, shape, order)
        return array

    def _array(raw, dtype, shape, order):
        if not isinstance(dtype, Type) or dtype.name not in ("u1", "|u1"):
            raise _Refused(f"{path} holds an array that is not of uint8")
        raw = raw.encode("latin1") if isinstance(raw, str) else bytes(raw)
        return np.frombuffer(raw, np.uint8).reshape(shape, order=order)

    def encode(text, encoding):  # how Python 3 writes bytes in the protocols of Python 2
        if encoding != "latin1":
            raise _Refused(f"{path} holds text in the encoding {encoding!r}")
        return text.encode("latin1")

    answers = {("numpy", "ndarray"): Array, ("numpy", "dtype"): Type, ("_codecs", "encode"): encode}
    for core in ("numpy.core", "numpy._core"):  # the name before and since NumPy 2
        answers[f"{core}.multiarray", "_reconstruct"] = Array
        answers[f"{core}.numeric", "_frombuffer"] = from_buffer

    class Unpickler(pickle._Unpickler):
        def find_class(self, module, name):
            if (module, name) not in answers:
                raise _Refused(f"{path} asks to run {module}.{name}: refused, a file of CIFAR-10 holds data alone")
            return answers[module, name]

    return Unpickler


def _resolve(value):
    """`value`, with the stand-ins in a top-level dict replaced by the arrays they stand for."""
    if isinstance(value, dict):
        return {key: getattr(item, "value", item) for key, item in value.items()}
    return value
