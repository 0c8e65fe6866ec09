"""The palette against the rules it was made by: contrast on both pages, and colour-blind readers."""

import itertools

import numpy as np
import pytest

from inception_edu.plots import COLORS
from inception_edu.plots.figure import WORDS
from inception_edu.plots.style import INK, PAPER

DARK_PAGE = "#14171d"

# What a reader without one kind of cone sees, in linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color: str) -> np.ndarray:
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB: distances in it are about what an eye tells apart (2 is a just visible difference)."""
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("page", [PAPER, DARK_PAGE])
@pytest.mark.parametrize("name", COLORS)
def test_colors_stand_out_on_both_pages(name, page):
    assert contrast(COLORS[name], page) >= 3


def test_ink_stands_out_on_paper():
    assert contrast(INK, PAPER) >= 7


@pytest.mark.parametrize("reader", SEEN_BY)
def test_colors_differ_for_every_reader(reader):
    seen = {name: lab(np.array(SEEN_BY[reader]) @ linear(color)) for name, color in COLORS.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 20, f"{one} and {other}"


@pytest.mark.parametrize(("page", "ink"), [(PAPER, INK), (DARK_PAGE, "#e3e5ea")])
@pytest.mark.parametrize("name", COLORS)
def test_words_in_a_color_can_be_read_on_both_pages(name, page, ink):
    """`show` mixes the colour of a word with ink: 4.5:1, as WCAG AA asks of text."""
    parts = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in (COLORS[name], ink)]
    mixed = [round(WORDS * one + (1 - WORDS) * other) for one, other in zip(*parts)]
    assert contrast("#{:02x}{:02x}{:02x}".format(*mixed), page) >= 4.5
