"""In which number format the network computes."""

from __future__ import annotations

import torch

__all__ = ["choose_precision"]


def choose_precision(precision: str, device: torch.device) -> torch.dtype:
    """The format for a recipe's `precision` on `device`: of `auto`, the fastest that is safe.

    On a CPU that is float32, so that a recipe computes in one format on all of them. bfloat16 is for who asks for it:
    it can pay where the processor has instructions for it (AMX, AVX-512 BF16); without them a convolution takes several
    times as long.

    float16 has too small a range for gradients and needs them scaled (`torch.amp.GradScaler`), which the loop does.
    """
    if precision == "auto":
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if precision == "float16" and device.type == "cpu":
        raise ValueError("precision = float16 needs a GPU; on a CPU use float32 or bfloat16")
    return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[precision]
