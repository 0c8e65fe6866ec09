"""The icons that the theme's pages name, as rules of a style sheet: of two thousand in its script, a dozen."""

import re
from urllib.parse import quote

# An icon in the script: its name, width, height, other names and code, and its path.
DRAWN = r'[{{,]"?{name}"?:\[(\d+),(\d+),\[[^]]*\],"[0-9a-f]+","([^"]+)"\]'
ALIAS = r'[{{,]"?([\w-]+)"?:\[(\d+),(\d+),\[[^]]*"{name}"[^]]*\],"[0-9a-f]+","([^"]+)"\]'

# The letters' colour through a mask, as large as they are; `fa-lg` is the one size that the theme uses.
RULES = """/*! Icons: Font Awesome Free, https://fontawesome.com, CC BY 4.0 */
:is(.fa,.fas,.fab,.far,.fa-solid,.fa-brands,.fa-regular){display:inline-block;font-style:normal;line-height:1}
:is(.fa,.fas,.fab,.far,.fa-solid,.fa-brands,.fa-regular)::before{content:"";display:inline-block;\
width:var(--icon-width,1em);height:1em;vertical-align:-.125em;background:currentColor;\
-webkit-mask:var(--icon) center/contain no-repeat;mask:var(--icon) center/contain no-repeat;forced-color-adjust:none}
.fa-lg{font-size:1.25em;line-height:.05em;vertical-align:-.075em}
"""


def icon_rules(script: str, classes: set[str]) -> str:
    """The rules that draw the icons among some classes.

    Args:
        script: the text of the theme's script of icons.
        classes: all classes of the elements that are icons, such as ``fa-solid`` and ``fa-bars``.
    """
    found = []
    for name in sorted(each for each in classes if each.startswith("fa-")):
        if drawing := icon(script, name.removeprefix("fa-")):
            width, height, path = drawing
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{path}"/></svg>'
            address = f'url("data:image/svg+xml,{quote(svg, safe=" ,:=/")}")'
            found.append(f".{name}{{--icon:{address};--icon-width:{int(width) / int(height):.3g}em}}\n")
    return RULES + "".join(found)


def icon(script: str, name: str) -> tuple[str, str, str] | None:
    """Width, height and path of an icon by its name or another name of it; None for a class that is no icon."""
    drawn = re.search(DRAWN.format(name=re.escape(name)), script)
    if drawn:
        return drawn[1], drawn[2], drawn[3]
    alias = re.search(ALIAS.format(name=re.escape(name)), script)
    return (alias[2], alias[3], alias[4]) if alias else None
