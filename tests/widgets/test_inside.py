"""The network taken apart on pictures that readers bring: files, damaged ones, drawings; with keys too."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from inception_edu.widgets import InsideView
from inception_edu.widgets.portable import portable

from .conftest import SITE, answer
from .examples import network, pictures

torch = pytest.importorskip("torch")

from inception_edu import photographs  # noqa: E402 (after the word on torch)
from inception_edu.widgets.inside_finer import finer  # noqa: E402
from inception_edu.widgets.inside_kernel import answers, walk  # noqa: E402

READY = "[data-ready]"
SHARES = "() => [...document.querySelectorAll('.in-scores li')].map((li) => Number(li.dataset.share))"


@pytest.fixture(scope="module")
def shipped() -> InsideView:
    return InsideView()


@pytest.fixture(scope="module")
def small() -> InsideView:
    return InsideView(network(), pictures())


@pytest.fixture
def opened(still):
    """A page in which the network has spoken."""

    def make(widget: InsideView, **how):
        page = still(widget, **how)
        page.page.wait_for_selector(READY)
        return page

    return make


def jpeg(image: Image.Image, **more) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", **more)
    return stream.getvalue()


def shares(page) -> list[float]:
    return page.page.evaluate(SHARES)


def own(page) -> int:
    return page.page.locator('[data-picture^="own-"]').count()


DROP = """([name, kind, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  const target = document.querySelector(".iw");
  for (const event of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def drop(page, name: str, content: bytes, kind: str = "image/jpeg") -> None:
    page.page.evaluate(DROP, [name, kind, base64.b64encode(content).decode()])


def test_the_page_says_what_pytorch_says_of_the_same_pixels(opened, shipped, javascript):
    page = opened(shipped)
    names = [photo.name for photo in photographs()]
    card = shipped.card
    for name in (names[0], names[4]):
        page.page.click(f'[data-picture="{name}"]')
        page.page.wait_for_function(f"document.querySelector('[data-picture=\"{name}\"]').ariaPressed === 'true'")
        page.page.wait_for_timeout(700)
        photo = next(photo for photo in photographs() if photo.name == name)
        with torch.inference_mode():
            expected = shipped.model(card.prepare(photo.image)).softmax(1)[0].numpy()
        # two programs decode a JPEG, and resize it in whole numbers: a level or two of 255 apart
        assert np.abs(np.array(shares(page)) - expected).max() < 0.05, name


def test_a_picture_is_prepared_as_python_prepares_it(javascript, shipped):
    rng = np.random.default_rng(0)
    for height, width in [(192, 192), (97, 200), (333, 150), (20, 31)]:
        values = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
        pixels = np.array(Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC))
        theirs = shipped.card.view(pixels).numpy().reshape(-1).astype(int)
        call = ["view", [pixels.transpose(2, 0, 1).reshape(-1).tolist(), [3, height, width], 64, 32]]
        ours = np.array(javascript("src/engine/prepare.js", [call])[0])
        assert np.abs(ours - theirs).max() <= 2, (height, width)


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


def settled(page) -> list[float]:
    page.page.wait_for_timeout(500)
    return shares(page)


def test_keys_cover_the_picture_and_switch_a_branch_off(opened, small):
    page = opened(small)
    plain = settled(page)
    page.page.locator(".in-stage").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.page.keyboard.press(key)
    assert page.page.locator(".in-square").is_visible()
    covered = settled(page)
    assert covered != plain
    page.page.keyboard.press("Delete")
    assert settled(page) == plain
    assert not page.page.locator(".in-square").is_visible()

    page.page.locator('[data-row="inception (3b)"]').focus()
    page.page.keyboard.press("Enter")
    lever = page.page.locator('[data-switch="inception (3b) / 3x3"]')
    lever.focus()
    page.page.keyboard.press("Enter")
    assert lever.get_attribute("aria-checked") == "false"
    assert settled(page) != plain
    page.page.click('[data-action="all-on"]')
    assert settled(page) == plain


def test_keys_choose_a_map_and_a_place_of_it(opened, small):
    page = opened(small)
    maps = page.page.get_by_role("slider", name="Maps of 1×1 → 3×3")
    maps.focus()
    page.page.keyboard.press("ArrowRight")
    state = page.page.evaluate("document.querySelector('.iw').inception")
    row = next(row for row in small.data["rows"] if row["name"] == state["row"])
    assert state["map"] == row["branches"][1]["first"] + 2
    assert maps.get_attribute("aria-valuetext").startswith("map 2, from ")
    place = page.page.get_by_role("application", name="Map 2")
    place.focus()
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowUp")
    assert "of the 32 × 32 pixels" in page.text(".in-detail > .in-muted")


def test_the_square_slides_over_everything(opened, small):
    page = opened(small)
    page.page.click('[data-show="occlusion"]')
    page.page.wait_for_function("!document.querySelector('.in-caption').textContent.includes('…')")
    assert "falls when the square covers" in page.text(".in-caption")


def test_the_class_map_says_on_which_grid_it_is_made(opened, shipped):
    page = opened(shipped)
    page.page.click('[data-show="class"]')
    page.page.wait_for_function("document.querySelector('.in-caption').textContent.includes('places')")
    assert "on 8 × 8 places" in page.text(".in-caption")
    assert "by the same weights (à trous): its own is 2 × 2" in page.text(".in-caption")


EXPLAIN = """async ([site, about, pixels]) => {
  const { jobsOf } = await import(`${site}src/engine/jobs.js`);
  const jobs = jobsOf(about);
  const [[found], [run]] = [jobs.explain, jobs.run].map((job) => [...job({ pixels, off: [] })].filter(Boolean));
  return { map: [...found.map], height: found.height, step: found.step, logits: run.logits };
}"""


def test_the_class_map_at_its_own_places_has_the_logits_as_its_mean(chromium, shipped):
    page = chromium.new_page()
    page.route(f"{SITE}**", answer)
    page.route(SITE, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(SITE)
    pixels = shipped.card.view(photographs()[0].image).numpy().reshape(-1).tolist()
    about = {"network": portable(shipped.model), "mean": shipped.data["mean"], "std": shipped.data["std"]}
    found = page.evaluate(EXPLAIN, [SITE, about, pixels])
    page.close()
    fine = np.reshape(found["map"], (10, found["height"], found["height"]))
    coarse = fine[:, :: found["step"], :: found["step"]]
    assert coarse.mean((1, 2)) == pytest.approx(found["logits"], abs=1e-4)
    (kernel,) = asked(shipped, "explain", picture=bytes(pixels), off=[])
    assert np.abs(kernel["map"].reshape(fine.shape) - fine).max() < 1e-3, "the kernel computes the same map"


def test_two_pictures_are_compared(opened, small):
    page = opened(small)
    page.set(compare="picture-2")
    page.page.wait_for_function("[...document.querySelectorAll('.in-second')].some((bar) => bar.offsetWidth > 0)")


def test_where_workers_are_refused_the_page_computes_itself(chromium, still, small):
    page = still(small)
    page.page.wait_for_selector(READY)
    with_worker = shares(page)
    page.page.add_init_script("window.Worker = class { constructor() { throw new Error('refused'); } };")
    page.open("again")
    page.page.reload()
    page.page.wait_for_selector(READY)
    assert shares(page) == pytest.approx(with_worker, abs=1e-6)


def test_a_network_too_large_for_a_page_says_so(still, small, monkeypatch):
    from inception_edu.widgets import inside

    monkeypatch.setattr(inside, "LARGEST", 10)
    page = still(InsideView(network(), pictures()))
    page.page.wait_for_function("document.querySelector('.iw-say').textContent.includes('too large to travel')")


def test_a_page_with_the_shipped_network_stays_under_three_megabytes(shipped):
    assert len(shipped.to_html().encode()) < 1_700_000


def asked(widget: InsideView, name: str, picture: bytes = bytes(range(256)) * 12, **question) -> list:
    """What the kernel answers of a picture (3×32×32), its arrays put back."""
    found = []
    for message, sent in answers(widget.model, widget.data, {"id": 1, "name": name, "question": question}, [picture]):
        assert "error" not in message, message
        for (path, kind), content in zip(message.get("buffers", []), sent):
            place = message["answer"]
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = np.frombuffer(content, {"bytes": "u1", "places": "<u4"}.get(kind, "<f4"))
        found.append(message)
    assert found[-1] == {"id": 1, "done": True}
    return [message["answer"] for message in found[:-1]]


def test_the_kernel_answers_as_the_page_would(small):
    (run,) = asked(small, "run", off=["inception (3b)"])
    assert sum(run["shares"]) == pytest.approx(1)
    pixels = torch.arange(256, dtype=torch.uint8).repeat(12).reshape(1, 3, 32, 32)
    rows = walk(small.model, (pixels / 255 - 0.5) / 0.25, ["inception (3b)"])
    assert [row["channels"] for row in run["rows"]] == [row["channels"] for row in small.data["rows"]]
    for told, row in zip(run["rows"], rows):
        own = row[0].reshape(told["channels"], -1).numpy()
        assert np.allclose(told["high"], own.max(1))
        assert np.allclose(told["low"], own.min(1))
    assert len(asked(small, "occlude", off=[], squares=[[0, 0, 0], [4, 4, 8]])) == 2
    (found,) = asked(small, "explain", off=[])
    logits = asked(small, "run", off=[])[0]["logits"]
    assert found["map"].reshape(10, -1).mean(1) == pytest.approx(logits, abs=1e-4)
    (peaks,) = asked(small, "peaks")
    assert len(peaks["rows"]) == len(small.data["rows"])


def test_an_error_in_the_kernel_reaches_the_page(small):
    (message,) = [m for m, _ in answers(small.model, small.data, {"id": 7, "name": "run", "question": {}}, [b"123"])]
    assert message["id"] == 7
    assert "error" in message


def test_receptive_fields_are_the_librarys(shipped):
    fields = shipped.model.architecture.receptive_fields()
    for row in shipped.data["rows"]:
        if row["grid"] > 1:
            assert tuple(row["field"][:2]) == fields[row["name"]]


def test_bad_input_gets_one_clear_line():
    with pytest.raises(ValueError, match="10 classes apart; 2 names were given"):
        InsideView(network(), pictures(), classes=["yes", "no"])
    with pytest.raises(ValueError, match="at least one picture"):
        InsideView(network(), [])


def test_rows_are_those_that_the_page_runs(shipped):
    assert [row["name"] for row in shipped.data["rows"]] == [name for name, _ in portable(shipped.model)["rows"]]


@pytest.mark.parametrize(("name", "size"), [("inception_v2", 108), ("inception_v3", 139), ("inception_resnet_v2", 139)])
def test_the_kernels_finer_grid_holds_the_networks_own(name, size):
    """Whatever a row is made of: strides left out, its own places are as they were."""
    from inception_edu import create_model

    model = create_model(name, width=0.05, image_size=size, aux_logits=False, num_classes=3, seed=1).eval()
    x = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        for node, module in model.steps():
            y = module(x)
            if y.dim() < 4 or y.shape[-1] == 1:
                break
            fine, step = finer(module, x, 1)
            assert torch.allclose(fine[:, :, ::step, ::step], y, atol=1e-4), node.name
            doubled = x.repeat_interleave(2, 2).repeat_interleave(2, 3)  # as a grid twice as fine would hold it
            twice, spread = finer(module, doubled, 2)
            assert torch.allclose(twice[:, :, ::spread, ::spread], y, atol=1e-4), node.name
            x = y


@pytest.mark.parametrize(("theme", "width"), [("light", 860), ("dark", 360)])
def test_once_it_computes_it_is_still_for_everyone(opened, shipped, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(shipped, width=width).page
    page.evaluate(
        """theme => {
          document.documentElement.dataset.theme = document.documentElement.style.colorScheme = theme;
          document.body.style.background = "light-dark(#fff, #14181d)";
          document.querySelector("h1").remove();
        }""",
        theme,
    )
    page.locator(".in-stage").focus()
    page.keyboard.press("ArrowRight")
    page.click('[data-switch="inception (3a) / 5x5"]')
    page.click('[data-action="draw"]')
    page.select_option('[data-control="compare"]', "dog")
    page.wait_for_function("document.querySelector('.in-legend').offsetHeight > 0")
    page.mouse.move(2, 2)
    page.wait_for_timeout(400)
    found = Axe().run(page, context=".iw").response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.iw').scrollWidth <= document.querySelector('.iw').clientWidth + 1")
    lone = "es => es.filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    assert page.locator(".iw button:visible").evaluate_all(lone) == [], "large enough for a finger"
