"""A Sphinx extension that lets the built book live without a network.

Mathematics becomes MathML while the book is built, where Sphinx would load MathJax from another host. Every browser
in use draws MathML itself, and screen readers read it.

A widget's own HTML holds its state, so the copy for Jupyter's widget manager, which no page loads, is left out.
"""

import html
import re
import xml.etree.ElementTree as ElementTree

from docutils import nodes
from latex2mathml.converter import Converter
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)


# LaTeX that the converter reads wrongly or not at all, and what says the same.
REWRITES = [
    (re.compile(r"\\(begin|end)\{(?:aligned|split|align|gathered)\}"), r"\\\1{align*}"),
    (re.compile(r"\{,\}"), r"\\text{,}"),  # 50{,}688: a comma without the space of a list
    (re.compile(r"\\mathrm\b"), r"\\text"),
    (re.compile(r"\\boldsymbol\b"), r"\\mathbf"),
]

ENVIRONMENTS = {"align*", "array", "cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "smallmatrix"}


def to_mathml(latex: str, display: str = "inline") -> str:
    """The MathML element for a formula; ``display`` is ``inline`` or ``block``. ValueError for what cannot be read."""
    source = latex
    if latex.replace(r"\{", "").count("{") != latex.replace(r"\}", "").count("}"):
        raise ValueError(f"the braces do not match in: {latex}")
    for pattern, replacement in REWRITES:
        source = pattern.sub(replacement, source)
    unknown = set(re.findall(r"\\begin\{([^}]*)\}", source)) - ENVIRONMENTS
    if unknown:
        raise ValueError(f"no environment {', '.join(sorted(unknown))} in: {latex}")
    try:
        # No namespace: in HTML the element is known by its name.
        math = Converter(xmlns="", display=display).convert_to_element(source)
    except Exception as error:  # the converter raises a class of its own for each mistake
        raise ValueError(f"not readable as mathematics ({type(error).__name__}): {latex}") from error
    del math.attrib["xmlns"]
    for element in math.iter():
        # The converter writes signs as entities inside text; the tree is to hold the signs themselves.
        text = element.text = html.unescape(element.text or "")
        if text == "&" or re.fullmatch(r"\\[A-Za-z]+", text):
            raise ValueError(f"{text} is not understood in: {latex}")
        if element.tag == "mspace" and "linebreak" in element.attrib:
            raise ValueError(f"a line break needs an environment such as aligned: {latex}")
        if element.tag == "mo" and len(text) > 1 and text.isalpha():
            element.tag = "mi"  # the name of a function, without an operator's wide spaces
        if element.tag == "mo" and text in ("/", "|", "‖"):
            element.attrib |= {"lspace": "0", "rspace": "0"}  # as close as in print
        if element.tag == "mi" and text == "~":
            element.tag, element.text = "mo", "∼"
    math.set("alttext", " ".join(latex.split()))
    return ElementTree.tostring(math, encoding="unicode")


def _convert(node: nodes.Node, latex: str, display: str) -> str:
    try:
        return to_mathml(latex, display)
    except ValueError as error:
        logger.warning(str(error), location=node, type="mathml")
        return html.escape(latex)


def visit_math(self, node):
    self.body.append(f'<span class="math">{_convert(node, node.astext(), "inline")}</span>')
    raise nodes.SkipNode


def visit_math_block(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math", tabindex="0"))
    self.body.append(_convert(node, node.astext(), "block"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def drop_second_widget_state(app, pagename, templatename, context, doctree):
    """Before myst-nb puts a notebook's scripts on its page (it listens at the usual priority of 500)."""
    NbMetadataCollector.get_js_files(app.env, pagename).pop("ipywidgets_state", None)


def setup(app):
    app.connect("html-page-context", drop_second_widget_state, priority=400)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
