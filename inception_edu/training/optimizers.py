"""The update rule: torch's optimizers, with a choice of what decays."""

from __future__ import annotations

import torch
from torch import nn

from .specs import OptimizerSpec

__all__ = ["make_optimizer"]

_NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm)


def make_optimizer(model: nn.Module, spec: OptimizerSpec) -> torch.optim.Optimizer:
    """The optimizer of a recipe over the parameters of `model` that are trained.

    Parameters fall into two groups: weights; and biases and batch-norm parameters, which may be spared weight decay
    (`decay_norms = false`).

    Raises:
        ValueError: the network has nothing to train.
    """
    weights, others = [], []
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if parameter.requires_grad:
                decays = parameter.ndim > 1 and not isinstance(module, _NORMS)
                (weights if decays else others).append(parameter)
    spared = spec.weight_decay if spec.decay_norms else 0.0
    groups = [
        {"params": weights, "lr": spec.lr, "weight_decay": spec.weight_decay},
        {"params": others, "lr": spec.lr, "weight_decay": spared},
    ]
    groups = [group for group in groups if group["params"]]
    if not groups:
        raise ValueError("the network has no parameters to train")
    # one kernel for all parameters instead of a few for each: a quarter less time for a narrow network
    fused = all(p.device.type in ("cpu", "cuda") for group in groups for p in group["params"])
    if spec.name == "sgd":
        return torch.optim.SGD(groups, momentum=spec.momentum, nesterov=spec.nesterov, fused=fused)
    if spec.name == "adam":
        return torch.optim.Adam(groups, betas=spec.betas, eps=spec.eps, fused=fused)
    return torch.optim.AdamW(groups, betas=spec.betas, eps=spec.eps, fused=fused)
