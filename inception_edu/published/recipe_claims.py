"""What the papers and the notes say in figures of how the networks were trained."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count
from math import exp, log

from .claim import Claim
from .voc_notes import voc_curves

PAPER = {"epsilon": 0.1, "classes": 1000}  # label smoothing in Rethinking, section 7
LATER_CODE = {"epsilon": 0.1, "classes": 20}  # and in later code of the author of the notes on Inception-v2

# Rethinking, Table 3: top-1 and top-5 error in percent, one crop; each line keeps the changes of those above it.
TABLE_3 = {
    "Inception-v2": (23.4, None),
    "RMSProp": (23.1, 6.3),
    "label smoothing": (22.8, 6.1),
    "factorized 7×7": (21.6, 5.8),
    "BN-auxiliary": (21.2, 5.6),
}


def rate(epoch: int, factor: float = 0.96, every: int = 8) -> float:
    """The learning rate in an epoch, counted from 0, relative to the first."""
    return factor ** (epoch // every)


def epochs_until(part: float, **schedule) -> int:
    """The first epoch in which at most this part of the first rate is left."""
    return next(epoch for epoch in count() if rate(epoch, **schedule) <= part)


def gain(line: str, place: int) -> Callable[[], int]:
    """By how many tenths of a point a line of Table 3 errs less often than the line above it."""
    lines = list(TABLE_3)
    before, after = TABLE_3[lines[lines.index(line) - 1]], TABLE_3[line]
    return lambda: round(10 * before[place]) - round(10 * after[place])


def smoothed(epsilon: float, classes: int) -> tuple[float, float]:
    """The target (1 − ε)·δ + ε/K: at the true class, and at each other one."""
    return 1 - epsilon + epsilon / classes, epsilon / classes


def entropy(epsilon: float, classes: int) -> float:
    """Entropy of the smoothed target in nats: the lowest value of its cross-entropy."""
    true, other = smoothed(epsilon, classes)
    return -true * log(true) - (classes - 1) * other * log(other)


def best_gap(epsilon: float, classes: int) -> float:
    """How far the true class's logit lies above the others where the smoothed loss is lowest."""
    true, other = smoothed(epsilon, classes)
    return log(true / other)


def scaled_gradient(epsilon: float, classes: int) -> float:
    """Derivative of (1 − ε)·H(q, p) + ε/K by the true class's logit, where p is the smoothed target."""
    return (1 - epsilon) * (smoothed(epsilon, classes)[0] - 1)


@cache  # six claims ask, and there are two curves
def test_accuracies(network: str) -> list[float]:
    """The notes' test accuracies by epoch, 0 to 1."""
    return [row["test_accuracy"] for row in voc_curves()[network]]


def cross_entropy_slopes() -> str:
    """The limits of p(k) − q(k), from a network that is as sure as can be: of the wrong class, and of the right one."""
    sure, never = 1 / (1 + exp(-700)), exp(-700) / (1 + exp(-700))
    slopes = [p - q for p in (sure, never) for q in (0, 1)]
    return f"between {min(slopes):.0f} and {max(slopes):.0f}"


def widest_even_scale(ratio: float) -> float:
    """Percent of a square picture that a crop of this aspect ratio can cover."""
    return 100 * min(ratio, 1 / ratio)


def mean_scale(least: float = 0.08, ratio: float = 4 / 3) -> float:
    """Mean percent of a square picture in crops drawn evenly in area and in log ratio, again if they do not fit.

    The chance that a crop of area a fits is min(1, −ln a / ln ratio); the integrals are closed.

    Args:
        least: smallest share of the picture's area, torchvision's ``scale[0]``; the largest is 1.
        ratio: largest aspect ratio; the smallest is 1 / ratio.
    """
    full = 1 / ratio  # up to here every ratio fits
    spread = log(ratio)
    mass = full - least + (1 - full + full * log(full)) / spread
    moment = (full**2 - least**2) / 2 + (1 / 4 - full**2 / 4 + full**2 * log(full) / 2) / spread
    return 100 * moment / mass


