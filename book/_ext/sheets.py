"""Of a style sheet the rules that can apply: those whose classes and names occur among given words."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import tinycss2
from tinycss2.ast import Node

ADDRESS = re.compile(r"url\(\s*([\"']?)(?!data:|#|/|\w+:)([^)\"']+)\1\s*\)")
ICON_FONT = re.compile(r"Font\\? ?Awesome", re.IGNORECASE)
ICON_RULE = re.compile(r"\.fa[\w-]*(?:::?before)?")  # what only sets the icon font
GROUPS = ("media", "supports", "layer", "container")


def used_rules(sheet: str, words: set[str], name: str) -> str:
    """The sheet without rules for classes and names that are not among the words; of its comments, the licences.

    Args:
        sheet: its text.
        words: all that can be a class or a name in the pages where it is used.
        name: its file below the folder of the new sheet, to which its addresses are made relative.
    """
    nodes = tinycss2.parse_stylesheet(sheet, skip_whitespace=True)
    licences = dict.fromkeys(node.value for node in nodes if node.type == "comment" and node.value.startswith("!"))
    text, folder = "".join(_used(nodes, words)), posixpath.dirname(name)
    return "".join(f"/*{licence}*/" for licence in licences) + ADDRESS.sub(
        lambda found: f'url("{posixpath.normpath(posixpath.join(folder, found[2]))}")', text
    )


def used_properties(sheet: str, words: set[str]) -> str:
    """The sheet without the custom properties that neither it nor one of the words names.

    >>> used_properties("a{--b:1;--c:var(--d);--d:2;e:var(--c)}", set())
    'a{--c:var(--d);--d:2;e:var(--c);}'
    """
    last = None
    while sheet != last:
        last, named = sheet, {*re.findall(r"var\(\s*(--[\w-]+)", sheet), *words}
        nodes = tinycss2.parse_stylesheet(sheet, skip_whitespace=True)
        sheet = "".join(_with_properties(nodes, named))
    return sheet


def can_apply(selector: str | list[Node], words: set[str]) -> bool:
    """Whether all the classes and names that a selector asks for, outside brackets, are among the words.

    >>> can_apply("p.a:not(.b)", {"a"}), can_apply("p.a .b", {"a"})
    (True, False)
    """
    nodes = tinycss2.parse_component_value_list(selector) if isinstance(selector, str) else selector
    if ICON_RULE.fullmatch(tinycss2.serialize(nodes).strip()):
        return False
    classes = {after.value for node, after in pairwise(nodes) if node == "." and after.type == "ident"}
    return words.issuperset(classes | {node.value for node in nodes if node.type == "hash"})


def _used(nodes: Iterable[Node], words: set[str]) -> Iterator[str]:
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [each for each in _split(node.prelude) if can_apply(each, words)]
            if selectors:
                yield f"{','.join(map(_text, selectors))}{{{_text(node.content)}}}"
        elif node.type == "at-rule":
            head = f"@{node.at_keyword} {_text(node.prelude)}".strip()
            if node.content is None:
                if node.lower_at_keyword != "charset":
                    yield f"{head};"
            elif node.lower_at_keyword not in GROUPS:
                if not ICON_FONT.search(tinycss2.serialize(node.content)):
                    yield f"{head}{{{_text(node.content)}}}"
            elif inner := "".join(_used(_rules(node), words)):
                yield f"{head}{{{inner}}}"


def _with_properties(nodes: Iterable[Node], named: set[str]) -> Iterator[str]:
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword in GROUPS and node.content is not None:
            yield f"@{node.at_keyword} {_text(node.prelude)}{{{''.join(_with_properties(_rules(node), named))}}}"
        elif node.type == "qualified-rule":
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            kept = [each for each in inner if not getattr(each, "name", "").startswith("--") or each.name in named]
            yield f"{_text(node.prelude)}{{{''.join(f'{each.serialize()};' for each in kept)}}}"
        else:
            yield node.serialize()


def _rules(node: Node) -> list[Node]:
    """The rules in the braces of a group."""
    return tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)


def _split(prelude: list[Node]) -> list[list[Node]]:
    """The selectors of a list; a comma in brackets separates none."""
    found: list[list[Node]] = [[]]
    for node in prelude:
        if node == ",":
            found.append([])
        else:
            found[-1].append(node)
    return found


def _text(nodes: list[Node]) -> str:
    """As text, without comments and with no more than one space in a place."""
    return tinycss2.serialize(list(_plain(nodes))).strip()


def _plain(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.type == "comment":
            continue
        if node.type == "whitespace":
            node.value = " "
        elif node.type == "function":
            node.arguments = list(_plain(node.arguments))
        elif hasattr(node, "content"):
            node.content = list(_plain(node.content))
        yield node
