"""The update rule: torch's optimizers, with a choice of what decays."""

from __future__ import annotations

import torch
from torch import nn

from .recipe import OptimizerSpec

__all__ = ["make_optimizer"]

_NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm)


def make_optimizer(model: nn.Module, spec: OptimizerSpec) -> torch.optim.Optimizer:
    """The optimizer of a recipe over the parameters of `model` that are trained.

    Parameters fall into three groups: weights; biases and batch-norm scales (which may be spared weight decay,
    `decay_norms = false`); batch-norm biases (which may also learn faster, `norm_bias_lr`, as cifar10-airbench does).
    """
    weights, others, norm_biases = [], [], []
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if not parameter.requires_grad:
                continue
            if isinstance(module, _NORMS):
                (norm_biases if name == "bias" else others).append(parameter)
            else:
                (weights if parameter.ndim > 1 else others).append(parameter)
    spared = spec.weight_decay if spec.decay_norms else 0.0
    groups = [
        {"params": weights, "lr": spec.lr, "weight_decay": spec.weight_decay},
        {"params": others, "lr": spec.lr, "weight_decay": spared},
        {"params": norm_biases, "lr": spec.lr * spec.norm_bias_lr, "weight_decay": spared / spec.norm_bias_lr},
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
    if spec.name == "adamw":
        return torch.optim.AdamW(groups, betas=spec.betas, eps=spec.eps, fused=fused)
    return torch.optim.RMSprop(groups, momentum=spec.momentum, eps=spec.eps, alpha=0.9)
