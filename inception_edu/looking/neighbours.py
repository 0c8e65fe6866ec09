"""Nearest neighbours in feature space: which pictures are alike to the network?"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def nearest(queries: Tensor, bank: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The features that point most nearly in the same direction.

    Args:
        queries: N×C.
        bank: M×C.
        count: how many for each query.

    Returns:
        Cosines N×count, the largest first, and their places in the bank, N×count.
    """
    cosines = functional.normalize(queries, dim=1) @ functional.normalize(bank, dim=1).T
    return tuple(cosines.topk(count, dim=1))  # type: ignore[return-value]
