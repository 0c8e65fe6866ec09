"""The table runs in the browser: JavaScript computes, PyTorch is the judge."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inception_edu.architectures import architecture, graph, list_models, ops
from inception_edu.architectures.architecture import Row
from inception_edu.widgets.portable import encode, portable, quantized

from .conftest import SITE, answer

torch = pytest.importorskip("torch")

from inception_edu import create_model, photographs  # noqa: E402 (after the word on torch)
from inception_edu.models.build import build  # noqa: E402

STYLE = graph.Style(batch_norm=False)
CLOSE = 1e-4  # of the largest value
RUN = """async ([site, portable, picture, how]) => {
  const [{ read }, { forward }, { maps }] = await Promise.all(
    ["network", "forward", "tensor"].map((name) => import(`${site}src/engine/${name}.js`)));
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const network = read(portable);
  const x = maps(...picture.shape, 1, new Float32Array(bytes(picture.base64)));
  return [...forward(network, x, how)].map(({ channels, height, width, data }) => {
    let text = "";
    for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) text += String.fromCharCode(byte);
    return { shape: [channels, height, width], base64: btoa(text) };
  });
}"""


@pytest.fixture(scope="module")
def run(chromium):
    """What every row of a portable network gives for an input of C×H×W, computed by the page's engine."""
    page = chromium.new_page()
    page.route(f"{SITE}**", answer)
    page.route(SITE, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(SITE)

    def rows(network: dict, x: np.ndarray, **how) -> list[np.ndarray]:
        picture = {"shape": x.shape, "base64": base64.b64encode(x.astype("<f4").tobytes()).decode()}
        found = page.evaluate(RUN, [SITE, network, picture, how])
        return [np.frombuffer(base64.b64decode(y["base64"]), "<f4").reshape(y["shape"]) for y in found]

    yield rows
    page.close()


def alive(module: torch.nn.Module, seed: int) -> torch.nn.Module:
    """The module with random statistics and learned numbers of batch norm, and random biases."""
    generator = torch.Generator().manual_seed(seed)
    for each in module.modules():
        if isinstance(each, torch.nn.BatchNorm2d):
            for values, low, high in (
                (each.running_mean, -0.5, 0.5),
                (each.running_var, 0.5, 2),
                (each.weight, 0.5, 1.5),
                (each.bias, -0.5, 0.5),
            ):
                values.data.uniform_(low, high, generator=generator)
        elif getattr(each, "bias", None) is not None:
            each.bias.data.uniform_(-0.5, 0.5, generator=generator)
    return module.eval()


@torch.no_grad()
def judged(model, x: np.ndarray) -> list[np.ndarray]:
    """What PyTorch gives row by row."""
    y, found = torch.from_numpy(x)[None].float(), []
    for node, module in model.steps():
        y = module(y)
        if not isinstance(node, ops.Dropout):
            found.append(y[0].numpy())
    return found


def agree(ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    assert len(ours) == len(theirs)
    for place, (mine, other) in enumerate(zip(ours, theirs)):
        other = other.reshape(-1, *other.shape[1:]) if other.ndim == 3 else other.reshape(-1, 1, 1)
        assert mine.shape == other.shape, place
        assert np.abs(mine - other).max() <= CLOSE * max(np.abs(other).max(), 1e-6), place


FREE = [name for name in list_models() if name not in ("alexnet", "vgg16")]  # those two are built at full width only


@settings(max_examples=12)
@given(data=st.data(), name=st.sampled_from(FREE), seed=st.integers(0, 2**31))
def test_networks_of_the_family_agree_with_pytorch_in_every_row(run, data, name, seed):
    width = data.draw(st.sampled_from([0.02, 0.05, 0.1]))
    least = architecture(name, width=width, aux_logits=False, image_size=max(_usual(name))).min_image_size
    fixed = name in ("lenet5", "alexnet_2012")
    size = max(_usual(name)) if fixed else data.draw(st.integers(least, least + 40))
    classes = data.draw(st.integers(1, 12))
    model = create_model(name, width=width, image_size=size, num_classes=classes, aux_logits=False, seed=seed % 1000)
    alive(model, seed)
    x = np.random.default_rng(seed).normal(size=(model.architecture.in_channels, size, size)).astype("f4")
    agree(run(portable(model, bits=32), x), judged(model, x))


def _usual(name: str) -> tuple[int, int]:
    return architecture(name).image_size


windows = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))


