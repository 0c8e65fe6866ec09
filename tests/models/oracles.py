"""Other people's implementations of our networks, with random weights and statistics."""

import torch
from torch import nn


def randomized(model: nn.Module, seed: int = 0) -> nn.Module:
    """`model` with every weight and running statistic random, of a size that keeps activations in range."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.dim() > 1:  # weights: He et al.'s variance
                value.copy_(torch.randn(value.shape, generator=draw) * (2 / value[0].numel()) ** 0.5)
            elif name.endswith(("bias", "running_mean")):
                value.copy_(torch.randn(value.shape, generator=draw) * 0.1)
            elif name.endswith(("weight", "running_var")):
                value.copy_(torch.rand(value.shape, generator=draw) + 0.5)
    return model


def without_dropout(model: nn.Module) -> nn.Module:
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model


def outputs(model: nn.Module, images: torch.Tensor) -> list[torch.Tensor]:
    with torch.no_grad():
        found = model(images)
    return list(found) if isinstance(found, tuple) else [found]


def assert_agree(ours: nn.Module, theirs: nn.Module, images: torch.Tensor, training: bool) -> None:
    """The same outputs within 1e-5 of their size, and as many of them."""
    found, expected = (outputs(without_dropout(model).train(training), images) for model in (ours, theirs))
    assert len(found) == len(expected)
    for one, other in zip(found, expected):
        assert (one - other).abs().max() <= 1e-5 * other.abs().max()
        assert other.std() > 0
