"""A Sphinx extension for the appendices: every claim with its verdict, every network's table, every name.

``{claims}`` lists what the sources print against what is computed; a field above the list filters it. ``{tables}``
prints the layer tables of all networks, folded. ``{names}`` sets the papers' words beside the package's.
``{photographs}`` shows the photographs that travel with the package, with their credits.
"""

import base64
import html

from docutils import nodes
from docutils.parsers.rst import Directive

from inception_edu import layer_table
from inception_edu.architectures import architecture, entry, list_models
from inception_edu.commands.claims import SIGNS, plain
from inception_edu.pictures import photographs
from inception_edu.published import SOURCES, check_claims
from inception_edu.published.expressions import expression


class Claims(Directive):
    """The claims, a row each, and what filters them."""

    def run(self):
        found = check_claims()
        rows = "".join(map(self.row, found))
        sources = sorted({verdict.claim.source for verdict in found})
        options = "".join(f'<option value="{name}">{html.escape(SOURCES[name])}</option>' for name in sources)
        verdicts = "".join(f'<option value="{name}">{name} {sign}</option>' for name, sign in SIGNS.items())
        filters = (
            '<form class="claims-filter" role="search" aria-label="Filter the claims" hidden>'
            '<label>Words <input type="search" name="words"></label>'
            f'<label>Verdict <select name="verdict"><option value="">all</option>{verdicts}</select></label>'
            f'<label>Source <select name="source"><option value="">all</option>{options}</select></label>'
            f"<output>{len(found)} of {len(found)}</output></form>"
        )
        heads = "".join(
            f'<th scope="col">{head}</th>' for head in ("what is claimed", "claimed", "computed", "verdict")
        )
        table = f'<table class="claims"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        return [nodes.raw("", filters + table, format="html")]

    @staticmethod
    def row(verdict):
        claim = verdict.claim
        code = html.escape(expression(claim))
        told = html.escape(verdict.why)
        return (
            f'<tr id="claim-{html.escape(claim.id.replace("/", "-"))}" data-verdict="{verdict.verdict}" '
            f'data-source="{claim.source}"><td>{html.escape(claim.statement)}'
            f"<details><summary>why</summary><p>{told}</p><p><code>{code}</code></p>"
            f'<p class="claim-source">{html.escape(SOURCES[claim.source])}</p></details></td>'
            f"<td>{html.escape(plain(verdict.claimed))}</td><td>{html.escape(plain(verdict.computed))}</td>"
            f"<td>{SIGNS[verdict.verdict]} {verdict.verdict}</td></tr>"
        )


class Tables(Directive):
    """The layer table of every network, heads included where it has them."""

    def run(self):
        found = []
        for name in list_models():
            known, table = entry(name), layer_table(name)
            section = nodes.section(ids=[name.replace("_", "-")], names=[name])
            section += nodes.title("", known.title)
            total = table.without_aux
            costs = f"{total.params:,} parameters and {total.macs:,} multiply-adds"
            about = f"{known.source}. Without auxiliary heads {costs}: "
            section += nodes.paragraph("", "", nodes.Text(about), nodes.literal("", f'layer_table("{name}")'))
            folded = (
                f"<details><summary>Layer table of {html.escape(known.title)}</summary>{table._repr_html_()}</details>"
            )
            section += nodes.raw("", folded, format="html")
            found.append(section)
        return found


class Names(Directive):
    """The rows of GoogLeNet's table: the paper's name, the key in code, the kind."""

    def run(self):
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(row.name)}</th><td><code>stages.{row.key}</code></td>"
            f"<td>{html.escape(row.kind)}</td></tr>"
            for row in architecture("googlenet").rows
        )
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("in the paper", "in the model", "what it is"))
        return [nodes.raw("", f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>", format="html")]


class Photographs(Directive):
    """The supplied photographs, a row each: the picture, what it shows, who took it and where it comes from."""

    def run(self):
        rows = "".join(map(self.row, photographs()))
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("photograph", "credit"))
        return [nodes.raw("", f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>", format="html")]

    @staticmethod
    def row(photo):
        title, author = html.escape(photo.title), html.escape(photo.author)
        words = f"Photograph, {photo.label}: {title}"
        data = base64.b64encode(photo.path.read_bytes()).decode()
        return (
            f'<tr><td><img src="data:image/jpeg;base64,{data}" alt="{words}" width="96" height="96"></td>'
            f'<td>{title}. {author}, <a href="{photo.licence_url}">{photo.licence}</a>, '
            f'<a href="{photo.source}">original</a></td></tr>'
        )


def setup(app):
    app.add_directive("claims", Claims)
    app.add_directive("photographs", Photographs)
    app.add_directive("tables", Tables)
    app.add_directive("names", Names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
