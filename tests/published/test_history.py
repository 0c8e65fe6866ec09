"""What is said of the networks before GoogLeNet and of the challenge, held against sources of its own."""

import pytest

from inception_edu.published import SOURCES, history_claims, ilsvrc

VERDICTS = {verdict.claim.id: verdict for verdict in (claim.check() for claim in history_claims.CLAIMS)}

# LeNet-5 layer by layer as printed in 1998, section II.B: trainable parameters, connections.
PRINTED_LENET = [
    (156, 122_304),
    (12, 5_880),
    (1_516, 151_600),
    (32, 2_000),
    (48_120, 48_120),
    (10_164, 10_164),
    (0, 840),
]


def test_lenet_of_1998_layer_by_layer():
    assert history_claims.lenet_1998() == PRINTED_LENET


def test_alexnet_units_are_the_printed_ones_but_for_the_first_layer():
    printed = [253_440, 186_624, 64_896, 64_896, 43_264, 4_096, 4_096, 1_000]
    computed = list(history_claims.units("alexnet_2012").values())
    assert computed[1:] == printed[1:]
    assert computed[0] == 55 * 55 * 96 != printed[0] == 55 * 48 * 96


@pytest.mark.parametrize(
    ("name", "verdict"),
    {
        "lenet/60000-parameters": "agrees",
        "alexnet/650000-neurons": "rounds",
        "alexnet/first-layer-neurons": "disagrees",
        "vgg/138-million": "agrees",
        "going-deeper/144-crops": "agrees",
        "going-deeper/change-of-the-entry": "disagrees",
        "going-deeper/56.5-percent-less": "rounds",
    }.items(),
)
def test_known_verdicts(name, verdict):
    assert VERDICTS[name].verdict == verdict


def test_changes_in_table_3_are_differences_but_for_the_last():
    base, *others = ilsvrc.BREAKDOWN
    wrong = [setting for setting in others if round(setting.top5 - base.top5, 2) != setting.change]
    assert wrong == [ilsvrc.BREAKDOWN[-1]]


def test_the_entry_is_the_last_line_of_both_tables():
    entry = ilsvrc.result("GoogLeNet", entered=True)
    assert entry.top5 == ilsvrc.BREAKDOWN[-1].top5 == min(line.top5 for line in ilsvrc.RESULTS)
    assert entry.networks == ilsvrc.BREAKDOWN[-1].models
    assert ilsvrc.BREAKDOWN[-1].crops == ilsvrc.crop_count()


def test_results_name_known_sources():
    assert {line.source for line in (*ilsvrc.RESULTS, *ilsvrc.RESULTS_BY_VGG)} <= set(SOURCES)


def test_places_of_a_year_follow_the_errors():
    ranked = sorted((line.top5, line.place) for line in ilsvrc.RESULTS if line.year == 2014)
    assert [place for _, place in ranked] == [1, 2, 3]


@pytest.mark.parametrize("where", [{}, {"networks": 99}])
def test_a_result_that_is_not_one_is_refused(where):
    with pytest.raises(ValueError, match="results of 'VGG'"):
        ilsvrc.result("VGG", **where)
