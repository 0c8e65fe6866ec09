"""What several seeds say: mean and spread, differences of pairs, and the correction for many comparisons.

One rule holds everywhere: runs are paired by seed, the interval of a mean difference is Student's (*The Probable Error
of a Mean*, Biometrika 1908), and the comparisons of one table are judged together by Holm's procedure (*A Simple
Sequentially Rejective Multiple Test Procedure*, Scandinavian Journal of Statistics 1979).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from ..extras import needs

__all__ = ["difference", "differences", "estimate", "holm", "quantile", "share", "summarise"]

LEVEL = 0.05
"""Chance of seeing something where nothing is: of one interval, and of a whole table."""


def summarise(values: Sequence[float]) -> dict[str, Any]:
    """Mean, spread (standard deviation of the sample; None for a single value), least and largest, and the values."""
    return {
        "mean": statistics.fmean(values),
        "std": statistics.stdev(values) if len(values) > 1 else None,
        "min": min(values),
        "max": max(values),
        "values": list(values),
    }


def quantile(freedom: int) -> float:
    """How many standard errors Student's 95 % interval reaches to each side, for n − 1 degrees of freedom."""
    with needs("notebook"):
        from scipy import stats

    return float(stats.t.ppf(1 - LEVEL / 2, freedom))


def share(hits: int, of: int) -> dict[str, Any]:
    """A share of independent cases with its 95 % interval by Wilson's score.

    For one network on many pictures (*Probable Inference, the Law of Succession, and Statistical Inference*, Journal of
    the American Statistical Association 1927). It says how far another sample of pictures could lie, not another seed.

    >>> found = share(8, 10)
    >>> found["share"], round(found["low"], 3), round(found["high"], 3)
    (0.8, 0.49, 0.943)

    Raises:
        ValueError: there are no cases, or more hits than cases.
    """
    if not 0 <= hits <= of or not of:
        raise ValueError(f"a share is of one case at least, and of all at most: not {hits} of {of}")
    z = statistics.NormalDist().inv_cdf(1 - LEVEL / 2)
    middle = (hits + z * z / 2) / (of + z * z)
    reach = z / (of + z * z) * math.sqrt(hits * (of - hits) / of + z * z / 4)
    return {"share": hits / of, "low": max(0.0, middle - reach), "high": min(1.0, middle + reach), "of": of}


def estimate(values: Sequence[float]) -> dict[str, Any]:
    """The mean of a few values with its interval.

    Returns:
        The mean; as `margin`, half the width of its 95 % interval by Student's t: the truth is thought to lie within
        mean ± margin; as `p`, the chance of a mean at least so far from zero if the truth were zero; whether the
        interval leaves out zero (`clear`); and the `values`.

    Raises:
        ValueError: there are fewer than two values, or one is not a finite number.
    """
    if len(values) < 2:
        raise ValueError(f"an interval needs two values at least: there are {len(values)}")
    if not all(map(math.isfinite, values)):
        raise ValueError("finite numbers are compared: a value is infinite or not a number")
    with needs("notebook"):
        from scipy import stats

    mean, freedom = statistics.fmean(values), len(values) - 1
    error = statistics.stdev(values) / math.sqrt(len(values))  # standard error of the mean
    margin = quantile(freedom) * error
    if error > 0:
        p = 2 * float(stats.t.sf(abs(mean) / error, freedom))
    else:  # all are the same
        p = 0.0 if mean else 1.0
    return {"mean": mean, "margin": margin, "p": p, "clear": abs(mean) > margin, "values": list(values)}


def difference(values: Sequence[float], others: Sequence[float]) -> dict[str, Any]:
    """How far `values` lie above `others` on average, both in the order of the same seeds: `estimate` of the pairs.

    Raises:
        ValueError: there are not as many of one as of the other, fewer than two, or one is not a finite number.
    """
    if len(values) != len(others) or len(values) < 2:
        raise ValueError(f"pairs are compared, two at least: there are {len(values)} values and {len(others)} others")
    return estimate([one - other for one, other in zip(values, others)])


def differences(pairs: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> dict[str, dict[str, Any]]:
    """The differences of a table, judged together.

    Args:
        pairs: By name, the values and the others, as `difference` takes them.

    Returns:
        By name what `difference` says, with `p_holm`, which is p corrected for the number of comparisons. `clear` now
        says that it is below 5 %: the chance that anything in the whole table is called so by luck alone. Mean and
        margin stay those of the single comparison.
    """
    found = {name: difference(values, others) for name, (values, others) in pairs.items()}
    adjusted = holm([one["p"] for one in found.values()])
    return {
        name: {**one, "p_holm": p, "clear": p < LEVEL} for (name, one), p in zip(found.items(), adjusted, strict=True)
    }


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order of `p_values`.

    The smallest is multiplied by the number of comparisons, the next by one less, and so on; none is smaller than one
    before it, and none above 1. What stays below a level may be called clear at that level, all together.

    Raises:
        ValueError: one is no probability.
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError(f"p-values lie between 0 and 1, not {[p for p in p_values if not 0 <= p <= 1]}")
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, least = [0.0] * len(order), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * p_values[place]))
        adjusted[place] = least
    return adjusted
