"""Means, spreads, Student's intervals and Holm's correction, against closed forms and published values."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from inception_edu.experiments import intervals
from inception_edu.experiments.intervals import difference, differences, estimate, holm, share, summarise


def test_mean_and_spread():
    assert summarise([0.8, 0.9, 1.0]) == {
        "mean": pytest.approx(0.9),
        "std": pytest.approx(0.1),
        "min": 0.8,
        "max": 1.0,
        "values": [0.8, 0.9, 1.0],
    }
    assert summarise([0.8])["std"] is None


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(intervals).failed == 0


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_of_a_share_is_wilsons(case):
    """SciPy has it too."""
    hits, of = case
    found, theirs = share(hits, of), stats.binomtest(hits, of).proportion_ci(method="wilson")
    assert found["share"] == hits / of
    assert (found["low"], found["high"]) == (pytest.approx(theirs.low, abs=1e-9), pytest.approx(theirs.high, abs=1e-9))


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (2, 1), (-1, 5)])
def test_a_share_of_nothing_is_refused(hits, of):
    with pytest.raises(ValueError, match="a share is of one case at least"):
        share(hits, of)


def test_the_difference_of_pairs():
    """By hand: differences 1, 2, 3 have mean 2, spread 1, standard error 1/√3; t is 4.303 for 2 degrees of freedom.

    Student's density with 2 degrees of freedom has the integral 1/2 + t / (2 √(2 + t²)), here at t = 2 √3.
    """
    found = difference([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    t = 2 * math.sqrt(3)
    assert found == {
        "mean": 2.0,
        "margin": pytest.approx(4.302653 / 3**0.5, rel=1e-6),
        "p": pytest.approx(1 - t / math.sqrt(2 + t**2)),
        "clear": False,
        "values": [1.0, 2.0, 3.0],
    }
    assert difference([2.0, 2.1], [1.0, 1.09])["clear"]


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.706), (4, 2.776), (9, 2.262), (30, 2.042), (120, 1.980)])
def test_the_quantiles_are_those_of_the_printed_tables(freedom, quantile):
    gaps = np.linspace(-1, 1, freedom + 1)
    error = gaps.std(ddof=1) / math.sqrt(len(gaps))
    assert difference(gaps, 0 * gaps)["margin"] / error == pytest.approx(quantile, abs=5e-4)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=9))
def test_an_interval_leaves_out_zero_just_where_p_is_below_5_percent(pairs):
    found = difference(*zip(*pairs))
    assert found["clear"] == (found["p"] < 0.05) or found["p"] == pytest.approx(0.05)


def test_a_mean_by_itself():
    """By hand: 1, 2, 3 have mean 2, spread 1, standard error 1/√3; t is 4.303 for 2 degrees of freedom."""
    found = estimate([1.0, 2.0, 3.0])
    assert (found["mean"], found["margin"]) == (2.0, pytest.approx(4.303 / 3**0.5, abs=1e-3))
    with pytest.raises(ValueError, match="two values at least: there are 1"):
        estimate([1.0])


def test_pairs_that_all_differ_by_the_same():
    assert difference([1.0, 2.0], [0.0, 1.0])["p"] == 0
    assert difference([1.0, 2.0], [1.0, 2.0])["p"] == 1


@pytest.mark.parametrize(
    ("values", "others", "message"),
    [
        ([1.0], [2.0], "pairs are compared, two at least"),
        ([1.0, 2.0], [1.0], "pairs are compared, two at least"),
        ([1.0, math.nan], [1.0, 1.0], "finite numbers"),
    ],
)
def test_what_is_no_pairs_is_told(values, others, message):
    with pytest.raises(ValueError, match=message):
        difference(values, others)


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        # p.adjust(c(.01, .02, .03, .04, .05), "holm") in R
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
        # the worked example of Wikipedia's "Holm–Bonferroni method": 1 and 4 are rejected at 5 %
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.9, 0.8], [1.0, 1.0]),
    ],
)
def test_holm_is_what_others_print(p_values, adjusted):
    assert holm(p_values) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_rejects_what_the_stepwise_procedure_rejects(p_values):
    """Holm 1979: from the smallest p on, reject while p < level / (comparisons that are left); then stop."""
    level, rejected = 0.05, set()
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[place] * (len(p_values) - rank) >= level:
            break
        rejected.add(place)
    assert {place for place, p in enumerate(holm(p_values)) if p < level} == rejected


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_is_told(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p])


def test_a_table_is_judged_together():
    """Alone, p = 0.03 is clear; of five comparisons it is not."""
    rng = np.random.default_rng(0)
    base = rng.normal(size=8)
    gap = rng.normal(size=8)
    gap = (gap - gap.mean()) / gap.std(ddof=1)
    faint = base + gap + 0.97 / math.sqrt(8) * 2.7
    table = {"faint": (faint, base), **{f"none {k}": (base + gap, base) for k in range(4)}}
    alone, found = difference(faint, base), differences(table)
    assert alone["clear"]
    assert found["faint"]["p"] == alone["p"]
    assert found["faint"]["p_holm"] == pytest.approx(5 * alone["p"])
    assert not any(one["clear"] for one in found.values())
