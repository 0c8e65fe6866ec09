"""How good a network is on the test images."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import torch
import torch.nn.functional as F
from torch import nn

from .data import Batches
from .distributed import Team
from .losses import main_logits

__all__ = ["evaluate"]


@torch.no_grad()
def evaluate(
    model: nn.Module,
    batches: Batches,
    team: Team,
    autocast: Callable[[], AbstractContextManager],
    *,
    flip: bool = False,
    epoch: int = 0,
) -> tuple[float, float]:
    """`(cross-entropy, accuracy)` over all images, each process testing its share.

    The loss is the plain cross-entropy of the last classifier, without label smoothing or auxiliary losses, so that it
    compares between recipes. With `flip` the probabilities of an image and its mirror image are averaged.
    """
    was_training = model.training
    model.eval()
    sums = torch.zeros(3, device=team.device, dtype=torch.float64 if team.device.type != "mps" else torch.float32)
    for images, labels, _ in batches.epoch(epoch):
        if len(images) == 0:
            continue
        with autocast():
            log_p = F.log_softmax(main_logits(model(images)).float(), dim=1)  # n×K
            if flip:
                mirrored = F.log_softmax(main_logits(model(images.flip(-1))).float(), dim=1)
                log_p = torch.logaddexp(log_p, mirrored) - torch.log(torch.tensor(2.0, device=team.device))
        sums[0] += F.nll_loss(log_p, labels, reduction="sum")
        sums[1] += (log_p.argmax(dim=1) == labels).sum()
        sums[2] += len(labels)
    model.train(was_training)
    loss, correct, count = team.sum(sums).tolist()
    return loss / count, correct / count
