"""Narrow tables for pages that are made from records; they fit a telephone."""

from docutils import nodes


def table(rows, heads=()):
    """The first cell of a row is its head. Cells are HTML."""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    head = f"<thead><tr>{top}</tr></thead>" if heads else ""
    return nodes.raw("", f'<table class="narrow">{head}<tbody>{body}</tbody></table>', format="html")
