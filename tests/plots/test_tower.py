from collections import Counter

import pytest
from matplotlib.colors import to_hex

from inception_edu.plots import draw_towers
from inception_edu.plots.tower import BETWEEN, INPUT, OUTPUT


@pytest.mark.parametrize(("kernels", "between"), [([5], 0), ([3, 3], 9), ([(1, 5), (5, 1)], 5), ([(5, 1), (1, 5)], 5)])
def test_cells_that_the_output_depends_on(kernels, between):
    (ax,) = draw_towers({"tower": kernels}).axes
    cells = Counter(to_hex(patch.get_facecolor()) for patch in ax.patches if patch.get_fill())
    assert (cells[INPUT], cells[BETWEEN], cells[OUTPUT]) == (25, between, 1)
