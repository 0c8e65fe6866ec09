"""The update rule: torch's optimizers and Muon, with a choice of what decays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .muon import Muon
from .specs import OptimizerSpec

__all__ = ["make_optimizer"]

# filters without a bias, which batch norm has behind them; other filters; all else
_NORMALIZED, _FILTERS, _OTHERS = range(3)
_NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm)


def make_optimizer(
    model: nn.Module, spec: OptimizerSpec, rate_of: Callable[[nn.Parameter], float] = lambda weight: 1.0
) -> torch.optim.Optimizer:
    """The optimizer of a recipe over the parameters of `model` that are trained.

    Parameters fall into two groups: weights; and biases and batch-norm parameters, which may be spared weight decay
    (`decay_norms = false`). Muon has two more: filters with batch norm behind them, whose length it fixes, so that they
    do not decay; and other filters. Where `rate_of`, the rate of a parameter relative to the recipe's, is not the same
    for all, each group is divided. Filters come first, then the fastest.

    Raises:
        ValueError: the network has nothing to train.
    """
    muon = spec.name == "muon"
    found: dict[tuple[int, float, bool], list[nn.Parameter]] = defaultdict(list)
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if parameter.requires_grad:
                kind = _OTHERS
                if muon and isinstance(module, nn.Conv2d) and parameter is module.weight:
                    kind = _NORMALIZED if module.bias is None else _FILTERS
                rate = rate_of(parameter) * (spec.others_lr if muon and kind == _OTHERS else 1.0)
                spared = parameter.ndim <= 1 or isinstance(module, _NORMS)
                found[kind, -rate, spared].append(parameter)
    groups: list[dict[str, Any]] = [
        {
            "params": parameters,
            "lr": spec.lr * -slowness,
            "weight_decay": 0.0 if spared and not spec.decay_norms else spec.weight_decay,
        }
        | ({"orthogonal": kind != _OTHERS, "fixed_length": kind == _NORMALIZED} if muon else {})
        for (kind, slowness, spared), parameters in sorted(found.items(), key=lambda item: item[0])
    ]
    if not groups:
        raise ValueError("the network has no parameters to train")
    if muon:
        return Muon(groups, momentum=spec.momentum, nesterov=spec.nesterov)
    # one kernel for all parameters instead of a few for each: a quarter less time for a narrow network
    fused = all(p.device.type in ("cpu", "cuda") for group in groups for p in group["params"])
    if spec.name == "sgd":
        return torch.optim.SGD(groups, momentum=spec.momentum, nesterov=spec.nesterov, fused=fused)
    if spec.name == "adam":
        return torch.optim.Adam(groups, betas=spec.betas, eps=spec.eps, fused=fused)
    return torch.optim.AdamW(groups, betas=spec.betas, eps=spec.eps, fused=fused)
