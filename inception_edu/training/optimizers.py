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

_NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm)


def make_optimizer(
    model: nn.Module, spec: OptimizerSpec, rate_of: Callable[[nn.Parameter], float] = lambda weight: 1.0
) -> torch.optim.Optimizer:
    """The optimizer of a recipe over the parameters of `model` that are trained.

    Parameters fall into two groups: weights; and biases and batch-norm parameters, which may be spared weight decay
    (`decay_norms = false`). Muon has a third: filters, whose length it fixes, so that they do not decay. Where
    `rate_of`, the rate of a parameter relative to the recipe's, is not the same for all, each group is divided. Filters
    come first, then the fastest.

    Raises:
        ValueError: the network has nothing to train, or filters without batch norm that Muon is to turn.
    """
    muon = spec.name == "muon"
    found: dict[tuple[bool, float, bool], list[nn.Parameter]] = defaultdict(list)
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if parameter.requires_grad:
                filters = muon and isinstance(module, nn.Conv2d) and parameter is module.weight
                if filters and module.bias is not None:
                    raise ValueError(
                        "optimizer.name = muon fixes the length of filters, which only batch norm makes good: it needs "
                        "a network with batch norm after every convolution, such as googlenet_bn; sgd trains any"
                    )
                spared = parameter.ndim <= 1 or isinstance(module, _NORMS)
                rate = rate_of(parameter) * (spec.others_lr if muon and not filters else 1.0)
                found[not filters, -rate, spared].append(parameter)
    groups: list[dict[str, Any]] = [
        {
            "params": parameters,
            "lr": spec.lr * -slowness,
            "weight_decay": 0.0 if not others or (spared and not spec.decay_norms) else spec.weight_decay,
        }
        | ({"orthogonal": not others} if muon else {})
        for (others, slowness, spared), parameters in sorted(found.items(), key=lambda item: item[0])
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
