"""A Sphinx extension that keeps pages light: what a page says twice is said once, and one style sheet serves all.

A script with ``data-once`` is the same wherever that attribute has the same value: of a page's copies the first stays.
So the code that widgets share, the code of each kind of widget, and a network that several of them run travel once.

The theme brings nine style sheets, of whose rules a page uses a fifth, and a megabyte of script that draws icons.
`light.css` holds the rules that some page or script of the book can use, and the few icons that the pages name.
`light.js` holds the small scripts that every page would ask for one by one, and the theme's own. That one looks at
every block of code, at first and after every change of the page, whether it scrolls, one by one, for which the browser
has to lay out the whole page each time; this part is left out, and `book/_static/book.js` does the same for what comes
into view. `book/_templates/layout.html` loads these two.

In a block of code each word and each comma stands in an element of its own, which are most of the elements of a page.
Those that the highlighting leaves in the colour of the text lose it.
"""

import re
from pathlib import Path

from icons import icon_rules
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text
from sheets import used_properties, used_rules
from sphinx.util import logging

logger = logging.getLogger(__name__)

SHEET, SCRIPT = "light.css", "light.js"
FIRST = ("basic.css", "styles/pydata-sphinx-theme.css")  # which the theme loads by hand
THEME_SCRIPT = "scripts/pydata-sphinx-theme.js"
TAB_STOPS = re.compile(r'"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)')
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
ICON_SCRIPT = "scripts/fontawesome.js"
BOOTSTRAP = "scripts/bootstrap.js"  # of what it can do, the pages use the part that their attributes name
STATES = ("active", "collapsing", "disabled", "fade", "show")
TOGGLED = re.compile(r"^bs-|-.*")  # bs-tooltip-auto and tooltip-inner are of tooltip
LEFT_OUT = {
    "bootstrap.js",
    SCRIPT,
    "fontawesome.js",
    "searchtools.js",
    "search_text.js",
}  # in whose words no class is meant

ONCE = re.compile(r'<script\b[^>]*\bdata-once="([^"]+)"[^>]*>.*?</script>\n?', re.DOTALL)
DATA = re.compile(r"data:[\w/+.;=-]+,[\w+/=\s]*|\"[\w+/=]{200,}\"")  # pictures and packed numbers: no words to read
WORD = re.compile(r"[\w-]+")
SPAN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
SCRIPT_TEXT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
ATTRIBUTE = re.compile(r'\s(?:class|id|style|data-[\w-]+)="([^"]*)"')
TOGGLE = re.compile(r'data-bs-toggle="(\w+)"')
ICON = re.compile(r'class="([^"]*\bfa-[\w-]+[^"]*)"')


def say_once(text: str) -> str:
    """The text with the first of each script that is to stand once."""
    seen = set()

    def first(found: re.Match) -> str:
        again = found[1] in seen
        seen.add(found[1])
        return "" if again else found[0]

    return ONCE.sub(first, text)


def plain_kinds(*names: str) -> set[str]:
    """The short names of those kinds of token that look like the text around them in each of the styles."""
    styles = [get_style_by_name(name) for name in names]
    return {
        short
        for kind, short in STANDARD_TYPES.items()
        if short and all(style.style_for_token(kind) == style.style_for_token(Text) for style in styles)
    }


def without_plain_spans(text: str, kinds: set[str]) -> str:
    """The text with the tokens of these kinds as they are."""
    return SPAN.sub(lambda found: found[2] if found[1] in kinds else found[0], text)


# This one asks for its own element, so it cannot be a part of light.js. Pages without tabs go without.
TABS = "design-tabs.js"


def is_left(script, body: str) -> bool:
    """Whether a page of that body keeps a script: not those of `light.js`, nor what Sphinx's search wants to know."""
    file = name_of(script)
    if file is None:
        return not script.attributes["body"].startswith("DOCUMENTATION_OPTIONS.")
    return file == TABS and "sd-tab-" in body


