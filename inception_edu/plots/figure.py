"""Show a matplotlib figure in a notebook and in the book: sharp at any size, at home on a dark page, told in words."""

import base64
import hashlib
import html
import io
import re

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from .style import INK, PAPER

# A page carries its figures inside; this keeps one careless scatter plot from making it megabytes heavy.
LARGEST = 600_000

# How much of its colour a coloured word keeps; the rest is ink. All of COLORS reach 4.5:1 on both pages with this.
WORDS = 0.7

# A figure may shrink to this share of its width on a phone, where letters of 9 points are still 8 pixels high; below
# it, it scrolls.
SHRINKS = 2 / 3

# The background of the place where the figure stands: the book, JupyterLab, Colab, VS Code, any other page.
PAGE_COLOR = (
    "var(--inception-paper, var(--jp-layout-color0, var(--colab-primary-surface-color, "
    "var(--vscode-editor-background, #ffffff))))"
)


def to_html(figure: Figure, alt: str, caption: str | None = None) -> str:
    """The figure as an HTML ``<figure>`` element that holds its drawing (SVG) and its text alternative.

    Args:
        figure: any matplotlib figure.
        alt: what the figure shows, for readers who cannot see it: what is drawn, and what it says.
        caption: a line of plain text to stand below it.

    Raises:
        ValueError: no alternative text, or a drawing too heavy for a page.
    """
    if len(alt.split()) < 3:
        raise ValueError(f"alt must say in a sentence what the figure shows, not {alt!r}")
    # The names of clip paths must differ between the figures of a page, and be the same in every build.
    salt = hashlib.sha256(alt.encode()).hexdigest()
    buffer = io.StringIO()
    with plt.rc_context({"svg.hashsalt": salt, "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    # Without the prologue of a file, the style sheet (it would reach the whole page) and the names of groups (they
    # would be the same in every figure).
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>\s*|<style.*?</style>\s*", "", drawing, flags=re.DOTALL)
    drawing = _light_pictures(re.sub(r'<g id="[^"]*"', "<g", drawing), salt[:8])
    if len(drawing) > LARGEST:
        raise ValueError(
            f"the figure takes {len(drawing):,} characters as SVG, more than {LARGEST:,}: "
            "draw fewer points, or pass rasterized=True to what has many"
        )
    # Words in the page's own font, in the page's own colours.
    drawing = re.sub(r"font: ((?:[a-z]+ |\d+ )*)([\d.]+px) [^;\"]*", r"font: \1\2 inherit", drawing)
    drawing = re.sub(r"'DejaVu Sans'[^;\"]*", "inherit", drawing)
    for color in (INK, "#000000"):
        drawing = re.sub(color, "currentColor", drawing, flags=re.IGNORECASE)
    drawing = re.sub(PAPER, PAGE_COLOR, drawing, flags=re.IGNORECASE)
    # A word in a colour of the data leans towards ink: letters need more contrast than bars and lines do.
    drawing = re.sub(
        r"(<text[^>]*?)fill: (#[0-9a-f]{6})",
        rf"\1fill: \2; fill: color-mix(in srgb, \2 {WORDS:.0%}, currentColor)",
        drawing,
        flags=re.IGNORECASE,
    )
    # As wide as on paper where there is room, narrower on a phone.
    left, top, across, down = _view(figure)
    width = 96 * across  # CSS pixels
    viewbox = f'viewBox="{" ".join(f"{72 * side:g}" for side in (left, top, across, down))}"'
    opening = (
        f'<svg role="img" aria-label="{html.escape(alt)}" xmlns="http://www.w3.org/2000/svg" '
        f'{viewbox} style="display: block; width: 100%; '
        f"max-width: {width:.0f}px; min-width: {SHRINKS * width:.0f}px; "
        'margin: 0 auto; stroke-linejoin: round; stroke-linecap: butt">'
    )
    drawing = re.sub(r"<svg[^>]*>", lambda _: opening, drawing, count=1).replace("xlink:href", "href")
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="inception-figure" style="margin: 1em 0; overflow-x: auto">{drawing}{below}</figure>'


def _view(figure: Figure) -> tuple[float, float, float, float]:
    """What of the drawing is to be seen: left, top, width and height in inches. What sticks out is not cut off."""
    width, height = figure.get_size_inches()
    box = figure.get_tightbbox()  # its y goes up, from the bottom
    left, top = min(box.x0, 0.0), min(height - box.y1, 0.0)
    return left, top, max(box.x1, width) - left, height - min(box.y0, 0.0) - top


PICTURE = re.compile(r'<image ([^>]*?)xlink:href="data:image/png;base64,\s*([\w+/=\s]*)"([^>]*?)/>')
SIZE = re.compile(r'(?:width|height)="[^"]*"')


def _light_pictures(drawing: str, salt: str) -> str:
    """The drawing with each picture in it once, where it stands several times, and packed as WebP loses nothing.

    Args:
        drawing: SVG as matplotlib writes it.
        salt: what tells the names of this figure's pictures from those of others.
    """
    kept: dict[str, str] = {}

    def use(found: re.Match[str]) -> str:
        before, data, after = found.groups()
        size = " ".join(SIZE.findall(before + after))
        picture = f'<image {size} xlink:href="{_as_webp(data)}"/>'
        name = f"picture-{salt}-{hashlib.sha256(picture.encode()).hexdigest()[:8]}"
        kept[name] = picture.replace("<image ", f'<image id="{name}" ')
        rest = re.sub(r'\bid="[^"]*"', "", before + after)
        return f'<use {SIZE.sub("", rest)} xlink:href="#{name}"/>'

    used = PICTURE.sub(use, drawing)
    if not kept:
        return drawing
    return re.sub(r"(<svg[^>]*>)", lambda found: f"{found[0]}<defs>{''.join(kept.values())}</defs>", used, count=1)


def _as_webp(png: str) -> str:
    """The address of a picture given as base64, the smaller of the two."""
    data = base64.b64decode(png)
    packed = io.BytesIO()
    Image.open(io.BytesIO(data)).save(packed, "webp", lossless=True, exact=True)
    kind, data = min((("png", data), ("webp", packed.getvalue())), key=lambda each: len(each[1]))
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


class _Shown:
    """What a cell displays: HTML where there is HTML, the words elsewhere."""

    def __init__(self, content: str, alt: str) -> None:
        self.content, self.alt = content, alt

    def _repr_html_(self) -> str:
        return self.content

    def __repr__(self) -> str:
        return f"[figure: {self.alt}]"


def show(figure: Figure, alt: str, caption: str | None = None) -> None:
    """Display a figure below the cell, with its text alternative, and close it.

    Args:
        figure: any matplotlib figure.
        alt: what the figure shows, for readers who cannot see it: what is drawn, and what it says.
        caption: a line of plain text to stand below it.

    Raises:
        ValueError: no alternative text, or a drawing too heavy for a page.
    """
    from IPython.display import display

    display(_Shown(to_html(figure, alt, caption), alt))
    plt.close(figure)
