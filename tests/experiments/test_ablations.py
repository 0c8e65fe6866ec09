"""The record of the ablations, read."""

import pytest

from inception_edu.experiments.ablations import arm_runs, compare_arms, interaction
from inception_edu.experiments.comparison import compare, difference
from inception_edu.experiments.intervals import holm
from inception_edu.experiments.records import recorded
from inception_edu.experiments.results import check_result


def arm(name, against, *values):
    return {"name": name, "against": against, "test_accuracy": {"values": list(values)}}


ARMS = [
    arm("base", "base", 0.5, 0.6, 0.55),
    arm("heads", "base", 0.6, 0.7, 0.66),
    arm("plain", "base", 0.3, 0.42, 0.35),
    arm("plain, heads", "plain", 0.31, 0.4, 0.36),
    arm("alone", "not run", 0.5, 0.5, 0.6),
]


def test_arms_are_compared_with_what_they_stand_against_and_judged_together():
    found = compare_arms(ARMS)
    assert list(found) == ["heads", "plain", "plain, heads"]
    assert found["plain, heads"]["values"] == pytest.approx([0.01, -0.02, 0.01])
    assert [one["p_holm"] for one in found.values()] == pytest.approx(holm([one["p"] for one in found.values()]))


def test_an_interaction_is_the_difference_of_differences():
    found = interaction(ARMS, ("heads", "base"), ("plain, heads", "plain"))
    assert found == difference([0.6 - 0.5, 0.7 - 0.6, 0.66 - 0.55], [0.31 - 0.3, 0.4 - 0.42, 0.36 - 0.35])


def test_recorded_arms_are_results_of_runs():
    record = recorded("ablations_cpu")
    runs = arm_runs(record, ["both heads", "GoogLeNet-BN"])
    assert [check_result(run) for run in runs]
    assert {group.name: len(group.runs) for group in compare(runs)} == {"both heads": 5, "GoogLeNet-BN": 5}


def test_an_arm_that_is_not_there_is_told():
    with pytest.raises(ValueError, match=r"no arm 'heads'; there are GoogLeNet-BN, "):
        arm_runs(recorded("ablations_cpu"), ["heads"])


def test_the_record_says_what_its_values_say():
    arms = recorded("ablations_cpu")["arms"]
    found = compare_arms(arms)
    for one in arms:
        if one["difference"] is None:
            assert one["name"] not in found
        else:
            assert one["difference"]["clear"] == found[one["name"]]["clear"]
            assert one["difference"]["p_holm"] == pytest.approx(found[one["name"]]["p_holm"])
