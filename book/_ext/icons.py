"""The icons that the theme's pages name, as rules of a style sheet: of two thousand in its script, a dozen."""

import re
from urllib.parse import quote

# An icon in the script: its name, width, height, other names and code, and its path.
DRAWN = r'[{{,]"?{name}"?:\[(?P<width>\d+),512,\[[^]]*\],"[0-9a-f]+","(?P<path>[^"]+)"\]'
ALIAS = r'[{{,]"?[\w-]+"?:\[(?P<width>\d+),512,\[[^]]*"{name}"[^]]*\],"[0-9a-f]+","(?P<path>[^"]+)"\]'

# The letters' colour through a mask, as large as they are; `fa-lg` is the one size that the theme uses. All drawings
# stand in one picture, two heights apart: a browser reads each picture of a style sheet as a document of its own.
RULES = """/*! Icons: Font Awesome Free, https://fontawesome.com, CC BY 4.0 */
:is(.fa,.fas,.fab,.far,.fa-solid,.fa-brands,.fa-regular){{display:inline-block;font-style:normal;line-height:1}}
:is(.fa,.fas,.fab,.far,.fa-solid,.fa-brands,.fa-regular)::before{{content:"";display:inline-block;\
width:var(--icon-width,1em);height:1em;vertical-align:-.125em;background:currentColor;forced-color-adjust:none;\
--icons:url("{address}") 0 var(--icon,1em)/{width:g}em {height}em no-repeat;\
-webkit-mask:var(--icons);mask:var(--icons)}}
.fa-lg{{font-size:1.25em;line-height:.05em;vertical-align:-.075em}}
"""
HEIGHT = 512  # of every drawing


def icon_rules(script: str, classes: set[str]) -> str:
    """The rules that draw the icons among some classes.

    Args:
        script: the text of the theme's script of icons.
        classes: all classes of the elements that are icons, such as ``fa-solid`` and ``fa-bars``.
    """
    names = sorted(each for each in classes if each.startswith("fa-"))
    found = {name: drawing for name in names if (drawing := icon(script, name.removeprefix("fa-")))}
    columns, rows = max((width for width, _ in found.values()), default=HEIGHT), 2 * HEIGHT * len(found)
    paths = [
        f'<path transform="translate(0,{2 * HEIGHT * n})" d="{path}"/>' for n, (_, path) in enumerate(found.values())
    ]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns} {rows}">{"".join(paths)}</svg>'
    address = "data:image/svg+xml," + quote(svg, safe=" ,:=/")
    rules = [
        f".{name}{{--icon:{-2 * n}em;--icon-width:{width / HEIGHT:.4g}em}}\n"
        for n, (name, (width, _)) in enumerate(found.items())
    ]
    return RULES.format(address=address, width=columns / HEIGHT, height=2 * len(found)) + "".join(rules)


def icon(script: str, name: str) -> tuple[int, str] | None:
    """Width and path of an icon by its name or another name of it; None for a class that is no icon."""
    tried = (re.search(form.format(name=re.escape(name)), script) for form in (DRAWN, ALIAS))
    found = next(filter(None, tried), None)
    return (int(found["width"]), found["path"]) if found else None
