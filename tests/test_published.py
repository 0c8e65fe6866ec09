"""Claims: how they are judged, and what comes out for those whose story the book tells."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.published import SOURCES, TABLE_1, check_claims, claims, judge

VERDICTS = {found.claim.id: found for found in check_claims()}


def test_ids_are_unique():
    ids = [claim.id for claim in claims()]
    assert len(ids) == len(set(ids))


def test_every_claim_names_a_known_source_and_starts_its_id_with_it():
    assert {claim.source for claim in claims()} <= set(SOURCES)
    assert all(claim.id.startswith(claim.source + "/") for claim in claims())


@pytest.mark.parametrize("verdict", VERDICTS.values(), ids=VERDICTS)
def test_the_sentence_is_filled_in(verdict):
    assert verdict.why.endswith(".")
    assert not [name for _, name, _, _ in string.Formatter().parse(verdict.why) if name]


@pytest.mark.parametrize(
    ("name", "verdict"),
    {
        "notes-reduction/direct-5x5": "agrees",
        "notes-reduction/reduced-5x5": "agrees",
        "notes-d2l/5-million": "disagrees",
        "going-deeper/12-times-fewer": "disagrees",
        "going-deeper/22-layers": "agrees",
        "going-deeper/27-with-pools": "agrees",
        "going-deeper/table-1/convolution_1/params": "disagrees",
        "going-deeper/table-1/convolution_1/ops": "disagrees",
        "going-deeper/table-1/inception_3a/params": "agrees",
        "going-deeper/table-1/inception_4a/params": "rounds",
        "going-deeper/table-1/inception_3a/ops": "agrees",
        "going-deeper/table-1/inception_4c/params": "disagrees",
        "going-deeper/table-1/inception_4c/ops": "agrees",
        "going-deeper/table-1/inception_5a/params": "disagrees",
        "going-deeper/table-1/inception_5a/ops": "disagrees",
    }.items(),
)
def test_known_verdicts(name, verdict):
    assert VERDICTS[name].verdict == verdict


def test_the_separable_first_convolution_explains_the_printed_figures():
    assert "2,712" in VERDICTS["going-deeper/table-1/convolution_1/params"].why
    assert judge(2.7, 2_712, unit=1024, places=1) == "rounds"
    assert judge(34, 34_019_328, unit=10**6, places=0) == "agrees"


def test_the_printed_operations_add_up_to_the_text_s():
    assert sum(int(row.ops or 0) for row in TABLE_1.values()) == 1_502


@given(st.integers(1, 10**12), st.sampled_from([1, 1000, 1024, 10**6]), st.integers(0, 2))
def test_a_figure_printed_as_computed_agrees(computed, unit, places):
    printed = round(computed / unit, places)
    assert judge(printed, computed, unit, places) == "agrees"


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_an_exact_count_must_agree_to_the_last_digit(claimed, computed):
    assert judge(claimed, computed) == ("agrees" if claimed == computed else "disagrees")


@given(st.floats(1, 1e6), st.floats(1.05, 10))
def test_a_rounded_figure_far_off_disagrees(value, factor):
    assert judge(value * factor, value, places=6) == "disagrees"
