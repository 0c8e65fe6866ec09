"""What `pretrained.py` finds on the test pictures: accuracy by class, confusion, calibration, what packing costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from inception_edu.augmentation.batches import Normalize
from inception_edu.datasets import ImageDataset
from inception_edu.experiments.calibration import calibration_error, reliability
from inception_edu.experiments.intervals import estimate, share
from inception_edu.training import Recipe

BATCH = 250


@torch.no_grad()
def logits_of(model: nn.Module, dataset: ImageDataset, recipe: Recipe) -> Tensor:
    """The logits of all pictures of a data set in memory, N×K."""
    assert dataset.images is not None
    normalize = Normalize(recipe.data.mean, recipe.data.std, torch.device("cpu"))
    return torch.cat([model(normalize(part)) for part in dataset.images.split(BATCH)])


def tested(logits: Tensor, labels: Tensor, classes: Sequence[str]) -> dict[str, Any]:
    """Accuracy (with Wilson's interval) of all and by class, confusion (rows: truth), calibration."""
    guesses = logits.argmax(1)
    count = len(classes)
    confusion = torch.zeros(count, count, dtype=torch.int64)
    confusion.index_put_((labels, guesses), torch.ones_like(labels), accumulate=True)
    right = confusion.diagonal()
    return {
        "accuracy": share(int(right.sum()), len(labels)),
        "by_class": {
            name: share(hits, of) for name, hits, of in zip(classes, right.tolist(), confusion.sum(1).tolist())
        },
        "confusion": confusion.tolist(),
        "calibration": {
            "error": calibration_error(logits, labels),
            "confidence": logits.softmax(1).amax(1).mean().item(),
            "bins": [
                {"confidence": confidence, "accuracy": accuracy, "share": part}
                for confidence, accuracy, part in reliability(logits, labels).tolist()
            ],
        },
    }


def compare(packed: Tensor, before: Tensor, labels: Tensor) -> dict[str, Any]:
    """Accuracy before packing, and how far it lay above that of the packed network: pairs of the same pictures."""
    right = [(logits.argmax(1) == labels) for logits in (before, packed)]
    pairs = estimate((right[0].double() - right[1].double()).tolist())
    return {
        "accuracy": right[0].double().mean().item(),
        "difference": pairs["mean"],
        "margin": pairs["margin"],
        "only_before": int((right[0] & ~right[1]).sum()),
        "only_packed": int((right[1] & ~right[0]).sum()),
        "other_label": int((before.argmax(1) != packed.argmax(1)).sum()),
        "largest_difference_of_logits": (before - packed).abs().max().item(),
    }