def name_of(file) -> str | None:
    """A script's or sheet's path under `_static`; None for one that stands in the page."""
    return str(file.filename).partition("_static/")[2].partition("?")[0] if file.filename else None


def lighten(app, pagename, templatename, context, doctree):
    """Before a page is written."""
    scripts = context.get("script_files", [])
    if "body" in context:
        context["body"] = without_plain_spans(say_once(context["body"]), app.plain_kinds)
    context["script_files"] = [script for script in scripts if is_left(script, context.get("body", ""))]
    if doctree is not None:  # a build that writes only the index and the search page needs no other files
        app.light_sheets |= dict.fromkeys(filter(None, map(name_of, context.get("css_files", []))))
        app.light_scripts |= dict.fromkeys(filter(None, map(name_of, scripts)))


def without_tab_stops(script: str) -> str:
    """The theme's script without the look at everything that might scroll."""
    text, found = TAB_STOPS.subn("void 0", script)
    if found != 1:
        logger.warning("the theme's script is not as book/_ext/light.py knows it", type="light")
    return text


def write_files(app, exception):
    """When all pages are there: the rules that they can use, in the theme's order, and their icons; the scripts."""
    if exception is not None or app.builder.format != "html" or not app.light_sheets:
        return  # nothing was written
    static = Path(app.outdir) / "_static"
    words, icons = words_of(Path(app.outdir))
    parts = [used_rules(text_of(static, name), words, name) for name in dict.fromkeys((*FIRST, *app.light_sheets))]
    parts.insert(-1, icon_rules(text_of(static, ICON_SCRIPT), icons))  # the book's own is last
    write_if_changed(static / SHEET, used_properties("\n".join(parts), words))
    scripts = [text_of(static, name) for name in app.light_scripts if name != TABS]
    write_if_changed(static / SCRIPT, ";\n".join([*scripts, without_tab_stops(text_of(static, THEME_SCRIPT))]))


def text_of(folder: Path, name: str) -> str:
    """A sheet or script without the place of its source, which is not there."""
    return SOURCE_MAP.sub("", (folder / name).read_text(encoding="utf-8"))


def write_if_changed(path: Path, text: str) -> None:
    """A file that stays as it is keeps its time, by which the archive of the book is known to be fresh."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def words_of(folder: Path) -> tuple[set[str], set[str]]:
    """All words of the pages' attributes and of their scripts, among which all classes are; the classes of icons."""
    words, icons, toggles = set(), set(), set(STATES)
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for part in (*SCRIPT_TEXT.findall(text), *ATTRIBUTE.findall(text)):
            words.update(WORD.findall(DATA.sub("", part)))
        icons.update(name for classes in ICON.findall(text) for name in classes.split())
        toggles.update(TOGGLE.findall(text))
    for path in (folder / "_static").rglob("*.js"):
        if path.name not in LEFT_OUT:
            words.update(WORD.findall(path.read_text(encoding="utf-8")))
    bootstrap = WORD.findall((folder / "_static" / BOOTSTRAP).read_text(encoding="utf-8"))
    words.update(word for word in bootstrap if TOGGLED.sub("", word) in toggles)
    return words, icons


def begin(app):
    """The styles of the highlighting, by day and by night; the files that pages load, in their order."""
    app.light_sheets, app.light_scripts = {}, {}
    options = app.config.html_theme_options
    app.plain_kinds = plain_kinds(options["pygments_light_style"], options["pygments_dark_style"])


def setup(app):
    app.connect("builder-inited", begin)
    app.connect("html-page-context", lighten, priority=800)  # after those that add files and change the body
    app.connect("build-finished", write_files, priority=800)  # after the theme, which writes the colours of code
    # What one process learns of the sheets while it writes a page is lost to the one that writes the sheet.
    return {"parallel_read_safe": True, "parallel_write_safe": False}
