"""How large a gradient reaches every stage of a network: from its last classifier alone, and with auxiliary heads."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["draw_normal", "norm", "relative_gradients"]


def relative_gradients(
    model: nn.Module, images: Tensor, labels: Tensor, weight: float = 0.3
) -> dict[str, tuple[float, float]]:
    """Norm of the gradient over norm of the weights of every stage, of one network at the weights that it has.

    Dropout is off, so that the two numbers of a stage differ in the losses alone.

    Args:
        model: A network of `create_model` with auxiliary heads; its weights, buffers and modes stay as they are.
        images: N×C×H×W, as the network reads them.
        labels: N classes.
        weight: Of each head's loss in the sum.

    Returns:
        By stage with weights, from the image to the logits: with the last classifier's loss alone, and with the sum.
    """
    modes = {module: module.training for module in model.modules()}
    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    model.train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    last, *heads = model(images)
    for module, mode in modes.items():
        module.training = mode

    main = F.cross_entropy(last, labels)
    side = sum((F.cross_entropy(scores, labels) for scores in heads), torch.zeros(()))
    stages = model.stages.named_children()  # pyright: ignore[reportCallIssue, reportAttributeAccessIssue]
    groups = {
        name: [value for key, value in stage.named_parameters() if key.endswith("weight")] for name, stage in stages
    }
    every = [weight for weights in groups.values() for weight in weights]
    alone = iter(torch.autograd.grad(main, every, retain_graph=True))
    added = iter(torch.autograd.grad(side, every, allow_unused=True, materialize_grads=True))
    found = {}
    for name, weights in groups.items():
        if weights:
            one, other = [next(alone) for _ in weights], [next(added) for _ in weights]
            both = [a + weight * b for a, b in zip(one, other)]
            found[name] = norm(one) / norm(weights), norm(both) / norm(weights)
    with torch.no_grad():  # a forward pass in training moves the running statistics of batch norm
        for name, buffer in model.named_buffers():
            buffer.copy_(buffers[name])
    return found


def norm(tensors: Iterable[Tensor]) -> float:
    """The norm of several tensors as one vector."""
    return torch.stack([tensor.detach().norm() for tensor in tensors]).norm().item()


def draw_normal(model: nn.Module, deviation: float, seed: int) -> None:
    """Draw all weights anew as AlexNet's were, from a normal distribution of one deviation for every layer."""
    generator = torch.Generator().manual_seed(seed)
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.normal_(layer.weight, std=deviation, generator=generator)
