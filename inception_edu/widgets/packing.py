"""Arrays small enough to travel in a page: quantized to a byte or two a number, as base64."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np


def pack(array: Any, bits: int = 8) -> dict[str, Any]:
    """An array of real numbers as JSON, each within half a step of its range / (2**bits − 1).

    ``src/shared/packing.js`` has ``unpack``.

    Args:
        array: of any shape.
        bits: 8 or 16 a number.

    Raises:
        ValueError: other bits, or numbers that are not finite.

    >>> packed = pack([[0, 51], [102, 255]])
    >>> packed["shape"], packed["low"], packed["step"], unpack(packed).tolist()
    ([2, 2], 0.0, 1.0, [[0.0, 51.0], [102.0, 255.0]])
    """
    if bits not in (8, 16):
        raise ValueError(f"numbers are packed in 8 or 16 bits, not {bits}")
    values = np.asarray(array, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("only finite numbers can be packed")
    low = float(values.min(initial=np.inf)) if values.size else 0.0
    step = (float(values.max()) - low) / (2**bits - 1) if values.size else 0.0
    whole = np.rint((values - low) / (step or 1.0)).astype(f"<u{bits // 8}")
    return {
        "shape": list(values.shape),
        "bits": bits,
        "low": low,
        "step": step,
        "base64": base64.b64encode(whole.tobytes()).decode("ascii"),
    }


def unpack(packed: dict[str, Any]) -> np.ndarray:
    """The array again, as float64 of its shape."""
    whole = np.frombuffer(base64.b64decode(packed["base64"]), dtype=f"<u{packed['bits'] // 8}")
    return (whole * packed["step"] + packed["low"]).reshape(packed["shape"])
