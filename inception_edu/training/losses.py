"""What is minimised: the loss of the classifier plus a share of the auxiliary classifiers' losses.

total = loss(logits) + w · Σ loss(auxiliary logits)        w = 0.3 in Szegedy et al. 2014, section 5
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .specs import LossSpec

__all__ = ["cross_entropy", "main_logits", "total_loss"]

Outputs = Tensor | tuple[Tensor, ...]


def main_logits(outputs: Outputs) -> Tensor:
    """The logits (N×K) of the last classifier, whether or not auxiliary ones come with them."""
    return outputs if isinstance(outputs, Tensor) else outputs[0]


def cross_entropy(logits: Tensor, labels: Tensor, spec: LossSpec) -> Tensor:
    """The loss of each image (N) for one classifier's logits (N×K), in float32 whatever the network computes in.

    With label smoothing ε the target is (1 - ε)·one-hot + ε/K (Szegedy et al. 2016, section 7). The form `scaled`
    is a slip, made in later code of the VOC notes' author: (1 - ε)·cross-entropy + ε/K. The constant has no gradient,
    so all it does is multiply the learning rate by 1 - ε; it smooths nothing.
    """
    logits = logits.float()
    if spec.smoothing_form == "scaled":
        plain = F.cross_entropy(logits, labels, reduction="none")
        return (1 - spec.smoothing) * plain + spec.smoothing / logits.shape[1]
    return F.cross_entropy(logits, labels, reduction="none", label_smoothing=spec.smoothing)


def total_loss(outputs: Outputs, labels: Tensor, spec: LossSpec) -> Tensor:
    """The training loss of each image (N): the classifier's own, plus `spec.aux_weight` times each auxiliary one's."""
    if isinstance(outputs, Tensor):
        return cross_entropy(outputs, labels, spec)
    logits, *auxiliary = outputs
    total = cross_entropy(logits, labels, spec)
    for side in auxiliary:
        if side is not None:  # a head that was switched off
            total = total + spec.aux_weight * cross_entropy(side, labels, spec)
    return total


@torch.no_grad()
def count_correct(outputs: Outputs, labels: Tensor) -> Tensor:
    """For each image (N), whether the largest logit is the label's."""
    return main_logits(outputs).argmax(dim=1) == labels
