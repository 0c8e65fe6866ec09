"""The look of every figure: quiet axes, and colours that work on white, on black and for colour-blind readers.

Text, axes and grids are drawn in INK on PAPER. ``show`` (figure.py) replaces these two by the colours of the page
that the figure stands on, so that a figure is light on a dark page. Every other colour stays as it is, so each one
has a contrast of at least 3:1 both with white and with the dark page. That is enough for lines and areas; words
in these colours are mixed with ink.
"""

import matplotlib as mpl
from matplotlib.rcsetup import cycler

INK = "#1f2430"
PAPER = "#ffffff"

# A colour stands for the same thing wherever it appears: the four branches of a module, then what is left over.
COLORS = {
    "1x1": "#2462f7",  # blue
    "3x3": "#af402d",  # brick
    "5x5": "#2ea671",  # green
    "pool": "#ab2da8",  # magenta
    "reduce": "#c48811",  # amber: the 1×1 convolutions that only reduce the depth
    "other": "#626671",  # slate: stem, classifier, what is not in question
}
SERIES = tuple(COLORS.values())

STYLE = {
    "figure.figsize": (7.0, 3.6),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 10,
    "text.color": INK,
    "svg.fonttype": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=SERIES),
    "grid.color": INK,
    "grid.alpha": 0.15,
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "patch.edgecolor": PAPER,
    "hatch.color": PAPER,
    "image.cmap": "viridis",
    "image.interpolation": "nearest",
}


def use_style() -> None:
    """Draw every later figure of this process in the book's style."""
    mpl.rcParams.update(STYLE)
