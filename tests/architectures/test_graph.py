"""Rows as trees: shapes, costs, depth and fields of view follow from the parts."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.architectures import (
    AvgPool,
    Block,
    Chain,
    Concat,
    Conv,
    DepthwiseConv,
    HiddenLinear,
    Inception,
    Linear,
    MaxPool,
    Residual,
    Style,
    architecture,
)
from inception_edu.architectures.graph import chain, channels
from inception_edu.arithmetic import receptive_field

PLAIN = Style(batch_norm=False)
NORMED = Style(batch_norm=True)


def wide(*widths: int) -> Concat:
    return Concat("wide", {str(k): chain(Conv("conv", width, kernel=3)) for k, width in enumerate(widths)})


def test_a_chain_hands_shapes_on():
    part = chain(Conv("a", 8, kernel=3, stride=2), MaxPool("b"), Conv("c", 4))
    assert [layer.output for layer in part.layers((3, 33, 33), PLAIN)] == [(8, 17, 17), (8, 8, 8), (4, 8, 8)]


def test_branches_add_up_in_depth():
    assert wide(2, 3, 4).output((5, 7, 7), PLAIN) == (9, 7, 7)


def test_branches_that_leave_different_grids_are_refused():
    part = Concat("uneven", {"a": Conv("a", 2, kernel=3, padding=0), "b": Conv("b", 2)})
    with pytest.raises(ValueError, match="the branches of uneven leave different grids"):
        part.output((3, 8, 8), PLAIN)


def test_a_sum_of_different_shapes_is_refused():
    with pytest.raises(ValueError, match=r"sum cannot add \(4, 8, 8\) to \(3, 8, 8\)"):
        Residual("sum", Conv("a", 4)).output((3, 8, 8), PLAIN)


def test_an_expansion_ends_at_the_depth_it_is_added_to():
    part = Residual("sum", wide(2, 3), expansion=lambda depth: Conv("expansion", depth))
    assert part.output((7, 8, 8), PLAIN) == (7, 8, 8)
    assert part.layers((7, 8, 8), PLAIN)[-1].params == 5 * 7 + 7


def test_a_shortcut_has_its_own_costs():
    part = Residual("sum", Conv("a", 6), shortcut=Conv("b", 6))
    assert sum(layer.params for layer in part.layers((3, 4, 4), PLAIN)) == 2 * (3 * 6 + 6)


def test_batch_norm_takes_the_place_of_the_bias():
    conv = Conv("a", 5, kernel=3)
    assert conv.params((2, 9, 9), PLAIN) == 2 * 5 * 9 + 5
    assert conv.params((2, 9, 9), NORMED) == 2 * 5 * 9 + 2 * 5
    assert conv.params((2, 9, 9), Style(batch_norm=True, bias=True)) == 2 * 5 * 9 + 5 + 2 * 5


def test_a_convolution_may_depart_from_the_style():
    assert Conv("a", 5, batch_norm=False, bias=True).params((2, 9, 9), NORMED) == 2 * 5 + 5


def test_a_depthwise_convolution_filters_every_channel_by_itself():
    conv = DepthwiseConv("a", kernel=7, stride=2, multiplier=8)
    assert conv.output((3, 224, 224), NORMED) == (24, 112, 112)
    assert conv.params((3, 224, 224), NORMED) == 24 * 49
    assert conv.macs((3, 224, 224), NORMED) == 24 * 49 * 112 * 112


def test_a_fully_connected_layer_reads_the_whole_grid():
    assert Linear("fc", 10).params((4, 3, 3), PLAIN) == 4 * 9 * 10 + 10


def test_depth_counts_the_longest_way():
    part = chain(Conv("a", 2), MaxPool("b"), Concat("c", {"x": Conv("x", 2), "y": chain(Conv("y", 2), Conv("z", 2))}))
    assert part.depth() == 3


def test_layers_know_where_they_stand():
    first = Inception("3a", 64, 96, 128, 16, 32, 32).layers((192, 28, 28), PLAIN)[1]
    assert first.name == "inception (3a) / #3×3 reduce"


@pytest.mark.parametrize(
    ("name", "key"),
    [("inception (3a)", "inception_3a"), ("#3×3 reduce", "n3x3_reduce"), ("max pool 1", "max_pool_1")],
)
def test_names_become_identifiers(name, key):
    assert Chain(name, ()).key == key
    assert key.isidentifier()


def test_columns_are_those_of_the_paper():
    assert Inception("3a", 64, 96, 128, 16, 32, 32).columns() == {
        "#1×1": 64,
        "#3×3 reduce": 96,
        "#3×3": 128,
        "#5×5 reduce": 16,
        "#5×5": 32,
        "pool proj": 32,
    }


@dataclass(frozen=True)
class Sample(Block):
    name: str
    one: int = channels("one")
    several: tuple = channels("", (4, 8))
    kernel: int = 3

    def body(self) -> Chain:
        return chain()


def test_width_scales_every_count_and_nothing_else():
    assert Sample("a", 10).scaled(0.5) == Sample("a", 5, (2, 4), 3)


def test_a_scaled_count_is_at_least_one_and_zero_stays_zero():
    assert Sample("a", 0, (4, 0)).scaled(0.01) == Sample("a", 0, (1, 0))


def test_scaled_counts_stay_divisible_where_convolutions_are_grouped():
    assert Sample("a", 10, (2, 9)).scaled(0.3, 2) == Sample("a", 4, (2, 2), 3)
    for width in (0.02, 0.3, 1.01):
        rows = {row.name: row for row in architecture("alexnet_2012", width=width).rows}
        assert rows["convolution 1"].out_channels % rows["convolution 2"].groups == 0


def test_the_number_of_classes_does_not_scale():
    assert Linear("fc", 10).scaled(0.1) == Linear("fc", 10)
    assert HiddenLinear("fc", 10).scaled(0.1).out_features == 1


@given(st.lists(st.tuples(st.integers(1, 5).map(lambda k: 2 * k - 1), st.integers(1, 3)), min_size=1, max_size=5))
def test_the_field_of_a_chain_is_the_closed_form(layers):
    part = chain(*[AvgPool(str(k), kernel, stride) for k, (kernel, stride) in enumerate(layers)])
    (height, width), _ = part.field_of_view()
    assert height == width == receptive_field(layers)


def test_a_1x7_and_a_7x1_see_7_by_7():
    row, column = Conv("a", 1, kernel=(1, 7)), Conv("b", 1, kernel=(7, 1))
    assert row.field_of_view()[0] == (1, 7)
    assert chain(row, column).field_of_view()[0] == (7, 7)


def test_branches_see_as_far_as_the_widest_of_them_each_way():
    part = Concat("a", {"wide": Conv("a", 1, kernel=(1, 7)), "tall": Conv("b", 1, kernel=(3, 1))})
    assert part.field_of_view() == ((3, 7), (1, 1))
