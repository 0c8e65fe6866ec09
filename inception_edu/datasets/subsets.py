"""Class-balanced parts of a data set, chosen by a seed and nested in each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arguments import quoted
from .streams import raw_stream


def subset_indices(labels, subset: int | float | None, seed: int, classes: Sequence[str]) -> np.ndarray:
    """Indices, in ascending order, of the part of a data set that `subset` asks for.

    Each class is put into an order of its own, once, by the seed. A subset takes the first few of every class, so a
    smaller one lies within a larger one.

    Args:
        labels: N class indices.
        subset: None for everything; a whole number of samples, spread evenly over the classes that have any (where it
            does not divide, some classes give one sample more, always the same ones first); or a fraction
            0 < f <= 1 of every class, rounded.
        seed: which samples.
        classes: names of the classes, for the messages.

    Raises:
        ValueError: fewer samples than classes, more than the smallest class can give, or no such number.
    """
    labels = np.asarray(labels)
    if subset is None:
        return np.arange(len(labels))
    counts = np.bincount(labels, minlength=len(classes))
    present = np.flatnonzero(counts)
    takes = _takes(subset, counts, present, seed, classes)
    chosen = []
    for label in present:
        members = np.flatnonzero(labels == label)
        order = np.argsort(raw_stream(len(members), seed, 1, int(label)), kind="stable")
        chosen.append(members[order[: takes[label]]])
    return np.sort(np.concatenate(chosen))


def _takes(subset, counts: np.ndarray, present: np.ndarray, seed: int, classes: Sequence[str]) -> np.ndarray:
    """How many samples of each class a subset takes."""
    takes = np.zeros_like(counts)
    smallest = present[np.argmin(counts[present])]
    if isinstance(subset, (float, np.floating)):
        if not 0 < subset <= 1:
            raise ValueError(f"subset as a fraction must lie above 0 and not above 1, not {quoted(subset)}")
        takes[present] = np.floor(subset * counts[present] + 0.5).astype(int)
        if not takes[present].all():
            raise ValueError(
                f"subset={subset!r} leaves nothing of class {classes[smallest]!r}, which has {counts[smallest]:,}"
                f" samples; take at least {0.5 / counts[smallest]:.2g}"
            )
        return takes
    if isinstance(subset, bool) or not isinstance(subset, (int, np.integer)):
        raise ValueError(f"subset must be a whole number of samples or a fraction such as 0.1, not {quoted(subset)}")
    subset = int(subset)
    if subset < len(present):
        raise ValueError(f"subset={quoted(subset)} is less than one sample for each of the {len(present)} classes")
    if subset > counts.sum():
        raise ValueError(f"subset={quoted(subset)} is more than the {counts.sum():,} samples there are")
    # Deal the samples out like cards, to the classes in an order that depends on the seed alone.
    dealt = present[np.argsort(raw_stream(len(present), seed, 0), kind="stable")]
    takes[present] = subset // len(present)
    takes[dealt[: subset % len(present)]] += 1
    if (takes > counts).any():
        raise ValueError(
            f"subset={subset} takes more of class {classes[smallest]!r} than its {counts[smallest]:,} samples;"
            f" a balanced subset has at most {counts[smallest] * len(present):,}, a fraction such as 0.5 takes part of"
            " every class"
        )
    return takes
