"""What every part of a module does in one run: multiply-adds by torch's own counter, outputs, and in which part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, wraps
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch._C import DispatchKey
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils.parametrize import ParametrizationList
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from .receptive import View
from .views import Views

Path = tuple[str, ...]

aten = torch.ops.aten


@dataclass
class Part:
    """What one part of a module did, apart from the parts inside it, over all its calls.

    Attributes:
        path: names from the root, which has none, down to it.
        output: shape of the last tensor that it returned, with the batch; None before it returned one.
        macs: multiply-adds, for the whole batch.
        activation_memory: bytes, for the whole batch; see `TableRow`.
        view: of its last output, where views are followed and this one is known.
    """

    path: Path
    output: tuple[int, ...] | None = None
    macs: int = 0
    activation_memory: int = 0
    view: View | None = None


class Watch(TorchDispatchMode):
    """Watches runs of a module: `parts` holds, in the order of their first calls, what took part.

    Products of matrices that make a weight from others (weight norm, spectral norm) are no work for an image and are
    not counted.
    """

    def __init__(self, views: Views | None = None):
        super().__init__()
        self.parts: dict[Path, Part] = {}
        self.views = views
        self._places: dict[int, list[Path]] = {}
        self._stack: list[tuple[nn.Module | None, Part]] = []
        self._silent = 0
        self._counter = FlopCounterMode(display=False, custom_mapping=_more_formulas())
        self._formulas = self._counter.flop_registry

    def run(self, module: nn.Module, images: Tensor) -> None:
        """Run `module` on `images`, N×C×H×W."""
        for name, part in module.named_modules(remove_duplicate=False):
            self._places.setdefault(id(part), []).append(tuple(name.split(".")) if name else ())
        self._stack = [(None, Part(()))]
        fast = torch.backends.mha.get_fastpath_enabled()
        with ExitStack() as stack:
            stack.enter_context(torch.no_grad())
            stack.enter_context(sdpa_kernel(SDPBackend.MATH))  # attention as the products that it is made of
            stack.callback(torch.backends.mha.set_fastpath_enabled, fast)
            torch.backends.mha.set_fastpath_enabled(False)
            stack.enter_context(torch.backends.cudnn.flags(enabled=False))  # the same for recurrent layers
            if images.is_meta:
                stack.enter_context(torch.device("meta"))  # tensors that a forward makes
                stack.enter_context(_NormSkipped())
            stack.callback(register_module_forward_pre_hook(self._enter).remove)
            stack.callback(register_module_forward_hook(self._leave, always_call=True).remove)
            stack.enter_context(self)
            module(images)

    def silenced(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, but what it computes is not counted."""

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._silent += 1
            try:
                return function(*args, **kwargs)
            finally:
                self._silent -= 1

        return call

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Count one operation for the part whose turn it is."""
        output, flops = self._counted(func, args, kwargs or {})
        macs = flops // 2
        if not self._silent:
            part = self._stack[-1][1]
            part.macs += macs
            if (macs or _pools(func)) and (tensor := first_tensor(output)) is not None:
                part.activation_memory += prod(tensor.shape) * tensor.element_size()
            if self.views:
                self.views.follow(func, args, output)
        return output

    def _counted(self, func: Any, args: Any, kwargs: Any) -> tuple[Any, int]:
        """What an operation returns, and its FLOPs.

        torch's counter is asked for its formula. It watches itself only where an operation may be made of others: what
        it notes of modules on its way takes longer than all the rest.
        """
        formula = self._formulas.get(func.overloadpacket)
        if formula is not None:
            output = func(*args, **kwargs)
            return output, formula(*args, **kwargs, out_val=output)
        if not _is_composite(func):
            return func(*args, **kwargs), 0
        with self._counter:
            return func(*args, **kwargs), self._counter.get_total_flops()

    def _enter(self, module: nn.Module, inputs: Any) -> None:
        if isinstance(module, ParametrizationList):
            self._silent += 1
        part = self._stack[-1][1] if self._silent else self._part(module)
        self._stack.append((module, part))

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        while self._stack.pop()[0] is not module:  # an error may have left parts inside without this
            pass
        if isinstance(module, ParametrizationList):
            self._silent -= 1
        elif not self._silent and (tensor := first_tensor(output)) is not None:
            part = self._part(module)
            part.output = tuple(tensor.shape)
            part.view = self.views.of(tensor) if self.views else None

    def _part(self, module: nn.Module) -> Part:
        """The record of a module in the part that calls it; a module that is nowhere registered belongs to that one."""
        caller = self._stack[-1][1]
        places = self._places.get(id(module), [caller.path])
        path = next((place for place in places if place[: len(caller.path)] == caller.path), places[0])
        return self.parts.setdefault(path, Part(path))


class _NormSkipped(TorchFunctionMode):
    """Without data, batch norm is only its shape: it is slow there, and refuses a batch of one in training."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is nn.functional.batch_norm:
            x, mean = args[0], args[1] if len(args) > 1 else None
            if mean is None or mean.numel() == x.shape[1]:
                return torch.empty_like(x)
        return func(*args, **(kwargs or {}))


def first_tensor(value: Any) -> Tensor | None:
    """The first tensor in what a module or an operation returned."""
    if isinstance(value, Tensor):
        return value
    inside: Iterator[Any] = iter(())
    if isinstance(value, Mapping):
        inside = iter(value.values())
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        inside = iter(value)
    return next((tensor for each in inside if (tensor := first_tensor(each)) is not None), None)


@cache
def _is_composite(func: Any) -> bool:
    """Whether torch computes an operation by others, which may have formulas where it has none."""
    key = DispatchKey.CompositeImplicitAutograd
    return key in func.py_kernels or torch._C._dispatch_has_kernel_for_dispatch_key(func.name(), key)


@cache
def _pools(func: Any) -> bool:
    name = func.overloadpacket.__name__
    return "pool" in name or name == "mean"


def _more_formulas() -> dict[Any, Callable[..., int]]:
    """FLOPs, two a multiply-add, of products that torch's counter does not know; arguments are shapes."""

    def product(a: Sequence[int], b: Sequence[int], *rest: Any, **options: Any) -> int:
        return 2 * prod(a) * prod(b[1:])  # a matrix or vector times a vector or matrix

    def added(c: Any, a: Sequence[int], b: Sequence[int], *rest: Any, **options: Any) -> int:
        return 2 * prod(a) * prod(b[2:] if len(b) == 3 else b[1:])

    def bilinear(
        a: Sequence[int], w: Sequence[int], b: Sequence[int], *rest: Any, out_shape: Any, **options: Any
    ) -> int:
        return 2 * prod(out_shape) * (a[-1] * b[-1] + b[-1])  # out × in₁ × in₂, then with the second input

    def recurrent(x: Sequence[int], w: Sequence[int], u: Sequence[int], *rest: Any, **options: Any) -> int:
        return 2 * prod(x[:-1]) * (prod(w) + prod(u))

    def deformed(x: Any, weight: Sequence[int], *rest: Any, out_shape: Any, **options: Any) -> int:
        return 2 * prod(weight) * out_shape[0] * prod(out_shape[2:])

    formulas: dict[Any, Callable[..., int]] = {
        aten.mv: product,
        aten.dot: product,
        aten.addmv: added,
        aten.addbmm: added,
        aten._trilinear: bilinear,
        aten.mkldnn_rnn_layer: recurrent,
    }
    if hasattr(torch.ops.torchvision, "deform_conv2d"):  # where torchvision has been imported
        formulas[torch.ops.torchvision.deform_conv2d] = deformed
    return formulas
