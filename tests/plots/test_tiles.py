import numpy as np
from matplotlib.colors import same_color, to_rgb

from inception_edu.plots import draw_tiles
from inception_edu.plots.tiles import NEGATIVE, POSITIVE


def test_sign_is_a_color_and_size_an_opacity():
    (ax,) = draw_tiles({"kernel": np.array([[0.0, 1.0], [-2.0, 0.5]])}).axes
    zero, one, minus_two, half = (patch.get_facecolor() for patch in ax.patches)
    assert zero[3] == 0
    assert (one[3], minus_two[3], half[3]) == (0.5, 1, 0.25)
    assert same_color(one[:3], to_rgb(POSITIVE))
    assert same_color(minus_two[:3], to_rgb(NEGATIVE))


def test_cells_of_all_tiles_are_of_one_size():
    small, large = draw_tiles({"small": np.ones((3, 3)), "large": np.ones((7, 7))}).axes
    assert np.ptp(small.get_xlim()) == np.ptp(large.get_xlim())
