"""Of a style sheet the rules that can apply: those whose classes and names occur among given words."""

import posixpath
import re
from collections.abc import Iterator

# Where a rule ends, and what may hold a brace or a semicolon that ends none.
TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^)\"']*\)|[{};]", re.DOTALL)
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)  # one that begins with an exclamation mark is a licence
LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")
BRACKETS = re.compile(r"\([^()]*\)")
SPACES = re.compile(r"(\s)\s+")
ADDRESS = re.compile(r"url\(\s*([\"']?)(?!data:|#|/|\w+:)([^)\"']+)\1\s*\)")
ICON_FONT = re.compile(r"Font\\? ?Awesome", re.IGNORECASE)
ICON_RULE = re.compile(r"\.fa[\w-]*(?:::?before)?")  # what only sets the icon font
PROPERTY = re.compile(r"(?<=[{;])\s*(--[\w-]+):(?:\"[^\"]*\"|'[^']*'|[^;}\"'])*(?:;|(?=}))")
GROUPS = ("@media", "@supports", "@layer", "@container")


def used_rules(sheet: str, words: set[str], name: str) -> str:
    """The sheet without comments and without rules for classes and names that are not among the words.

    Args:
        sheet: its text.
        words: all that can be a class or a name in the pages where it is used.
        name: its file below the folder of the new sheet, to which its addresses are made relative.
    """
    licences = "".join(dict.fromkeys(LICENCE.findall(sheet)))
    text = SPACES.sub(r"\1", "".join(_used(COMMENT.sub("", LICENCE.sub("", sheet)), words)))
    folder = posixpath.dirname(name)
    return licences + ADDRESS.sub(lambda found: f'url("{posixpath.normpath(posixpath.join(folder, found[2]))}")', text)


def rules(text: str) -> Iterator[tuple[str, str | None]]:
    """Each rule as what stands before its braces and what stands in them; None for one without, such as an import.

    >>> list(rules('a{b:"}"}@import "c";@media d{e{f:g}}'))
    [('a', 'b:"}"'), ('@import "c"', None), ('@media d', 'e{f:g}')]
    """
    depth = start = opened = 0
    for token in TOKEN.finditer(text):
        if token[0] == "{":
            depth += 1
            if depth == 1:
                opened = token.end()
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                yield text[start : opened - 1].strip(), text[opened : token.start()].strip()
                start = token.end()
        elif token[0] == ";" and depth == 0:
            yield text[start : token.start()].strip(), None
            start = token.end()


def used_properties(sheet: str, words: set[str]) -> str:
    """The sheet without the custom properties that neither it nor one of the words names.

    >>> used_properties("a{--b:1;--c:var(--d);--d:2;e:var(--c)}", set())
    'a{--c:var(--d);--d:2;e:var(--c)}'
    """
    last = None
    while sheet != last:
        last, named = sheet, {*re.findall(r"var\(\s*(--[\w-]+)", sheet), *words}
        sheet = PROPERTY.sub(lambda found, named=named: found[0] if found[1] in named else "", sheet)
    return sheet


def _used(text: str, words: set[str]) -> Iterator[str]:
    for head, body in rules(text):
        if body is None:
            if not head.startswith("@charset"):
                yield f"{head};"
        elif head.startswith(GROUPS):
            inner = "".join(_used(body, words))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            if not ICON_FONT.search(body):
                yield f"{head}{{{body}}}"
        else:
            selectors = [each for each in split(head) if can_apply(each, words)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def split(selectors: str) -> list[str]:
    """The selectors of a list; a comma in brackets separates none.

    >>> split("a, b:is(c, d)")
    ['a', 'b:is(c, d)']
    """
    found, depth = [""], 0
    for sign in selectors:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [" ".join(each.split()) for each in found]


def can_apply(selector: str, words: set[str]) -> bool:
    """Whether all the classes and names that a selector asks for are among the words.

    >>> can_apply("p.a:not(.b)", {"a"}), can_apply("p.a .b", {"a"})
    (True, False)
    """
    if ICON_RULE.fullmatch(selector):
        return False
    plain, last = selector, None
    while plain != last:
        plain, last = BRACKETS.sub("", plain), plain
    plain = re.sub(r"\[[^]]*\]", "", plain)
    return all(re.sub(r"\\(.)", r"\1", name) in words for name in NAME.findall(plain))