CLAIMS = [
    Claim(
        "notes-inception-v2/4-percent-every-8-epochs",
        "notes-inception-v2",
        "The factor 0.96 every 8 epochs takes 4 % off the rate",
        4,
        lambda: 100 * (1 - rate(8)),
        "So slow that the rate has halved only in epoch {half}. After the notes' 100 epochs {left:.0%} of it is left.",
        places=0,
        facts={"half": lambda: epochs_until(0.5), "left": lambda: rate(99)},
    ),
    Claim(
        "going-deeper/areas-at-every-aspect",
        "going-deeper",
        "Crops are spread evenly up to 100 % of the area, with aspects of 3/4 to 4/3",
        100,
        lambda: widest_even_scale(4 / 3),
        "In a square picture a crop of aspect 4/3 covers at most {computed:.0f} %. Implementations draw again what "
        "does not fit, so that areas are even only up to there, and {mean:.1f} % on average instead of 54 %.",
        places=0,
        facts={"mean": mean_scale},
    ),
    Claim(
        "rethinking/bounded-gradient",
        "rethinking",
        "The derivative of the cross-entropy by a logit lies between -1 and 1",
        "between -1 and 1",
        cross_entropy_slopes,
        "It is p(k) − q(k), a difference of two probabilities.",
    ),
    Claim(
        "rethinking/positive-lower-bound",
        "rethinking",
        "Every probability of the smoothed target has a positive lower bound",
        "positive",
        lambda: "positive" if min(smoothed(**PAPER)) > 0 else "zero",
        "ε/K, {bound:.4f} for the paper's ε and K. The loss is lowest where the true logit is {gap:.2f} above the "
        "others.",
        facts={"bound": lambda: min(smoothed(**PAPER)), "gap": lambda: best_gap(**PAPER)},
    ),
    *(
        Claim(
            f"rethinking/{name}",
            "rethinking",
            f"{what} gains {claimed / 10} points of {error} error (in tenths of a point)",
            claimed,
            gain(line, place),
            "Table 3: {before} % before, {after} % after.",
            facts={
                "before": lambda line=line, place=place: list(TABLE_3.values())[list(TABLE_3).index(line) - 1][place],
                "after": lambda line=line, place=place: TABLE_3[line][place],
            },
        )
        for name, what, error, claimed, line, place in [
            ("smoothing-gains-top-1", "Label smoothing", "top-1", 2, "label smoothing", 0),
            ("smoothing-gains-top-5", "Label smoothing", "top-5", 2, "label smoothing", 1),
            ("bn-auxiliary-gains-top-1", "Batch norm in the auxiliary head", "top-1", 4, "BN-auxiliary", 0),
        ]
    ),
    Claim(
        "notes-author-code/smoothing-gradient",
        "notes-author-code",
        "Label smoothing is (1 − ε)·H(q, p) + ε/K: its gradient vanishes at p = q'",
        0,
        lambda: scaled_gradient(**LATER_CODE),
        "There the true logit is still pushed up, with {computed:.3f}: the constant has no gradient, and 1 − ε only "
        "scales the cross-entropy's. Nothing is smoothed. It is in the author's Inception-v3 and later experiments, "
        "not in those that the notes print.",
        places=3,
    ),
    *(
        Claim(
            f"notes-inception-v2/best-of-{network.replace('_', '-')}",
            "notes-inception-v2",
            f"{name} reaches {claimed} % of the test crops",
            claimed,
            lambda network=network: 100 * max(test_accuracies(network)),
            "The best of {epochs} test epochs, chosen by the test crops themselves; the last has {last:.2f} %.",
            places=2,
            facts={
                "epochs": lambda network=network: len(test_accuracies(network)),
                "last": lambda network=network: 100 * test_accuracies(network)[-1],
            },
        )
        for network, name, claimed in [
            ("inception_v2", "Inception-v2", 78.02),
            ("googlenet_bn", "“GoogLeNet-BN”, which is BN-Inception without batch norm,", 74.77),
        ]
    ),
]
