"""Pictures that readers bring to the view inside a network: files whole, damaged and huge."""

from __future__ import annotations

import io
import json
import struct
import zlib

import pytest
from PIL import Image

from inception_edu import photographs

from .inside_page import SHARES, drop, own, shares

torch = pytest.importorskip("torch")


def jpeg(image: Image.Image, **more) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", **more)
    return stream.getvalue()


def test_a_dropped_photograph_is_classified_and_taken_apart(opened, shipped, data):
    files = sorted((data / "VOCdevkit" / "VOC2012" / "JPEGImages").glob("*.jpg"))[:2]
    page = opened(shipped)
    for count, file in enumerate(files, start=1):
        before = json.dumps(shares(page), separators=(",", ":"))
        drop(page, file.name, file.read_bytes())
        page.page.wait_for_selector(f'[data-picture="own-{count}"][aria-pressed="true"]')
        page.page.wait_for_function(f"before => JSON.stringify(({SHARES})()) !== before", arg=before)
        assert sum(shares(page)) == pytest.approx(1)
    assert own(page) == 2, "what was dropped before is not lost"


def png(width: int, height: int) -> bytes:
    """The head of a PNG of any size, without its pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def huge_jpeg() -> bytes:
    """A JPEG that says it has 12,000 × 9,000 pixels."""
    content = bytearray(jpeg(Image.new("RGB", (16, 16))))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 9000, 12000)
    return bytes(content)


photo_bytes = photographs()[0].path.read_bytes

BAD = {
    "no picture": (lambda: b"dear diary", "is no picture: drop a JPEG, PNG, WebP or GIF"),
    "empty": (lambda: b"", "is empty"),
    "damaged": (lambda: photo_bytes()[:300] + b"\0" * 50, "is damaged"),
    "damaged png": (lambda: png(40, 40), "is damaged"),
    "huge": (huge_jpeg, "has 12,000 × 9,000 pixels, and at most 64 million can be read"),
    "huge png": (lambda: png(70_000, 70_000), "has 70,000 × 70,000 pixels"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_read_gets_one_line_and_nothing_is_lost(opened, small, kind):
    make, said = BAD[kind]
    page = opened(small)
    before = shares(page)
    drop(page, "mine.jpg", make())
    alert = page.page.get_by_role("alert")
    alert.wait_for()
    assert said in alert.inner_text()
    assert "“mine.jpg”" in alert.inner_text()
    assert shares(page) == before
    assert own(page) == 0
    drop(page, "good.jpg", photo_bytes())
    page.page.wait_for_selector('[data-picture="own-1"]')
    assert not alert.is_visible()


def test_a_file_of_forty_megabytes_is_refused(opened, small):
    page = opened(small)
    page.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(41e6)], "scan.jpg"));
          document.querySelector(".iw").dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
        }"""
    )
    assert "has 41 MB" in page.page.get_by_role("alert").inner_text()


def test_what_moves_what_is_transparent_and_what_is_turned(opened, small):
    page = opened(small)
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    moving, clear = io.BytesIO(), io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:], duration=100)
    drop(page, "moving.gif", moving.getvalue(), "image/gif")
    page.page.wait_for_selector('[data-picture="own-1"]')
    assert "its first picture was taken" in page.text(".in-error")
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(clear, "PNG")
    drop(page, "clear.png", clear.getvalue(), "image/png")
    page.page.wait_for_selector('[data-picture="own-2"]')
    assert "laid on white" in page.text(".in-error")
    half = Image.new("RGB", (40, 40), "black")
    half.paste("white", (0, 0, 20, 40))  # the left half; turned by its orientation, the upper one
    exif = Image.Exif()
    exif[0x0112] = 6
    drop(page, "turned.jpg", jpeg(half, exif=exif, quality=95))
    page.page.wait_for_selector('[data-picture="own-3"]')
    pixel = """([x, y]) => document.querySelector('[data-picture="own-3"] canvas').getContext("2d")
      .getImageData(x, y, 1, 1).data[0]"""
    assert page.page.evaluate(pixel, [40, 5]) > 200 > 50 > page.page.evaluate(pixel, [40, 43])


def test_a_file_is_chosen_and_a_picture_drawn(opened, small):
    page = opened(small)
    page.page.set_input_files(".in-file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()})
    page.page.wait_for_selector('[data-picture="own-1"][aria-pressed="true"]')
    page.page.click('[data-action="draw"]')
    pad = page.page.locator(".in-pad")
    box = pad.bounding_box()
    page.page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    page.page.mouse.up()
    pad.focus()
    for key in ("Space", "ArrowRight", "ArrowDown"):
        page.page.keyboard.press(key)
    page.page.click('[data-action="use"]')
    page.page.wait_for_selector('[data-picture="own-2"][aria-pressed="true"]')
    assert not pad.is_visible()


CAMERA = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = 80; canvas.height = 60;
  canvas.getContext("2d").fillRect(0, 0, 40, 60);
  const stream = canvas.captureStream(10);
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, 41, 60), 50);
  const devices = { getUserMedia: async () => (window.stream = stream) };
  Object.defineProperty(navigator, "mediaDevices", { value: devices });
}"""


def test_the_camera_gives_a_picture_and_is_let_go(opened, small):
    page = opened(small)
    page.page.evaluate(CAMERA)
    page.page.click('[data-action="camera"]')
    page.page.wait_for_function("document.querySelector('.in-video')?.videoWidth > 0")
    page.page.click('[data-action="take"]')
    page.page.wait_for_selector('[data-picture="own-1"][aria-pressed="true"]')
    assert page.page.evaluate("stream.getTracks().every((track) => track.readyState === 'ended')")


def test_without_a_camera_there_is_one_line(opened, small):
    page = opened(small)
    page.page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.page.click('[data-action="camera"]')
    assert "Choose a file instead" in page.page.get_by_role("alert").inner_text()
