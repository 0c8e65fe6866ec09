"""`InsideView` in a live kernel: the jobs of ``src/engine/jobs.js``, computed by PyTorch for any model here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..architectures import AdaptiveAvgPool, Dropout, Linear
from ..models.base import Model
from ..models.build import Branches
from .inside_finer import finer

FINE = 7
"""Places a side that a class activation map should have."""

Message = tuple[dict[str, Any], list[bytes]]


def answers(
    model: Model, data: Mapping[str, Any], content: Mapping[str, Any], buffers: Sequence[Any]
) -> Iterator[Message]:
    """Every answer to one message of the page, with what travels in bytes beside it; the last says that it is done."""
    name, question = content["name"], content["question"]
    size = data["size"]
    try:
        pixels = torch.stack([torch.frombuffer(bytearray(each), dtype=torch.uint8) for each in buffers])
        pictures = pixels.reshape(-1, 3, size, size)
        for answer in JOBS[name](model, data, pictures, question):
            yield _packed(content["id"], answer)
        yield {"id": content["id"], "done": True}, []
    except Exception as error:  # the page says it; a kernel would only print it somewhere
        yield {"id": content["id"], "error": f"{type(error).__name__}: {error}"}, []


def _normalized(data: Mapping[str, Any], pictures: Tensor) -> Tensor:
    mean, std = (torch.tensor(data[name]).reshape(1, 3, 1, 1) for name in ("mean", "std"))
    return (pictures / 255 - mean) / std


def _zeros(module: nn.Module, inputs: Any, output: Any) -> Tensor:
    return torch.zeros_like(output)


@torch.inference_mode()
def walk(model: Model, x: Tensor, off: Sequence[str] = ()) -> list[Tensor]:
    """What every row gives, with what is switched `off` giving zeros."""
    model.eval()
    where = next(model.parameters())
    x, found = x.to(where), []
    for node, module in model.steps():
        if isinstance(node, Dropout):
            continue
        branches = next((each.branches for each in module.modules() if isinstance(each, Branches)), nn.ModuleDict())
        hooks = [
            branch.register_forward_hook(_zeros) for name, branch in branches.items() if f"{node.name} / {name}" in off
        ]
        try:
            x = module(x)
        finally:
            for hook in hooks:
                hook.remove()
        if node.name in off:
            x = torch.zeros_like(x)
        found.append(x)
    return [y.float().cpu() for y in found]


def _run(model: Model, data: Mapping[str, Any], pictures: Tensor, question: Mapping[str, Any]) -> Iterator[dict]:
    rows = walk(model, _normalized(data, pictures), question["off"])
    maps = [y[0].reshape(y.shape[1], *(y.shape[2:] or (1, 1))) for y in rows]
    yield {"logits": rows[-1][0].tolist(), "shares": rows[-1].softmax(1)[0].tolist(), "rows": list(map(_maps, maps))}


def _maps(y: Tensor) -> dict[str, Any]:
    """Maps as a byte a number, each channel between its own lowest and highest."""
    flat = y.flatten(1)
    low, high = flat.amin(1), flat.amax(1)
    span = torch.where(high > low, high - low, torch.ones_like(low))
    whole = ((flat - low[:, None]) / span[:, None] * 255).round().to(torch.uint8)
    channels, height, width = y.shape
    arrays = {"bytes": whole.numpy(), "low": low.numpy(), "high": high.numpy()}
    return {"channels": channels, "height": height, "width": width, "spread": 1, **arrays}


def _occlude(model: Model, data: Mapping[str, Any], pictures: Tensor, question: Mapping[str, Any]) -> Iterator[dict]:
    grey = torch.tensor(data["mean"]).reshape(3, 1, 1) * 255
    for left, top, side in question["squares"]:
        covered = pictures[0].float().clone()
        covered[:, max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)] = grey
        logits = walk(model, _normalized(data, covered[None]), question["off"])[-1]
        yield {"shares": logits.softmax(1)[0].tolist()}


def _explain(model: Model, data: Mapping[str, Any], pictures: Tensor, question: Mapping[str, Any]) -> Iterator[dict]:
    rows = walk(model, _normalized(data, pictures), question["off"])
    nodes = [node for node in model.architecture.rows if not isinstance(node, Dropout)]
    last = max((i for i, y in enumerate(rows) if y.dim() == 4 and y.shape[-1] > 1), default=-1)
    pool, linear = [*nodes[last + 1 :], None, None][:2]
    ends = len(nodes) - last == 3 and isinstance(pool, AdaptiveAvgPool) and isinstance(linear, Linear)
    if last < 0 or not ends:
        yield {"map": None}
        return
    layer = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    weight, bias = (values.detach().float().cpu() for values in (layer.weight, layer.bias))
    maps = _on_a_finer_grid(model, data, _normalized(data, pictures), rows[: last + 1], question["off"])
    found = torch.einsum("kc,chw->khw", weight, maps[0]) + bias[:, None, None]
    step = found.shape[1] // rows[last].shape[-1]
    yield {"map": found.numpy(), "height": found.shape[1], "width": found.shape[2], "step": step}


@torch.inference_mode()
def _on_a_finer_grid(
    model: Model, data: Mapping[str, Any], x: Tensor, rows: list[Tensor], off: Sequence[str]
) -> Tensor:
    """The last of these rows, with as many strides left out before it as make its grid fine enough."""
    start, grid = len(rows), rows[-1].shape[-1]
    for place in range(len(rows) - 1, 0, -1):
        if grid >= FINE:
            break
        ratio = rows[place - 1].shape[-1] / rows[place].shape[-1]
        if ratio > 1.5:
            start, grid = place, grid * round(ratio)
    where = next(model.parameters())
    y, spread = (rows[start - 1] if start else x).to(where), 1
    stages = [(node, module) for node, module in model.steps() if not isinstance(node, Dropout)]
    for (node, module), row in list(zip(stages, data["rows"]))[start : len(rows)]:
        y, spread = finer(module, y, spread)
        for branch in row["branches"]:
            if f"{node.name} / {branch['name']}" in off or node.name in off:
                y[:, branch["first"] : branch["first"] + branch["channels"]] = 0
    return y.float().cpu()


def _peaks(model: Model, data: Mapping[str, Any], pictures: Tensor, question: Mapping[str, Any]) -> Iterator[dict]:
    for picture in pictures:
        rows = walk(model, _normalized(data, picture[None]))
        best = [y[0].reshape(y.shape[1], -1).max(1) for y in rows]
        yield {"rows": [{"values": each.values.numpy(), "at": each.indices.numpy().astype("<u4")} for each in best]}


JOBS = {"run": _run, "second": _run, "occlude": _occlude, "explain": _explain, "peaks": _peaks}


def _packed(number: int, answer: dict[str, Any]) -> Message:
    """Arrays out of an answer, into buffers; the message says where each belongs and what it holds."""
    buffers: list[bytes] = []
    places: list[list[Any]] = []

    def out(value: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(value, np.ndarray):
            kind = {"uint8": "bytes", "uint32": "places"}.get(value.dtype.name, "numbers")
            buffers.append(np.ascontiguousarray(value if kind != "numbers" else value.astype("<f4")).tobytes())
            places.append([list(path), kind])
            return None
        if isinstance(value, dict):
            return {key: out(each, (*path, key)) for key, each in value.items()}
        if isinstance(value, list):
            return [out(each, (*path, i)) for i, each in enumerate(value)]
        return value

    return {"id": number, "answer": out(answer, ()), "buffers": places}, buffers
