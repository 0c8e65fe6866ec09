"""Every network at its published totals, by arithmetic alone; modules and torch's own counter are in tests/models."""

import pytest

from inception_edu.architectures import architecture, list_models

from .published import TOTALS


def params(name: str, **options) -> int:
    built = architecture(name, **options)
    return sum(row.params for row in [*built.trace(), *built.trace_heads()])


def macs(name: str, **options) -> int:
    return sum(row.macs for row in architecture(name, **options).trace())


@pytest.mark.parametrize("name", TOTALS)
def test_parameters_are_the_published_ones(name):
    assert params(name, aux_logits=False) == TOTALS[name].params


@pytest.mark.parametrize("name", [name for name, totals in TOTALS.items() if totals.with_heads])
def test_parameters_with_heads_are_the_published_ones(name):
    assert params(name, aux_logits=True) == TOTALS[name].with_heads


@pytest.mark.parametrize("name", TOTALS)
def test_multiply_adds_are_the_published_ones(name):
    assert macs(name) == TOTALS[name].macs


def test_lenet5_is_the_60_thousand_of_its_paper():
    assert params("lenet5") == 61_706


def test_the_simplified_googlenet_costs_what_googlenet_does():
    assert params("googlenet_lite") == TOTALS["googlenet"].params


def test_local_response_normalization_costs_nothing():
    assert params("googlenet", lrn=True, aux_logits=False) == TOTALS["googlenet"].params
    assert macs("googlenet", lrn=True) == TOTALS["googlenet"].macs


def test_torchvisions_googlenet_is_smaller_for_its_3x3():
    assert params("googlenet_bn", branch5x5_kernel=3, aux_logits=False) == 6_624_904  # its weights' meta data


def test_the_dense_first_convolution_of_bn_inception_costs_more():
    dense, separable = params("bn_inception", separable=False), params("bn_inception")
    first = 7 * 7 * 3 * 64 + 2 * 64
    assert dense - separable == first - (7 * 7 * 24 + 2 * 24 + 24 * 64 + 2 * 64)
    assert macs("bn_inception", separable=False) - macs("bn_inception") == 112**2 * (
        7 * 7 * 3 * 64 - 7 * 7 * 24 - 24 * 64
    )


def test_a_network_without_heads_has_none_on_request():
    assert not architecture("xception", aux_logits=True).heads


@pytest.mark.parametrize("name", list_models())
def test_the_number_of_classes_changes_the_classifiers_alone(name):
    built, other = architecture(name, num_classes=7), architecture(name, num_classes=8)
    for row, same in zip([*built.trace(), *built.trace_heads()], [*other.trace(), *other.trace_heads()], strict=True):
        last = row.layers[-1]
        grows = (
            last.input[0] * last.input[1] * last.input[2] + 1 if last.op.kind == "linear" and last.output[0] == 7 else 0
        )
        assert same.params - row.params == grows
