"""Annotation files, good and hostile."""

import pytest

from inception_edu.datasets.voc_annotations import (
    DOCTYPE,
    NOT_XML,
    OUTSIDE,
    Annotation,
    Fault,
    VocObject,
    is_plain_name,
    read_annotation,
)


@pytest.fixture
def read(tmp_path):
    def read(contents) -> Annotation:
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
    assert got == Annotation((500, 375), [VocObject("cow", True, (218, 161, 294, 221)), VocObject("dog", False, None)])


@pytest.mark.parametrize("size", ["", "<size/>", "<size><width>0</width><height>5</height></size>"])
def test_a_size_may_be_missing(read, size):
    assert read(annotation(size)) == Annotation(None, [])


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "1e999"])
def test_a_box_of_no_numbers(read, value):
    box = f"<xmin>{value}</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"
    assert read(annotation(f"<object><name>cow</name><bndbox>{box}</bndbox></object>")).objects[0].box is None


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
