"""The annotation files of PASCAL VOC, read without trusting them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree

LARGEST_FILE = 1 << 20  # bytes; the largest of VOC 2007 and 2012 has a few thousand

NOT_XML = "annotations that are not XML"
DOCTYPE = "annotations with a DOCTYPE, whose entities are refused"
OUTSIDE = "annotations that name a file outside the folder"
NO_BOX = "objects without a box of four numbers"


class Fault(Exception):
    """An annotation that cannot be used; the argument is the reason, for the report."""


@dataclass
class VocObject:
    """One object: `box` is (xmin, ymin, xmax, ymax), pixels counted from 1, both ends inside; None if it is no box."""

    name: str
    difficult: bool
    box: tuple[int, int, int, int] | None


@dataclass
class Annotation:
    """The objects of one picture, and its (width, height) where the file states it."""

    size: tuple[int, int] | None
    objects: list[VocObject] = field(default_factory=list)


class _NoDoctype(ElementTree.TreeBuilder):
    """A DOCTYPE can define entities that expand without end or read other files; VOC has none, so none is let in.

    The parser calls this where the DOCTYPE begins, before it looks at what stands in it.
    """

    def doctype(self, name, pubid, system):
        raise Fault(DOCTYPE)


def read_annotation(path: Path) -> Annotation:
    """Parse one file of an `Annotations` folder. Raises Fault, or FileNotFoundError."""
    with path.open("rb") as file:
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
    return Annotation(_size(root), [_object(element) for element in root.iterfind("object")])


def is_plain_name(name: str) -> bool:
    """Whether `name` is a file in this folder on any system: no folder, drive or parent in it."""
    return (
        name not in ("", ".", "..")
        and PurePosixPath(name).name == name == PureWindowsPath(name).name
        and "\0" not in name
    )


def _size(root) -> tuple[int, int] | None:
    try:
        width, height = (int(root.findtext(f"size/{side}", "")) for side in ("width", "height"))
    except ValueError:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _object(element) -> VocObject:
    try:
        # Some boxes of VOC 2012 have fractions of a pixel.
        box = tuple(round(float(element.findtext(f"bndbox/{side}", ""))) for side in ("xmin", "ymin", "xmax", "ymax"))
    except (ValueError, OverflowError):  # no number, or an infinite one
        box = None
    return VocObject(
        name=element.findtext("name", "").strip(),
        difficult=element.findtext("difficult", "0").strip() == "1",
        box=box,
    )
