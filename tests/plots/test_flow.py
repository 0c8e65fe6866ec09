import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from inception_edu.plots import draw_flow
from inception_edu.plots.flow import FLOW, NARROW

LARGE, SMALL, DEEP = (320, 35, 35), (320, 17, 17), (640, 17, 17)


def bars(stages):
    (ax,) = draw_flow({"one": stages}).axes
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_bars_are_as_high_as_the_number_of_values():
    heights = [bar.get_height() for bar in bars([{"input": LARGE}, {"pool": SMALL}])]
    assert heights[1] / heights[0] == pytest.approx(17**2 / 35**2)


def test_a_stage_below_the_last_one_is_red():
    red = [same_color(bar.get_facecolor(), NARROW) for bar in bars([{"input": LARGE}, {"pool": SMALL}, {"end": DEEP}])]
    assert red == [False, True, False]


def test_tensors_side_by_side_count_together():
    side_by_side = bars([{"input": LARGE}, {"convolution": SMALL, "pool": SMALL}, {"joined": DEEP}])
    assert len(side_by_side) == 4
    assert all(same_color(bar.get_facecolor(), FLOW) for bar in side_by_side)
