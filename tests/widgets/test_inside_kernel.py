"""What the kernel answers to the view inside a network is what the page would compute."""

from __future__ import annotations

import numpy as np
import pytest

from inception_edu import photographs
from inception_edu.widgets import InsideView
from inception_edu.widgets.portable import portable

from .conftest import SITE, answer

torch = pytest.importorskip("torch")

from inception_edu.widgets.inside_finer import finer  # noqa: E402 (after the word on torch)
from inception_edu.widgets.inside_kernel import answers, walk  # noqa: E402


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
