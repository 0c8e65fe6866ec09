import pytest
from matplotlib.colors import same_color

from inception_edu.arithmetic import output_size
from inception_edu.plots import draw_windows
from inception_edu.plots.windows import UNREAD


@pytest.mark.parametrize(("size", "padding", "unread"), [(7, 0, 0), (8, 0, 1), (7, 1, 0), (8, 1, 0)])
def test_windows_and_the_pixels_none_of_them_reads(size, padding, unread):
    (ax,) = draw_windows([size], [padding]).axes
    pixels = [patch for patch in ax.patches if patch.get_fill()]
    assert len(pixels) == size
    assert len(ax.patches) == size + 2 * padding
    assert sum(same_color(pixel.get_facecolor(), UNREAD) for pixel in pixels) == unread
    assert len(ax.lines) == output_size(size, 3, 2, padding)
