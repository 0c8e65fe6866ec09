"""Draw the logo: one input, the four branches of an Inception module, their outputs joined by depth.

The joined block is inception (3a): its four parts are as high as their shares of the 256 output channels.
`python book/_tools/logo.py` writes logo.svg (the mark and the name) and favicon.svg (the mark) into book/_static.
"""

from pathlib import Path

from inception_edu.architectures import Inception
from inception_edu.plots.style import COLORS

STATIC = Path(__file__).resolve().parents[1] / "_static"
MODULE = Inception("3a", 64, 96, 128, 16, 32, 32)
WIDTHS = {"1x1": MODULE.n1x1, "3x3": MODULE.n3x3, "5x5": MODULE.n5x5, "pool": MODULE.pool_proj}

TOP, HEIGHT, GAP = 6.0, 52.0, 1.6  # of the joined block, in a square of 64
LEFT, RIGHT = 13.0, 46.0  # where the branches leave the input and reach the block
STROKE = 4.2


def mark() -> str:
    """The drawing in a square of 64 units."""
    parts = [f'<circle cx="8.5" cy="32" r="5.2" fill="{COLORS["other"]}"/>']
    total, y = sum(WIDTHS.values()), TOP
    scale = (HEIGHT - GAP * (len(WIDTHS) - 1)) / total
    for branch, width in WIDTHS.items():
        height = scale * width
        middle, bend = y + height / 2, (LEFT + RIGHT) / 2
        parts.append(
            f'<path d="M{LEFT} 32C{bend:.1f} 32 {bend - 4:.1f} {middle:.2f} {RIGHT - 2:.1f} {middle:.2f}" fill="none" '
            f'stroke="{COLORS[branch]}" stroke-width="{STROKE}" stroke-linecap="round"/>'
            f'<rect x="{RIGHT}" y="{y:.2f}" width="12" height="{height:.2f}" rx="2" fill="{COLORS[branch]}"/>'
        )
        y += height + GAP
    return "".join(parts)


def write() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 64" role="img" aria-label="{label}">{body}</svg>\n'
    label = "four branches leave one point and are joined into one block"
    (STATIC / "favicon.svg").write_text(svg.format(width=64, label=label, body=mark()), encoding="utf-8")
    (STATIC / "logo.svg").write_text(svg.format(width=64, label=label, body=mark()), encoding="utf-8")


if __name__ == "__main__":
    write()
