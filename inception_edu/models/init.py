"""Initial weights, drawn as the papers say."""

from __future__ import annotations

from torch import nn


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


INITS = {"he": he, "truncated_normal": truncated_normal}
