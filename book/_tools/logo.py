"""Draw the logo: one input, the four branches of an Inception module, their outputs joined by depth.

The joined block is inception (3a): its four parts are as high as their shares of the 256 output channels.
`python book/_tools/logo.py` writes book/_static/logo.svg, which is the favicon as well.
"""

from pathlib import Path

from inception_edu.architectures import Inception
from inception_edu.plots.style import COLORS

STATIC = Path(__file__).resolve().parents[1] / "_static"
MODULE = Inception("3a", 64, 96, 128, 16, 32, 32)
WIDTHS = {"1x1": MODULE.n1x1, "3x3": MODULE.n3x3, "5x5": MODULE.n5x5, "pool": MODULE.pool_proj}

TOP, HEIGHT, GAP = 5.0, 54.0, 2.0  # of the joined block, in a square of 64
START, LEFT, RIGHT, BLOCK = 9.0, 15.0, 43.0, 14.0  # the input's centre, the ends of the branches, the block's width
STROKE = 4.4


def mark() -> str:
    """The drawing in a square of 64 units. The widest branch is drawn last, on top, where all four are one."""
    total, y, drawn = sum(WIDTHS.values()), TOP, []
    scale = (HEIGHT - GAP * (len(WIDTHS) - 1)) / total
    for branch, width in WIDTHS.items():
        height = scale * width
        middle, bend = y + height / 2, (LEFT + RIGHT) / 2
        curve = f"M{START} 32H{LEFT - 4}C{bend} 32 {bend - 4} {middle:.2f} {RIGHT} {middle:.2f}"
        drawn.append(
            f'<g fill="{COLORS[branch]}" stroke="{COLORS[branch]}">'
            f'<path d="{curve}" fill="none" stroke-width="{STROKE}"/>'
            f'<rect x="{RIGHT}" y="{y:.2f}" width="{BLOCK}" height="{height:.2f}" rx="2.2" stroke="none"/></g>'
        )
        y += height + GAP
    order = sorted(range(len(drawn)), key=lambda place: list(WIDTHS.values())[place])
    dot = f'<circle cx="{START}" cy="32" r="5.6" fill="{COLORS["other"]}"/>'
    return "".join(drawn[place] for place in order) + dot


def write() -> None:
    label = "four branches leave one point and are joined into one block"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{label}">{mark()}</svg>\n'
    )
    (STATIC / "logo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    write()
