"""How good a network is on the test images."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .data import Batches
from .distributed import ProcessGroup
from .losses import main_logits

__all__ = ["Evaluation", "evaluate"]


class Evaluation(NamedTuple):
    """What a test found."""

    loss: float  # mean cross-entropy
    accuracy: float  # 0 to 1
    confusion: Tensor  # K×K int64 on the CPU: images of class [row] taken for class [column]


@torch.no_grad()
def evaluate(
    model: nn.Module,
    batches: Batches,
    group: ProcessGroup,
    autocast: Callable[[], AbstractContextManager],
    *,
    flip: bool = False,
    epoch: int = 0,
    between: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Test a network on all images, each process of the group its share.

    The loss is the plain cross-entropy of the last classifier, without label smoothing or auxiliary losses, so that it
    compares between recipes.

    Args:
        model: the network; put into evaluation mode, and back afterwards.
        batches: the test images.
        group: the processes that share the work; all get the same answer.
        autocast: a context for the network's arithmetic.
        flip: average the probabilities of an image and its mirror image.
        epoch: decides what is drawn where test images are varied at random.
        between: called after every batch; may raise to stop the test.
    """
    was_training = model.training
    model.eval()
    exact = torch.float64 if group.device.type != "mps" else torch.float32
    loss = torch.zeros((), device=group.device, dtype=exact)
    confusion = None
    try:
        for images, labels, _ in batches.epoch(epoch):
            # a share of a small last batch may be empty; the network sees an image all the same, for the width of its
            # logits
            images = images if len(images) else images.new_zeros(1, *images.shape[1:])
            with autocast():
                log_p = F.log_softmax(main_logits(model(images)).float(), dim=1)  # n×K
                if flip:
                    mirrored = F.log_softmax(main_logits(model(images.flip(-1))).float(), dim=1)
                    log_p = torch.logaddexp(log_p, mirrored) - torch.log(torch.tensor(2.0, device=group.device))
            log_p = log_p[: len(labels)]
            if confusion is None:
                confusion = torch.zeros(log_p.shape[1], log_p.shape[1], dtype=torch.int64, device=group.device)
            loss += F.nll_loss(log_p, labels, reduction="sum")
            confusion.index_put_((labels, log_p.argmax(dim=1)), confusion.new_ones(len(labels)), accumulate=True)
            between()
    finally:
        model.train(was_training)
    if confusion is None:
        raise ValueError("there are no images to test on")
    confusion = group.sum(confusion).cpu()
    count = int(confusion.sum())
    return Evaluation(group.sum(loss).item() / count, int(confusion.diagonal().sum()) / count, confusion)
