"""Whatever a caller passes, an architecture comes of it, or one line that says what would be right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu.architectures import architecture, entry, list_models

from ..anything import anything, ends_well

ARGUMENTS = ("num_classes", "in_channels", "aux_logits", "image_size", "stem", "width", "dropout")
OWN = ("lrn", "module", "lower_head", "branch5x5_kernel", "separable")
WITH_OPTIONS = ("googlenet", "googlenet_bn", "bn_inception", "inception_v3")


@given(anything)
def test_any_name(name):
    ends_well(entry, name)
    ends_well(architecture, name)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(list_models()),
    st.dictionaries(st.sampled_from((*ARGUMENTS, *OWN)), anything, min_size=1, max_size=2),
)
def test_any_argument(name, arguments):
    ends_well(architecture, name, **arguments)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WITH_OPTIONS), st.sampled_from(OWN), anything)
def test_any_option(name, option, value):
    ends_well(architecture, name, **{option: value})


@given(anything)
def test_any_image_size_afterwards(image_size):
    lenet = architecture("lenet5")
    for method in (lenet.trace, lenet.trace_heads, lenet.fits, lenet.check):
        ends_well(method, image_size)


@pytest.mark.parametrize(
    "arguments",
    [
        {"width": float("inf")},
        {"width": 1e300},
        {"image_size": 10**30},
        {"image_size": (2**40, 2**40)},
        {"num_classes": 2**60},
        {"num_classes": True},
        {"in_channels": 10**400},
        {"stem": []},
        {"dropout": False},
        {"aux_logits": "no"},
        {"lrn": "no"},
        {"lrn": []},
        {"lower_head": 0},
        {"module": ["reduced"]},
    ],
    ids=str,
)
def test_what_no_machine_can_hold_and_what_is_of_another_kind_is_refused(arguments):
    with pytest.raises(ValueError):
        architecture("googlenet", **arguments)
