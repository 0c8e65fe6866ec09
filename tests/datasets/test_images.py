"""Pictures of every kind: the right pixels, or refused."""

import io

import numpy as np
import pytest
from PIL import Image

from inception_edu.datasets.images import UnreadableImage, check_image, glance_at_image, read_image

from .conftest import jpeg

RAMP = np.tile(np.linspace(0, 1, 64), (8, 1))
EIGHT = np.rint(255 * RAMP).astype(np.uint8)
SIXTEEN = np.rint(65_535 * RAMP).astype(np.uint16)


@pytest.fixture
def read(tmp_path):
    """Save an image, or take the bytes of one; read it."""

    def read(image, kind="PNG", **options):
        path = tmp_path / "picture"
        if isinstance(image, bytes):
            path.write_bytes(image)
        else:
            (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(path, kind, **options)
        check_image(path)
        return read_image(path)

    return read


@pytest.mark.parametrize(
    ("pixels", "kind"),
    [
        (EIGHT, "PNG"),
        (SIXTEEN, "PNG"),
        (SIXTEEN, "TIFF"),
        (SIXTEEN, "PPM"),
        (RAMP.astype(np.float32), "TIFF"),
        (np.repeat(EIGHT[:, :, None], 3, 2), "PNG"),
        (np.repeat(EIGHT[:, :, None], 3, 2), "WEBP"),
    ],
    ids=["8 bits", "16 bits", "16-bit TIFF", "16-bit PGM", "float TIFF", "RGB", "WebP"],
)
def test_a_ramp_from_black_to_white(read, pixels, kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    found = read(pixels, kind, **options)
    assert (found.shape, found.dtype) == ((8, 64, 3), np.uint8)
    assert np.abs(found.astype(int) - EIGHT[:, :, None]).max() <= 1


def test_ten_bits(read):
    header = b"P5 64 8 1023\n"
    found = read(header + np.rint(1023 * RAMP).astype(">u2").tobytes())
    assert np.abs(found.astype(int) - EIGHT[:, :, None]).max() <= 1


def test_white_is_zero(read):
    """A TIFF whose smallest number is white."""
    for pixels in (SIXTEEN, RAMP.astype(np.float32)):
        assert read(pixels, "TIFF", tiffinfo={262: 0})[0, 0].tolist() == [255, 255, 255]


def test_one_bit(read):
    found = read(Image.fromarray(EIGHT).convert("1", dither=Image.Dither.NONE))
    assert np.array_equal(found, np.repeat(np.where(EIGHT > 127, 255, 0)[:, :, None], 3, 2))


def test_cmyk(read):
    ink = np.zeros((8, 8, 4), np.uint8)
    ink[..., 1] = ink[..., 2] = 255  # magenta and yellow: red
    for kind in ("JPEG", "TIFF"):
        found = read(Image.frombytes("CMYK", (8, 8), ink.tobytes()), kind)
        assert np.abs(found.astype(int) - [255, 0, 0]).max() <= 3


def test_what_is_transparent_is_white(read):
    palette = Image.fromarray(np.array([[0, 1]], np.uint8))
    palette.putpalette([255, 0, 0, 0, 0, 255])  # makes it a palette's picture
    assert read(palette, transparency=1).tolist() == [[[255, 0, 0], [255, 255, 255]]]
    assert read(palette, transparency=b"\xff\x80").tolist() == [[[255, 0, 0], [127, 127, 255]]]
    half = np.array([[[255, 0, 0, 255], [9, 9, 9, 0]]], np.uint8)
    assert read(half).tolist() == [[[255, 0, 0], [255, 255, 255]]]
    assert read(Image.fromarray(np.array([[7, 9]], np.uint8)), transparency=7).tolist() == [[[255] * 3, [9] * 3]]


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, lambda x: x),
        (2, lambda x: x[:, ::-1]),
        (3, lambda x: x[::-1, ::-1]),
        (6, lambda x: np.rot90(x, -1)),
        (8, np.rot90),
    ],
)
def test_pictures_stand_upright(read, tmp_path, orientation, turn):
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = np.random.default_rng(0).integers(0, 256, (6, 9, 3), np.uint8)
    assert np.array_equal(read(pixels, exif=exif), turn(pixels))
    assert np.array_equal(read_image(tmp_path / "picture", upright=False), pixels)


@pytest.mark.parametrize(
    ("image", "kind", "message"),
    [
        (SIXTEEN.astype(np.int32), "TIFF", "where white lies in pixels of mode 'I' is not known"),
        ((300 * RAMP).astype(np.float32), "TIFF", "its values do not lie between black"),
        ((RAMP - 0.5).astype(np.float32), "TIFF", "its values do not lie between black"),
        (np.full((2, 2), np.nan, np.float32), "TIFF", "its values do not lie between black"),
        (b"P6 50000 50000 255\n", "", "are too many|exceeds limit"),
        (b"", "", "it is none of JPEG, PNG"),
        (b"%!PS-Adobe EPSF\n", "", "it is none of JPEG, PNG"),
        (jpeg()[:3000], "", "truncated"),
    ],
    ids=["32 bits", "beyond white", "below black", "NaN", "absurd", "empty", "PostScript", "truncated"],
)
def test_what_is_refused(read, tmp_path, image, kind, message):
    with pytest.raises(UnreadableImage, match=rf"picture cannot be read as a picture: .*({message})") as error:
        read(image, kind)
    assert "\n" not in str(error.value)
    with pytest.raises(UnreadableImage):
        read_image(tmp_path / "picture")


def test_a_check_finds_what_reading_finds(tmp_path):
    """Of a JPEG file with any byte changed."""
    path, whole = tmp_path / "a.jpg", jpeg(40, 30)
    outcomes = set()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
        outcome = [fails(check_image, path), fails(read_image, path)]
        assert outcome[0] == outcome[1], at
        outcomes.add(outcome[0])
    assert outcomes == {True, False}


def fails(look, path):
    try:
        look(path)
    except UnreadableImage:
        return True
    return False


def test_a_glance_knows_the_size(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(40, 30))
    assert glance_at_image(path) == (40, 30)
    path.write_bytes(jpeg(40, 30)[:-200])
    with pytest.raises(UnreadableImage, match="truncated"):
        glance_at_image(path)


def test_other_formats_are_not_opened(tmp_path):
    file = io.BytesIO()
    Image.fromarray(EIGHT).save(file, "GIF")
    (tmp_path / "a.png").write_bytes(file.getvalue())
    with pytest.raises(UnreadableImage, match="it is none of JPEG, PNG"):
        read_image(tmp_path / "a.png")
