"""Classification results of the ImageNet Large Scale Visual Recognition Challenge (ILSVRC), as the papers print them.

The *top-5 error* is the share of pictures, in percent, whose class is not among a network's five best guesses.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of a table of results.

    Attributes:
        team: who it is of.
        year: of the challenge.
        top5: error in percent.
        source: key into `SOURCES`.
        place: in the challenge.
        networks: how many were averaged, or None where that is not printed.
        extra_data: trained on more than the challenge's own pictures.
        entered: handed in to the challenge in `year`, and not measured later.
    """

    team: str
    year: int
    top5: float
    source: str
    place: int | None = None
    networks: int | None = None
    extra_data: bool = False
    entered: bool = True


# Table 2 of Going Deeper with Convolutions, in its order.
RESULTS = (
    Result("SuperVision", 2012, 16.4, "going-deeper", place=1),
    Result("SuperVision", 2012, 15.3, "going-deeper", place=1, extra_data=True),
    Result("Clarifai", 2013, 11.7, "going-deeper", place=1),
    Result("Clarifai", 2013, 11.2, "going-deeper", place=1, extra_data=True),
    Result("MSRA", 2014, 7.35, "going-deeper", place=3),
    Result("VGG", 2014, 7.32, "going-deeper", place=2, networks=7),
    Result("GoogLeNet", 2014, 6.67, "going-deeper", place=1, networks=7),
)

# Lines of Table 7 of VGG's paper that tell something else, or more.
RESULTS_BY_VGG = (
    Result("MSRA", 2014, 8.1, "vgg", place=3, networks=11),
    Result("VGG", 2014, 7.0, "vgg", networks=1, entered=False),
    Result("VGG", 2014, 6.8, "vgg", networks=2, entered=False),
    Result("GoogLeNet", 2014, 7.9, "vgg", networks=1, entered=False),
)


@dataclass(frozen=True)
class Setting:
    """One way of asking GoogLeNet: `models` networks, each shown `crops` cut-outs of a picture, all answers averaged.

    `top5` is the error on the validation set in percent, `change` the printed difference to the first line.
    """

    models: int
    crops: int
    top5: float
    change: float | None = None

    @property
    def passes(self) -> int:
        """How often a network runs for one picture; the paper's column "cost"."""
        return self.models * self.crops


# Table 3 of Going Deeper with Convolutions.
BREAKDOWN = (
    Setting(1, 1, 10.07),
    Setting(1, 10, 9.15, -0.92),
    Setting(1, 144, 7.89, -2.18),
    Setting(7, 1, 8.09, -1.98),
    Setting(7, 10, 7.62, -2.45),
    Setting(7, 144, 6.67, -3.45),
)


def result(team: str, **where: object) -> Result:
    """The one result of `team` whose fields are as given.

    Raises:
        ValueError: there is none, or more than one.
    """
    found = [
        line
        for line in (*RESULTS, *RESULTS_BY_VGG)
        if line.team == team and all(getattr(line, name) == value for name, value in where.items())
    ]
    if len(found) != 1:
        raise ValueError(f"{len(found)} results of {team!r} with {where}; say more, or less, to name one")
    return found[0]


# How a picture is cut, section 7 of the paper: its shorter side is resized to each of these many pixels; of that, the
# left, middle and right (or top, middle and bottom) square; of that, four corners, the middle, and all of it shrunk;
# each as it is and mirrored.
CROP_SCALES = (256, 288, 320, 352)
CROP_SQUARES = ("first", "middle", "last")
CROP_VIEWS = ("top left", "top right", "bottom left", "bottom right", "middle", "whole")
CROP_MIRRORS = ("as it is", "mirrored")


def crop_count() -> int:
    """Cut-outs of one picture that a network of GoogLeNet's entry saw."""
    return len(CROP_SCALES) * len(CROP_SQUARES) * len(CROP_VIEWS) * len(CROP_MIRRORS)
