"""A stand-in for a module: a copy that may be run as one likes, of which the module and its owner notice nothing."""

from __future__ import annotations

import copy
import random
import sys
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import module as registry
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter
from torch.overrides import TorchFunctionMode

from ..architectures import Architecture

HOOKS = (
    "_forward_pre_hooks",
    "_forward_hooks",
    "_backward_pre_hooks",
    "_backward_hooks",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)
EMPTY = (dict, OrderedDict, set, list)
"""Of these most modules have a dozen with nothing in them, and `deepcopy` takes long over each."""
WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}


def unwrapped(module: nn.Module) -> nn.Module:
    """The module inside what torch wraps around it to run it in parallel or compiled."""
    while (inside := WRAPPERS.get(type(module).__name__)) and type(module).__module__.startswith("torch."):
        module = getattr(module, inside)
    return module


def twin(
    module: nn.Module, device: torch.device, around: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> nn.Module:
    """A deep copy of `module` that shares no state with it; tied parameters stay tied.

    Hooks of whoever uses the module are not copied. Those that belong to it are: torch's own, which make a lazy
    layer's or a normalized weight, and methods of the module's parts.

    Args:
        module: any; lazy layers may still wait for their first input.
        device: where to; on the meta device no value is copied.
        around: wraps each hook that is kept.
    """
    parts = list(module.modules())
    memo: dict[int, Any] = {}
    if device.type == "meta":
        memo = {id(parameter): _without_data(parameter) for parameter in module.parameters()}
    own: list[tuple[dict[int, Any], dict[int, Any]]] = []
    for part in parts:
        memo |= {id(value): type(value)() for value in vars(part).values() if type(value) in EMPTY and not value}
        if isinstance(data := getattr(part, "architecture", None), Architecture):
            memo[id(data)] = data  # frozen, so that it can be shared
        for name in HOOKS:
            if (hooks := getattr(part, name, None)) is not None:
                memo[id(hooks)] = type(hooks)()
                if name in ("_forward_pre_hooks", "_forward_hooks"):
                    own.append((memo[id(hooks)], {key: hook for key, hook in hooks.items() if _belongs(hook, parts)}))
    with _TensorCopies(device):
        result = copy.deepcopy(module, memo)
        for hooks, kept in own:
            hooks.update({key: around(copy.deepcopy(hook, memo)) for key, hook in kept.items()})
    return result


def _without_data(parameter: nn.Parameter) -> nn.Parameter:
    if isinstance(parameter, UninitializedParameter):
        lazy: Any = UninitializedParameter  # whose arguments torch does not declare
        return lazy(parameter.requires_grad, device="meta", dtype=parameter.dtype)
    return nn.Parameter(torch.empty_like(parameter, device="meta"), parameter.requires_grad)


def _belongs(hook: Callable[..., Any], parts: list[nn.Module]) -> bool:
    if isinstance(hook, MethodType) and any(hook.__self__ is part for part in parts):
        return True
    home = getattr(hook, "__module__", None) or type(hook).__module__
    return home.startswith("torch.nn.")


class _TensorCopies(TorchFunctionMode):
    """While this is on, a deep copy of any tensor, wherever it hangs, is plain and on `device`."""

    def __init__(self, device: torch.device):
        super().__init__()
        self.device = device

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is not Tensor.__deepcopy__:
            return func(*args, **(kwargs or {}))
        tensor, memo = args
        if id(tensor) not in memo:
            memo[id(tensor)] = self._copy(tensor)
        return memo[id(tensor)]

    def _copy(self, tensor: Tensor) -> Tensor:
        if isinstance(tensor, UninitializedBuffer):
            lazy: Any = UninitializedBuffer  # whose arguments torch does not declare
            return lazy(device=self.device, dtype=tensor.dtype)
        return torch.empty_like(tensor, device="meta") if self.device.type == "meta" else tensor.detach().clone()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Run modules in here as if nobody had: no global hook fires, and every random state is afterwards as before.

    The randomness inside is always the same.
    """
    import numpy as np

    cuda = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 (it is the global state that is kept)
    hooks = [registry._global_forward_pre_hooks, registry._global_forward_hooks]
    kept = [dict(each) for each in hooks]
    with ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng(devices=cuda))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        if "torch._dynamo" in sys.modules:  # something may have been compiled: run what it was compiled from
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        torch.default_generator.manual_seed(0)
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002
        for each in hooks:
            each.clear()
        try:
            yield
        finally:
            for each, before in zip(hooks, kept):
                each.clear()
                each.update(before)
            random.setstate(states[0])
            np.random.set_state(states[1])  # noqa: NPY002
