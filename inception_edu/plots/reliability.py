"""Whether confidence deserves trust: reliability diagrams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .style import COLORS

__all__ = ["draw_reliability"]

COLORS_OF_NETWORKS = tuple(COLORS[name] for name in ("3x3", "5x5", "1x1", "pool"))


def draw_reliability(networks: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw a reliability diagram a network: a dot a bin, the larger the more pictures are in it.

    On the dashed diagonal the network is right as often as it is confident; below, it is too sure of itself.

    Args:
        networks: by title, the bins: confidence, share of right answers and share of pictures of each, as
            `inception_edu.experiments.calibration.reliability` gives them.
    """
    width = 3.3 * len(networks) if len(networks) > 1 else 4.2
    figure, axes = plt.subplots(1, len(networks), figsize=(width, 3.2), sharey=True, squeeze=False)
    for ax, (title, bins), color in zip(axes.flat, networks.items(), COLORS_OF_NETWORKS, strict=False):
        confidence, accuracy, share = zip(*bins)
        ax.plot([0, 1], [0, 1], color=COLORS["other"], lw=1, ls="--")
        ax.vlines(confidence, accuracy, confidence, color=color, lw=1.5)
        ax.scatter(confidence, accuracy, s=[20 + 400 * part for part in share], color=color, zorder=3)
        ax.set(xlabel="confidence", title=title, xlim=(0, 1.05), ylim=(0, 1.05))
    axes[0, 0].set_ylabel("share of right answers")
    return figure
