"""The annotation files of PASCAL VOC, read without trusting them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree

from .files import open_regular

LARGEST_FILE = 1 << 20  # bytes; the largest of VOC 2007 and 2012 has a few thousand

NOT_XML = "annotations that are not XML"
DOCTYPE = "annotations with a DOCTYPE, whose entities are refused"
OUTSIDE = "annotations that name a file outside the folder"
NO_BOX = "objects without a box of four numbers"
NOT_MARKED = "objects marked neither difficult (1) nor not (0)"

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
BEYOND = 1 << 16  # pixels; outside of every JPEG file, as any larger coordinate

Box = tuple[int, int, int, int]


class Fault(Exception):
    """An annotation that cannot be used; the argument is the reason, for the report."""


@dataclass
class VocObject:
    """One object.

    Attributes:
        name: of its class.
        difficult: the mark; None where it is neither 0 nor 1.
        box: (xmin, ymin, xmax, ymax), pixels counted from 1, both ends inside; None if these are no numbers.
    """

    name: str
    difficult: bool | None
    box: Box | None


class _NoDoctype(ElementTree.TreeBuilder):
    """A DOCTYPE can define entities that expand without end or read other files; VOC has none, so none is let in.

    The parser calls this where the DOCTYPE begins, before it looks at what stands in it.
    """

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse it."""
        raise Fault(DOCTYPE)


def read_annotation(path: Path) -> list[VocObject]:
    """The objects of one picture, from a file of an `Annotations` folder.

    The size that it states is not read: the picture knows its own.

    Raises:
        Fault: it cannot be used as a whole.
        OSError: it is not there, or is no regular file.
    """
    with open_regular(path) as file:
        text = file.read(LARGEST_FILE + 1)
    if len(text) > LARGEST_FILE:
        raise Fault(NOT_XML)
    try:
        root = ElementTree.fromstring(text, ElementTree.XMLParser(target=_NoDoctype()))
    except (ElementTree.ParseError, ValueError, LookupError):  # not well-formed, or in an encoding that does not exist
        raise Fault(NOT_XML) from None
    if root.tag != "annotation":
        raise Fault(NOT_XML)
    name = root.findtext("filename")
    if name is not None and not is_plain_name(name.strip()):
        raise Fault(OUTSIDE)
    return [_object(element) for element in root.iterfind("object")]


def is_plain_name(name: str) -> bool:
    """Whether `name` is a file in this folder on any system: no folder, drive or parent in it."""
    return (
        name not in ("", ".", "..")
        and PurePosixPath(name).name == name == PureWindowsPath(name).name
        and "\0" not in name
    )


def _object(element: ElementTree.Element) -> VocObject:
    box = [_number(element, f"bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")]
    numbers = [side for side in box if side is not None]
    return VocObject(
        name=element.findtext("name", "").strip(),
        difficult={"0": False, "1": True}.get(element.findtext("difficult", "0").strip()),
        box=(numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None,
    )


def _number(element: ElementTree.Element, path: str) -> int | None:
    """A coordinate, rounded to whole pixels (some boxes of VOC 2012 have fractions); None if it is none."""
    text = element.findtext(path, "").strip()
    value = float(text) if NUMBER.fullmatch(text) else math.nan  # float() alone would take "1_0", too
    return round(max(-BEYOND, min(value, BEYOND))) if math.isfinite(value) else None
