"""Initial weights, drawn as the papers say, where and from what the caller wants."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ..arguments import Kind, quoted, whole


def he(module: nn.Module) -> None:
    """He et al. 2015: zero-mean normal weights of variance 2 / fan-in, made for ReLU; biases zero."""
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def truncated_normal(module: nn.Module, std: float = 0.1) -> None:
    """The authors' TensorFlow code for Inception-v3: normal weights of deviation 0.1, cut at two deviations."""
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.trunc_normal_(module.weight, std=std, a=-2 * std, b=2 * std)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


INITS = {"he": he, "truncated_normal": truncated_normal, "truncated_normal_0.01": partial(truncated_normal, std=0.01)}


def _seed(value: Any) -> int:
    number = whole().take(value)
    if not -(2**63) <= number < 2**64:
        raise ValueError
    return number


def _dtype(value: Any) -> torch.dtype:
    if not (isinstance(value, torch.dtype) and value.is_floating_point):
        raise TypeError
    return value


def usable_device(value: Any) -> torch.device:
    """The device of that name, if this machine has it. Raises ValueError if not."""
    try:
        found = torch.device(value)
        torch.empty(0, device=found)
    except (RuntimeError, TypeError, ValueError, AssertionError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"there is no device {quoted(value)} here: {why}") from None
    return found


SEED = Kind("a whole number of at most 64 bits", _seed)
DTYPE = Kind("a floating-point type of torch, such as torch.float32", _dtype)

CREATE = {torch.empty, torch.zeros, torch.ones, torch.full, torch.tensor, torch.rand, torch.randn}
DRAW = {
    Tensor.uniform_,
    Tensor.normal_,
    torch.rand,
    torch.randn,
    # These two hand themselves to the mode, and so hide the draw inside.
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.kaiming_uniform_,
}


class Building(TorchFunctionMode):
    """While active, new tensors lie on `device`, and random numbers come from a generator of `seed`.

    PyTorch's layers draw their first weights from the random state of the whole process. This mode, as PyTorch's own
    ``with torch.device(…)``, reaches the layers that are made inside the ``with``, and is of this thread alone: no
    state that others see is borrowed. The numbers are those that ``torch.manual_seed(seed)`` would have given.

    Args:
        device: where tensors are made; None leaves it to PyTorch.
        seed: a whole number of 64 bits; None draws from the random state of the process.

    Raises:
        ValueError: the seed or the device cannot be.
    """

    def __init__(self, device: torch.device | str | None = None, seed: int | None = None):
        super().__init__()
        self.device = None if device is None else usable_device(device)
        self.generator = None if seed is None else self._generator(SEED.check("seed", seed))

    @property
    def on_meta(self) -> bool:
        """Whether tensors get no values, and drawing them would be for nothing."""
        return (self.device or torch.get_default_device()).type == "meta"

    def _generator(self, seed: int) -> torch.Generator | None:
        device = self.device or torch.get_default_device()
        return None if self.on_meta else torch.Generator(device).manual_seed(seed)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if self.device is not None and func in CREATE and kwargs.get("device") is None:
            kwargs["device"] = self.device
        if self.generator is not None and func in DRAW and kwargs.get("generator") is None:
            kwargs["generator"] = self.generator
        return func(*args, **kwargs)
