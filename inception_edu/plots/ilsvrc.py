"""The ImageNet challenge as its papers report it: who erred how often, and what GoogLeNet's last points cost."""

from __future__ import annotations

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ..published import ilsvrc
from ..tables import layer_table
from .style import COLORS


def draw_results() -> Figure:
    """Top-5 error of the entries that *Going Deeper with Convolutions* compares, by year; extra data hatched."""
    figure, ax = plt.subplots(figsize=(7.2, 3.0))
    for place, line in enumerate(ilsvrc.RESULTS):
        color = COLORS["1x1"] if line.team == "GoogLeNet" else COLORS["other"]
        ax.barh(place, line.top5, 0.68, color=color, hatch="///" if line.extra_data else None)
        ax.text(line.top5 + 0.2, place, f"{line.top5:g}", va="center")
    ax.set_yticks(
        range(len(ilsvrc.RESULTS)),
        [f"{line.team} {line.year}" + (", extra data" if line.extra_data else "") for line in ilsvrc.RESULTS],
    )
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlabel="top-5 error, percent", xlim=(0, 1.1 * max(line.top5 for line in ilsvrc.RESULTS)))
    return figure


def draw_breakdown() -> Figure:
    """GoogLeNet's top-5 error against the multiply-adds spent on one picture, by number of models and of crops."""
    figure, ax = plt.subplots(figsize=(7.2, 3.2))
    one_pass = layer_table("googlenet", aux_logits=False).total.macs
    for models, color, beside in ((1, COLORS["1x1"], (5, 5)), (7, COLORS["3x3"], (-8, -14))):
        settings = [setting for setting in ilsvrc.BREAKDOWN if setting.models == models]
        costs = [setting.passes * one_pass for setting in settings]
        name = "one model" if models == 1 else f"{models} models"
        ax.plot(costs, [setting.top5 for setting in settings], "o-", color=color, label=name)
        for cost, setting in zip(costs, settings):
            text = f"{setting.crops} crop" + "s" * (setting.crops > 1)
            ax.annotate(text, (cost, setting.top5), beside, textcoords="offset points", fontsize=9)
    ax.set(xscale="log", xlabel="multiply-adds for one picture", ylabel="top-5 error, percent", ylim=(6, 10.8))
    ax.set_xlim(right=5e12)
    ax.legend()
    return figure
