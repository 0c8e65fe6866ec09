"""An ONNX network that computes with whole numbers of eight bits: a quarter of the bytes, at a cost in accuracy.

Weights and what flows between the layers become ``scale · integer``, as in B. Jacob et al., *Quantization and
Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference*, 2018, arXiv:1712.05877. The weights'
scales are known, one for each output channel. How large the values between layers get has to be seen: some images are
sent through.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from torch import Tensor

from ..extras import needs


def in_eight_bits(content: bytes, calibration: Tensor, at_a_time: int = 16) -> bytes:
    """The content of an ONNX file, from ``images`` to ``logits``, in eight bits.

    Args:
        content: of a network in single precision.
        calibration: images like those that it will get, N×C×H×W and normalized; some dozens do.
        at_a_time: how many of them are sent through together.

    Raises:
        ModuleNotFoundError: ONNX Runtime is not installed; the message says which extra has it.
    """
    with needs("export"):
        import onnx
        from onnxruntime import quantization
        from onnxruntime.quantization.shape_inference import quant_pre_process

    class Images(quantization.CalibrationDataReader):
        def __init__(self) -> None:
            self.parts: Iterator[Tensor] = iter(calibration.cpu().split(at_a_time))

        def get_next(self) -> dict[str, np.ndarray] | None:  # pyright: ignore[reportIncompatibleMethodOverride]
            images = next(self.parts, None)
            return None if images is None else {"images": images.numpy()}

    with tempfile.TemporaryDirectory() as folder:
        prepared, file = Path(folder) / "prepared.onnx", Path(folder) / "eight_bits.onnx"
        quant_pre_process(onnx.load_from_string(content), prepared)
        # Weights take seven of the bits: a processor without instructions for eight (VNNI) adds two products in sixteen
        # bits, which would overflow.
        quantization.quantize_static(prepared, file, Images(), per_channel=True, reduce_range=True)
        return file.read_bytes()
