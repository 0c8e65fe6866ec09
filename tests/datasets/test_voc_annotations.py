"""Annotation files, good and hostile."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.datasets.voc_annotations import (
    DOCTYPE,
    NOT_XML,
    OUTSIDE,
    Fault,
    VocObject,
    is_plain_name,
    read_annotation,
)


@pytest.fixture
def read(tmp_path):
    def read(contents) -> list[VocObject]:
        path = tmp_path / "a.xml"
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        return read_annotation(path)

    return read


def annotation(inside: str) -> str:
    return f"<annotation>{inside}</annotation>"


def test_a_whole_annotation(read):
    got = read(
        annotation(
            "<folder>VOC2012</folder><filename>2008_000009.jpg</filename>"
            "<size><width>500</width><height>375</height><depth>3</depth></size>"
            "<object><name>cow</name><pose>Left</pose><truncated>0</truncated><difficult>1</difficult>"
            "<bndbox><xmax>294</xmax><xmin>217.6</xmin><ymin>161</ymin><ymax>221</ymax></bndbox>"
            "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>"
            "<object><name> dog </name></object>"
        )
    )
    assert got == [VocObject("cow", True, (218, 161, 294, 221)), VocObject("dog", False, None)]


def cow(value: object) -> str:
    box = f"<xmin>{value}</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"
    return annotation(f"<object><name>cow</name><bndbox>{box}</bndbox></object>")


@pytest.mark.parametrize("value", ["", "x", "nan", "-nan", "inf", "1e999", "1_0", "0x1F", "1,5", "1 2", "٣"])
def test_a_box_of_no_numbers(read, value):
    assert read(cow(value))[0].box is None


@pytest.mark.parametrize(("value", "expected"), [("-3", -3), ("1e30", 65_536), ("-1e300", -65_536), ("+1.5e1", 15)])
def test_numbers_beyond_every_picture_stay_outside_of_it(read, value, expected):
    assert read(cow(value))[0].box == (expected, 1, 2, 2)


@given(st.text() | st.floats().map(repr) | st.integers().map(str))
def test_any_value_gives_a_box_of_small_whole_numbers_or_none(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "any.xml"
    path.write_text(cow(escape(value)), encoding="utf-8", errors="replace")
    try:
        box = read_annotation(path)[0].box
    except Fault:  # characters that XML does not allow
        return
    assert box is None or all(type(side) is int and abs(side) <= 65_536 for side in box)


@pytest.mark.parametrize(("mark", "expected"), [("1", True), ("0", False), (" 1 ", True), ("2", None), ("yes", None)])
def test_the_mark_of_difficult_objects(read, mark, expected):
    assert read(annotation(f"<object><difficult>{mark}</difficult></object>"))[0].difficult is expected


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10))
    + "]><annotation><filename>&a9;</filename></annotation>"
)


@pytest.mark.parametrize(
    "contents",
    [
        LAUGHS,
        LAUGHS.encode("utf-16"),
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>',
        '<!DOCTYPE annotation SYSTEM "http://localhost:1/a.dtd"><annotation/>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><annotation/>',
    ],
    ids=["billion laughs", "in UTF-16", "external entity", "external DTD", "parameter entity"],
)
def test_entities_are_refused(read, contents):
    with pytest.raises(Fault, match=DOCTYPE):
        read(contents)


@pytest.mark.parametrize(
    "contents",
    [
        "",
        "plain text",
        '{"annotation": 1}',
        b"\xff\xd8\xff\xe0 a picture",
        b"\x00" * 100,
        "<annotation><object></annotation>",
        "<annotation>&undefined;</annotation>",
        "<html></html>",
        '<?xml version="1.0" encoding="no-such"?><annotation/>',
        "<annotation>" + " " * (1 << 20) + "</annotation>",
    ],
    ids=["empty", "text", "json", "jpeg", "zeros", "unclosed", "entity", "html", "encoding", "too long"],
)
def test_what_is_not_xml(read, contents):
    with pytest.raises(Fault, match=NOT_XML):
        read(contents)


@pytest.mark.parametrize("name", ["../x.jpg", "/etc/passwd", "a/b.jpg", "..\\x.jpg", "C:\\x.jpg", "C:x.jpg", "..", "."])
def test_names_that_point_outside(read, name):
    assert not is_plain_name(name)
    with pytest.raises(Fault, match=OUTSIDE):
        read(annotation(f"<filename>{name}</filename>"))


def test_plain_names():
    assert all(map(is_plain_name, ["000001.jpg", "2008_000009.jpg", "a b..c.jpg", "狗.jpg"]))
    assert not is_plain_name("a\0b")
