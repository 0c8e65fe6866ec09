"""A shown figure: its words, its colours that follow the page, its names that no other figure has."""

import base64
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib import pyplot as plt
from PIL import Image

from inception_edu.plots import figure as module
from inception_edu.plots import show, use_style
from inception_edu.plots.figure import to_html
from inception_edu.plots.style import INK, PAPER

ALT = "Two bars, the right one twice as high as the left."


@pytest.fixture
def bars():
    with plt.rc_context():
        use_style()
        figure, ax = plt.subplots()
        ax.bar(["a & b", "c"], [1, 2], color="#2462f7", edgecolor="white")
        ax.set_title("Bars < lines")
        ax.text(0, 1, "black", color="black")
        yield figure
    plt.close("all")


def test_it_is_one_well_formed_element(bars):
    root = ElementTree.fromstring(to_html(bars, ALT, "A <caption>"))
    assert root.tag == "figure"
    assert root.find("figcaption").text == "A <caption>"


def test_words_are_told_to_who_cannot_see(bars):
    drawing = ElementTree.fromstring(to_html(bars, 'A "quoted" word & more')).find("{http://www.w3.org/2000/svg}svg")
    assert drawing.get("role") == "img"
    assert drawing.get("aria-label") == 'A "quoted" word & more'


def test_ink_and_paper_are_the_page_s(bars):
    content = to_html(bars, ALT)
    assert not re.search(f"{INK}|#000000", content, re.IGNORECASE)
    assert "currentColor" in content
    without_page_color = content.replace(module.PAGE_COLOR, "")
    assert without_page_color != content
    assert PAPER not in without_page_color.lower()
    assert "#2462f7" in content


def test_words_are_text_in_the_page_s_font(bars):
    content = to_html(bars, ALT)
    assert "Bars &lt; lines" in content
    assert "DejaVu" not in content


def test_style_sheet_does_not_reach_the_page(bars):
    assert "<style" not in to_html(bars, ALT)


def test_names_are_not_shared_by_two_figures(bars):
    one, other = (re.findall(r' id="([^"]+)"', to_html(bars, alt)) for alt in (ALT, ALT + " Again."))
    assert one
    assert not set(one) & set(other)


def test_it_is_the_same_in_every_build(bars):
    assert to_html(bars, ALT) == to_html(bars, ALT)


@pytest.mark.parametrize("alt", ["", "   ", "figure 1"])
def test_words_are_needed(bars, alt):
    with pytest.raises(ValueError, match="alt must say"):
        to_html(bars, alt)


def test_heavy_figure_is_refused_with_a_way_out(bars, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1000)
    with pytest.raises(ValueError, match="rasterized=True"):
        to_html(bars, ALT)


def test_show_displays_html_and_words_and_closes_the_figure(bars, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    show(bars, ALT)
    formats, _ = DisplayFormatter().format(shown[0])
    assert formats["text/html"] == to_html(bars, ALT)
    assert ALT in formats["text/plain"]
    assert not plt.fignum_exists(bars.number)


def test_colored_words_lean_towards_ink(bars):
    bars.axes[0].text(0, 1.5, "blue", color="#2462f7")
    word = re.search(r"<text[^>]*>blue</text>", to_html(bars, ALT))[0]
    assert "fill: #2462f7; fill: color-mix(in srgb, #2462f7 70%, currentColor)" in word


def test_a_picture_stands_once_and_keeps_every_value():
    rng = np.random.default_rng(0)
    photograph = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    with plt.rc_context():
        use_style()
        figure, axes = plt.subplots(1, 3)
        for ax in axes:
            ax.imshow(photograph, interpolation="none")
        content = to_html(figure, "The same picture of noise three times, side by side.")
        plt.close(figure)
    pictures = re.findall(r'<image[^>]* id="([^"]*)"[^>]* href="data:image/webp;base64,([^"]*)"', content)
    assert len(pictures) == 1
    name, data = pictures[0]
    assert len(re.findall(f'<use[^>]* href="#{name}"', content)) == 3
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
    assert (shown == photograph).all() or (shown[::-1] == photograph).all()


def viewbox(figure) -> list[float]:
    return [float(side) for side in ElementTree.fromstring(to_html(figure, ALT))[0].attrib["viewBox"].split()]


def test_what_sticks_out_of_a_figure_is_not_cut_off(bars):
    assert viewbox(bars) == pytest.approx([0, 0, *(72 * bars.get_size_inches())])
    bars.text(0.5, 1, "half of this", va="center", fontsize=20)
    left, top, width, height = viewbox(bars)
    assert (left, width) == (0, pytest.approx(72 * bars.get_figwidth()))
    assert 5 < -top < 20
    assert top + height == pytest.approx(72 * bars.get_figheight())
