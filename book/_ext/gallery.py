"""A Sphinx extension that puts pictures into the gallery: in a row that begins with a widget's name, its picture.

`make picture` takes them from the built book (`book/_tools/picture.py`).
"""

import html
from pathlib import Path

from docutils import nodes
from PIL import Image

from inception_edu import widgets

PICTURES = Path(__file__).parents[1] / "_static" / "widgets"


def add_pictures(app, doctree):
    """Prepend each widget's picture to what its row says of it."""
    if app.env.docname != "book/gallery":
        return
    for row in doctree.findall(nodes.row):
        name, *rest = row.children
        widget = getattr(widgets, name.astext(), None)
        kind = getattr(widget, "KIND", None)  # the heads of the tables name the base of all
        if kind and (PICTURES / f"{kind}.jpg").is_file():
            with Image.open(PICTURES / f"{kind}.jpg") as found:
                width, height = found.size  # so that its place is there before it is loaded
            picture = (
                f'<img class="widget-picture" src="../_static/widgets/{kind}.jpg" width="{width}" height="{height}" '
                f'loading="lazy" alt="{html.escape(name.astext())}, as it first appears">'
            )
            rest[0].insert(0, nodes.raw("", picture, format="html"))


def setup(app):
    app.connect("doctree-read", add_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
