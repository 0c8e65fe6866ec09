"""What is said of the detection entry, held against the paper's tables."""

import pytest

from inception_edu.published import detection, detection_claims

VERDICTS = {verdict.claim.id: verdict for verdict in (claim.check() for claim in detection_claims.CLAIMS)}


@pytest.mark.parametrize(
    ("name", "verdict"),
    {
        "60-percent-of-the-proposals": "agrees",
        "detection-almost-doubled": "agrees",
        "deep-insight-gains": "agrees",
        "single-model-for-detection": "disagrees",
    }.items(),
)
def test_known_verdicts(name, verdict):
    assert VERDICTS[f"going-deeper/{name}"].verdict == verdict


def test_places_of_2014_follow_the_precision():
    of_2014 = sorted((line for line in detection.ENTRIES if line.year == 2014), key=lambda line: -line.map)
    assert [line.place for line in of_2014] == [1, 2, 3]


def test_a_team_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="no 'VGG' of 2014; there are UvA-Euvision, Deep Insight"):
        detection.entry("VGG")
