"""A Sphinx extension that folds solutions: a section headed *Solution* becomes a `<details>` element.

In a notebook a solution is a heading with cells behind it, which Jupyter and Colab fold in their own ways; a page has
one of its own, which works without a script and which printing opens.
"""

from docutils import nodes

TITLE = "Solution"


def fold(app, doctree):
    """Put the sections of that title into elements that open."""
    for section in list(doctree.findall(nodes.section)):
        title = section.next_node(nodes.title)
        if title is None or title.parent is not section or title.astext() != TITLE:
            continue
        section.remove(title)
        names = " ".join(section["ids"])
        opening = nodes.raw("", f'<details class="solution" id="{names}"><summary>{TITLE}</summary>', format="html")
        closing = nodes.raw("", "</details>", format="html")
        section.replace_self([opening, *section.children, closing])


def setup(app):
    app.connect("doctree-read", fold, priority=100)  # before the page's contents are listed
    return {"parallel_read_safe": True, "parallel_write_safe": True}
