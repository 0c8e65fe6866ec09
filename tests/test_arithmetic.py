"""The closed forms, held against the real modules of PyTorch."""

import doctest

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from inception_edu import arithmetic
from inception_edu.arithmetic import (
    batch_norm_params,
    break_even_reduction,
    conv_macs,
    conv_params,
    linear_macs,
    linear_params,
    output_size,
    pair,
    receptive_field,
    same_padding,
)

from .anything import anything, ends_well

sizes = st.integers(1, 24)
kernels = st.integers(1, 9)
strides = st.integers(1, 4)
pairs = st.tuples(kernels, kernels)
widths = st.integers(1, 12)


def torch_size(module: nn.Module, height: int, width: int, channels: int = 1) -> tuple[int, int] | None:
    """The grid that a module of PyTorch leaves, or None where it refuses the input."""
    try:
        return tuple(module(torch.zeros(1, channels, height, width)).shape[2:])
    except RuntimeError:
        return None


def our_size(*args, **kwargs):
    try:
        return output_size(*args, **kwargs)
    except ValueError:
        return None


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(arithmetic).failed == 0


@given(
    size=st.tuples(sizes, sizes),
    kernel=pairs,
    stride=st.tuples(strides, strides),
    padding=st.tuples(*[st.integers(0, 4)] * 2),
)
def test_a_convolution_leaves_the_grid_that_torch_says(size, kernel, stride, padding):
    module = nn.Conv2d(1, 1, kernel, stride, padding)
    assert our_size(size, kernel, stride, padding) == torch_size(module, *size)


@given(size=st.tuples(sizes, sizes), kernel=kernels, stride=strides, padding=st.integers(0, 4), ceil_mode=st.booleans())
def test_a_pool_leaves_the_grid_that_torch_says(size, kernel, stride, padding, ceil_mode):
    assume(padding <= kernel // 2)  # torch allows no more
    module = nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode)
    assert our_size(size, kernel, stride, padding, ceil_mode) == torch_size(module, *size)


@given(size=sizes, kernel=st.integers(0, 4).map(lambda k: 2 * k + 1))
def test_same_padding_keeps_the_size(size, kernel):
    assert output_size(size, kernel, padding=same_padding(kernel)[0]) == size


@given(
    groups=st.integers(1, 4), inward=widths, outward=widths, kernel=pairs, bias=st.booleans(), size=st.integers(9, 20)
)
def test_a_convolution_costs_what_torch_allocates_and_does(groups, inward, outward, kernel, bias, size):
    channels, filters = groups * inward, groups * outward
    module = nn.Conv2d(channels, filters, kernel, groups=groups, bias=bias)
    assert conv_params(channels, filters, kernel, groups, bias) == sum(p.numel() for p in module.parameters())
    grid = torch_size(module, size, size, channels)
    assert conv_macs(channels, filters, kernel, grid, groups) == module.weight.numel() * grid[0] * grid[1]


@given(inward=widths, outward=widths, bias=st.booleans())
def test_a_fully_connected_layer_costs_what_torch_allocates(inward, outward, bias):
    module = nn.Linear(inward, outward, bias=bias)
    assert linear_params(inward, outward, bias) == sum(p.numel() for p in module.parameters())
    assert linear_macs(inward, outward) == module.weight.numel()


def test_batch_norm_learns_a_scale_and_a_shift():
    assert batch_norm_params(17) == sum(p.numel() for p in nn.BatchNorm2d(17).parameters())


@given(inward=st.integers(1, 600), outward=st.integers(1, 600), kernel=st.integers(1, 7))
def test_a_reduction_pays_up_to_the_break_even_and_no_further(inward, outward, kernel):
    def reduced(width: int) -> int:
        return conv_params(inward, width, 1) + conv_params(width, outward, kernel)

    widest, direct = break_even_reduction(inward, outward, kernel), conv_params(inward, outward, kernel)
    assert widest == 0 or reduced(widest) < direct
    assert reduced(widest + 1) >= direct


@given(st.lists(st.tuples(kernels, strides), min_size=1, max_size=4))
def test_a_receptive_field_is_the_smallest_input_that_leaves_one_unit(layers):
    field = receptive_field(layers)

    def left(size: int | None) -> int | None:
        for kernel, stride in layers:
            size = None if size is None else our_size(size, kernel, stride)
        return size

    assert left(field) == 1
    assert left(field - 1) is None


def test_two_3x3_see_as_far_as_one_5x5():
    assert receptive_field([(3, 1), (3, 1)]) == receptive_field([(5, 1)])


def test_sizes_come_back_as_they_went_in():
    assert output_size(5, 3) == 3
    assert output_size((5, 7), 3) == (3, 5)
    assert output_size(5, (3, 3)) == 3
    assert pair([2, 3]) == (2, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: output_size(2, kernel=3), "a kernel of 3 does not fit an input of 2 with padding 0"),
        (lambda: output_size((9, 2), kernel=(3, 5)), "a kernel of 5 does not fit an input of 2"),
        (lambda: output_size(0, kernel=1, padding=3), "size is a number of pixels, at least 1, or .*, not 0"),
        (lambda: output_size(9, kernel=(1, 7)), "of a square, a kernel of .1, 7. leaves 9×3: give the size as a pair"),
        (lambda: output_size(9, kernel=3, stride=0), "stride is a number of pixels, at least 1, or .*, not 0"),
        (lambda: output_size(9, kernel=3, padding=-1), "padding is a number of pixels, at least 0, or .*, not -1"),
        (lambda: conv_params(-1, 4, 3), "in_channels is a whole number of at least 0, not -1"),
        (lambda: conv_params(4, 4, 3, groups=0), "groups is a whole number of at least 1, not 0"),
        (
            lambda: receptive_field([(3, 1), 3]),
            r"layers is pairs \(kernel, stride\) of whole numbers .*, not \[\(3, 1\), 3\]",
        ),
        (lambda: same_padding(4), "only odd kernels .* not 4×4"),
        (lambda: same_padding((3, 2)), "only odd kernels .* not 3×2"),
        (lambda: conv_params(6, 4, 3, groups=4), "4 groups must divide both 6 input and 4 output channels"),
    ],
)
def test_what_cannot_be_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


PUBLIC = {
    pair: 1,
    output_size: 5,
    same_padding: 1,
    conv_params: 5,
    conv_macs: 5,
    batch_norm_params: 1,
    linear_params: 3,
    linear_macs: 2,
    receptive_field: 1,
    break_even_reduction: 3,
}


@pytest.mark.parametrize("function", PUBLIC, ids=lambda function: function.__name__)
@given(st.data())
def test_any_value_ends_in_a_result_or_in_one_line(function, data):
    fair = st.integers(1, 9)
    arguments = data.draw(st.tuples(*[fair | anything] * PUBLIC[function]))
    ends_well(function, *arguments)


@given(st.lists(st.tuples(kernels | anything, strides | anything) | anything, max_size=3))
def test_any_layers_end_in_a_receptive_field_or_in_one_line(layers):
    ends_well(receptive_field, layers)


@given(size=st.integers(), kernel=st.integers(), stride=st.integers(), padding=st.integers(), ceil_mode=st.booleans())
def test_a_size_is_at_least_one_or_refused(size, kernel, stride, padding, ceil_mode):
    assert (our_size(size, kernel, stride, padding, ceil_mode) or 1) >= 1


def test_no_number_is_too_large():
    assert output_size(10**30, kernel=3, stride=2, padding=1) == 5 * 10**29
    assert conv_params(10**30, 10**30, kernel=3) == 9 * 10**60