@st.composite
def operations(draw, depth: int = 2) -> graph.Node:
    """A random part of a network."""
    kinds = ["conv", "max", "avg", "lrn", "relu", "depthwise"] + ["concat", "residual", "chain"] * (depth > 0)
    kind = draw(st.sampled_from(kinds))
    tall, wide, stride = draw(windows)
    pad = (draw(st.integers(0, tall // 2)), draw(st.integers(0, wide // 2)))
    if kind == "conv":
        more = {"batch_norm": draw(st.booleans()), "activation": draw(st.booleans())}
        return ops.Conv("c", draw(st.integers(1, 7)), (tall, wide), stride, pad, **more)
    if kind == "depthwise":
        return ops.DepthwiseConv("d", (tall, wide), stride, pad, multiplier=draw(st.integers(1, 2)))
    if kind == "max":
        return ops.MaxPool("p", (tall, wide), stride, pad, ceil_mode=draw(st.booleans()))
    if kind == "avg":
        return ops.AvgPool("p", (tall, wide), stride, pad, draw(st.booleans()), draw(st.booleans()))
    if kind == "lrn":
        return ops.LocalResponseNorm("n", draw(st.integers(1, 6)), 0.1, 0.75, 1.5)
    if kind == "relu":
        return ops.ReLU()
    if kind == "chain":
        parts = draw(st.lists(operations(depth - 1), min_size=1, max_size=3))
        return graph.Chain("", tuple(replace(part, name=str(i)) for i, part in enumerate(parts)))
    if kind == "concat":
        odd = [ops.Conv("c", draw(st.integers(1, 5)), draw(st.sampled_from([1, 3, (1, 5)]))) for _ in range(3)]
        return graph.Concat("", {str(i): graph.chain(each) for i, each in enumerate(odd)})
    body = graph.chain(ops.Conv("c", draw(st.integers(1, 5)), 3), name="body")
    more = {"scale": draw(st.floats(0.1, 1)), "activation": draw(st.booleans())}
    return graph.Residual("", body, expansion=lambda n: ops.Conv("e", n, activation=False), **more)


class Toy:
    """Parts one after the other, as much of a model as `portable` reads."""

    def __init__(self, parts, shape, seed):
        rows, self.modules = [], []
        for part in parts:
            after = part.output(shape, STYLE)
            rows.append(Row(part, shape, after, ()))
            self.modules.append(alive(build(part, shape, STYLE), seed))
            shape = after
        self.rows = rows
        self.architecture = SimpleNamespace(trace=lambda: rows, style=STYLE, in_channels=3, image_size=(0, 0))

    def steps(self):
        yield from zip([row.node for row in self.rows], self.modules)


@settings(max_examples=25)
@given(
    parts=st.lists(operations(), min_size=1, max_size=5),
    sides=st.tuples(*[st.integers(5, 14)] * 2),
    seed=st.integers(0, 99),
)
def test_any_blocks_in_any_order_agree_with_pytorch(run, parts, sides, seed):
    try:
        toy = Toy(parts, (3, *sides), seed)
    except ValueError:  # one of them leaves nothing of its input
        assume(False)
    x = np.random.default_rng(seed).normal(size=(3, *sides)).astype("f4")
    agree(run(portable(toy, bits=32), x), judged(toy, x))


@pytest.fixture(scope="module")
def small():
    """A GoogLeNet of the kind that ships, with random weights."""
    model = create_model(
        "googlenet_bn", width=0.125, image_size=64, num_classes=10, aux_logits=False, dropout=0, seed=3
    )
    return alive(model, 3)


def picture(seed: int = 0, size: int = 64) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(3, size, size)).astype("f4")


def test_eight_bits_are_the_dequantized_network(run, small):
    plain = create_model("googlenet_bn", width=0.125, image_size=64, num_classes=10, aux_logits=False, dropout=0)
    plain.load_state_dict(small.state_dict())
    for module in plain.eval().modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            whole, step = quantized(module.weight.detach().double().numpy())
            rows = step.reshape(-1, *[1] * (whole.ndim - 1))
            module.weight.data = torch.from_numpy(whole * rows).float()
    agree(run(portable(small), picture()), judged(plain, picture()))
    assert portable(plain)["weights"]["data"] == portable(small)["weights"]["data"], "rounding twice changes nothing"


def test_the_network_that_travels_agrees_on_every_photograph(run):
    model = create_model("googlenet_bn", weights="cifar10").eval()
    network = portable(model)
    for photo in photographs()[::4]:
        x = model.weights_card.prepare(photo.image)[0].numpy()
        agree(run(network, x), judged(model, x))


def test_it_starts_again_from_a_row(run, small):
    network = portable(small, bits=32)
    rows = run(network, picture())
    for start in (3, 7):
        again = run(network, rows[start - 1], **{"from": start})
        assert all(np.array_equal(one, other) for one, other in zip(again, rows[start:]))
    assert len(run(network, picture(), to=4)) == 4


def test_a_branch_that_is_switched_off_gives_zeros(run, small):
    network = portable(small, bits=32)
    names = [name for name, _ in network["rows"]]
    at = names.index("inception (4a)")
    branches = small.stages.inception_4a.branches
    hook = branches["3x3"].register_forward_hook(lambda module, inputs, output: torch.zeros_like(output))
    expected = judged(small, picture())
    hook.remove()
    agree(run(network, picture(), off=["inception (4a) / 3x3"]), expected)
    assert not run(network, picture(), off=["inception (4a)"])[at].any()


@pytest.mark.parametrize(("name", "size"), [("googlenet_bn", 64), ("inception_v2", 108), ("inception_v3", 139)])
def test_a_finer_grid_is_the_network_on_shifted_maps(run, name, size):
    model = alive(create_model(name, width=0.05, image_size=size, num_classes=3, aux_logits=False, seed=1), 1)
    network = portable(model, bits=32)
    x = picture(size=size)
    plain = run(network, x)
    last = max(i for i, y in enumerate(plain) if y.shape[1] > 1)
    heights = [y.shape[1] for y in plain]
    for last_steps in (1, 2):
        drops = [i for i, (a, b) in enumerate(pairwise(heights), start=1) if i <= last and b <= a * 0.6]
        start = drops[-last_steps]
        fine = run(network, x, finer=start)[last]
        step = fine.shape[1] // heights[last]
        assert step == 2**last_steps
        assert np.abs(fine[:, ::step, ::step] - plain[last]).max() <= CLOSE * np.abs(plain[last]).max()


def test_every_operation_of_the_family_is_known():
    for name in list_models():
        table = architecture(name)
        for row in table.trace():
            if not isinstance(row.node, ops.Dropout):
                assert encode(row.node, row.input, table.style)["op"]
