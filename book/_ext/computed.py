"""A Sphinx extension for the pages around the chapters: their numbers and pictures are computed as well.

In a page, ``{computed}`f"{params('googlenet'):,}"` `` writes what the expression gives, and the directive ``{cover}``
draws GoogLeNet. Both read the tables of the networks, so a page never says what the package does not. The directive
``{recipe-fields}`` lists the settings of a recipe as the package declares them, ``{progress}`` counts the exercises.
"""

import json

from chapter_files import chapters
from docutils import nodes
from docutils.parsers.rst import Directive
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from inception_edu import layer_table
from inception_edu.architectures import Inception, architecture
from inception_edu.plots import COLORS
from inception_edu.plots.figure import to_html
from inception_edu.plots.style import STYLE
from inception_edu.training.recipe import Recipe
from inception_edu.widgets import Progress


def params(name: str) -> int:
    """Parameters of a network without its auxiliary heads."""
    return layer_table(name, aux_logits=False).total.params


def macs(name: str) -> int:
    """Multiply-adds of a network without its auxiliary heads, for one image of the usual size."""
    return layer_table(name, aux_logits=False).total.macs


def computed(name, rawtext, text, lineno, inliner, options=None, content=None):
    """The role: the value of a Python expression over params() and macs()."""
    return [nodes.Text(str(eval(text, {"params": params, "macs": macs})))], []


def draw_cover():
    """GoogLeNet from the image to the scores: blocks as wide as the grid, as high as the data is deep."""
    blocks = []
    for row in architecture("googlenet").trace():
        channels, side = row.output[0], row.output[1]
        parts = [(channels, COLORS["other"])]
        if isinstance(row.node, Inception):
            widths = (row.node.n1x1, row.node.n3x3, row.node.n5x5, row.node.pool_proj)
            parts = list(zip(widths, [COLORS[branch] for branch in ("1x1", "3x3", "5x5", "pool")]))
        if side > 1 and "pool" not in row.node.name:
            blocks.append((row.node, side, parts))

    figure, ax = plt.subplots(figsize=(9, 4.2))
    x, gap = 0.0, 5.0
    for node, side, parts in blocks:
        total = sum(width for width, _ in parts)
        bottom = -total / 2
        for width, color in reversed(parts):
            ax.add_patch(Rectangle((x, bottom), side, width, color=color, lw=0))
            bottom += width
        if isinstance(node, Inception):
            ax.text(x + side / 2, total / 2 + 14, node.label, ha="center", va="bottom", fontsize=9)
        x += side + gap
    for branch, label in zip(("1x1", "3x3", "5x5", "pool"), ("1×1", "3×3", "5×5", "pool")):
        ax.add_patch(Rectangle((0, 0), 0, 0, color=COLORS[branch], label=label))
    ax.legend(loc="lower left", ncols=4, handlelength=1, handleheight=1, columnspacing=1.2)
    ax.set(xlim=(-1, x - gap + 1), ylim=(-560, 580))
    ax.axis("off")
    return figure


class Cover(Directive):
    def run(self):
        with plt.rc_context(STYLE):
            figure = draw_cover()
            alt = (
                "GoogLeNet from left to right, a row of blocks. The first two, plain convolutions, are wide and flat. "
                "The nine Inception modules after them get narrower and higher, from 3a to 5b. Each is striped in "
                "four colours, for its 1×1, 3×3, 5×5 and pooling branches; the 3×3 stripe is the largest."
            )
            caption = (
                "GoogLeNet, drawn from its table. A block is as wide as its grid and as high as its data is deep; "
                "the colours are the four branches of each module."
            )
            content = to_html(figure, alt, caption)
            plt.close(figure)
        return [nodes.raw("", content, format="html")]


def inline(text: str) -> list[nodes.Node]:
    """Text in which `code` stands between backticks."""
    parts = text.split("`")
    return [nodes.literal(part, part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts) if part]


class RecipeFields(Directive):
    """A table a section of a recipe: each setting with its values, default and meaning."""

    def run(self):
        sections: dict[str, list] = {}
        for name, kind, default, meaning in Recipe.fields():
            section, _, name = name.rpartition(".")
            sections.setdefault(section, []).append((name, kind, default, meaning))
        found = []
        for section, rows in sections.items():
            found.append(nodes.rubric("", f"[{section}]" if section else "at the top"))
            found.append(self.table(rows))
        return found

    @staticmethod
    def table(rows) -> nodes.table:
        group = nodes.tgroup(cols=3)
        group += [nodes.colspec(colwidth=width) for width in (25, 25, 50)]
        body = nodes.tbody()
        for name, kind, default, meaning in rows:
            cells = ([nodes.literal(name, name)], inline(f"{kind}; `{json.dumps(default)}`"), inline(meaning))
            body += nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))
        heads = ("setting", "values; default", "meaning")
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in heads))
        group += [nodes.thead("", head), body]
        return nodes.table("", group, classes=["recipe-fields"])


class Exercises(Directive):
    """How far the reader has come with the exercises of all chapters."""

    def run(self):
        titles = {chapter.number: chapter.title for chapter in chapters()}
        return [nodes.raw("", Progress(titles=titles).to_html(), format="html")]


def setup(app):
    app.add_role("computed", computed)
    app.add_directive("cover", Cover)
    app.add_directive("progress", Exercises)
    app.add_directive("recipe-fields", RecipeFields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
