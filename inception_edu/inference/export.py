"""A trained network as a file for other programs: checked against the network itself before it is written."""

from __future__ import annotations

import io
import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..arguments import quoted, whole
from ..files import write_atomically
from ..models import Model
from .onnx_file import dynamic_batch, onnx_bytes, onnx_session
from .trained import SIDE, Trained

TOLERANCE = 1e-4
"""Largest difference between the logits of the file and of the network, as a part of the largest logit."""

ABOUT = "inception_edu.json"
"""The file inside an ExportedProgram or TorchScript archive that says what belongs to the network."""

Runner = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        file: where.
        format: the file's format, in words.
        about: what the file says of itself: model, classes, image_size, mean, std, and where pictures are shrunk first
            (`EnlargedSquare`), to how many pixels: native_size.
        batch: images at a time, or "dynamic".
        largest_difference: between the logits of the file and of the network.
    """

    file: Path
    format: str
    about: dict[str, Any]
    batch: int | str
    largest_difference: float


def export_model(
    trained: Trained,
    file: str | os.PathLike[str],
    *,
    image_size: int | None = None,
    batch: int | str = "dynamic",
) -> Exported:
    """Write a trained network as ONNX (``.onnx``), ExportedProgram (``.pt2``) or TorchScript (``.ts``).

    The network takes ``images``, N×3×S×S, normalized as (value / 255 − mean) / std, and gives ``logits``, N×classes.
    The file also says the names of the classes, the image size, mean and std: ONNX in `metadata_props`, the others in
    an extra file ``inception_edu.json``.

    Args:
        trained: from `load_trained`.
        file: where to write. It is written whole or not at all.
        image_size: side of the images in pixels; that of `trained` where nothing is said.
        batch: images at a time, or "dynamic" for any number. TorchScript takes any number and size.

    Raises:
        ValueError: the suffix is none of these, the network does not take such images, or what came out does not
            compute what the network does.
        ModuleNotFoundError: ONNX needs packages that are not installed; the message says which extra has them.
        OSError: the file cannot be written.
    """
    path = Path(file)
    if path.suffix not in FORMATS:
        known = ", ".join(f"{suffix} ({title})" for suffix, (title, _, _) in FORMATS.items())
        raise ValueError(f"{path} has no suffix of a format: {known}")
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"{path} is a folder" if path.is_dir() else f"there is no folder {path.parent}")
    size = trained.image_size if image_size is None else SIDE.check("image_size", image_size)
    if isinstance(batch, str) and batch != "dynamic":
        raise ValueError(f"batch is a number of images or 'dynamic', not {quoted(batch)}")
    count = 2 if isinstance(batch, str) else whole(1).check("batch", batch)
    model = trained.model
    shape = (count, model.architecture.in_channels, size, size)
    device = next(model.parameters()).device
    try:
        example = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(device)
    except (RuntimeError, TypeError):  # torch does not unpack what has more than 64 bits
        raise ValueError(
            f"there is no memory for {count} images of {size}×{size}: take fewer or smaller ones"
        ) from None
    model.check(example)
    about = {
        "model": model.name,
        "classes": list(trained.classes),
        "image_size": size,
        "mean": list(trained.normalization.mean),
        "std": list(trained.normalization.std),
    } | ({"native_size": trained.native_size} if trained.native_size else {})
    title, write, load = FORMATS[path.suffix]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporters' notes on themselves
        content = write(model, example, batch == "dynamic", about)
        run = load(content)
    difference = max(_difference(model, run, images) for images in _trials(example, batch))
    write_atomically(path, content)
    return Exported(path, title, about, batch, difference)


def _trials(example: Tensor, batch: int | str) -> list[Tensor]:
    """Images to compare on: those that were exported with, and other numbers of them where any is taken."""
    return [example, example[:1], torch.cat([example, example.flip(-1)])[:3]] if batch == "dynamic" else [example]


@torch.no_grad()
def _difference(model: Model, run: Runner, images: Tensor) -> float:
    """The largest difference between the logits. Raises ValueError if it is more than rounding explains."""
    expected, found = model(images).cpu(), run(images).cpu()
    difference = (found - expected).abs().max().item() if found.shape == expected.shape else float("inf")
    if not difference <= TOLERANCE * max(1.0, expected.abs().max().item()):  # NaN is no agreement either
        raise ValueError(
            f"the exported network does not compute what {model.name} does: its logits differ by {difference:.2g}, "
            "and nothing was written"
        )
    return difference


def _write_onnx(model: Model, example: Tensor, dynamic: bool, about: dict[str, Any]) -> bytes:
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in about.items()}
    return onnx_bytes(model, example, dynamic, texts)


def _write_program(model: Model, example: Tensor, dynamic: bool, about: dict[str, Any]) -> bytes:
    program = torch.export.export(model, (example,), dynamic_shapes=dynamic_batch(dynamic))
    buffer = io.BytesIO()
    torch.export.save(program, buffer, extra_files={ABOUT: json.dumps(about)})
    return buffer.getvalue()


def _load_program(content: bytes) -> Runner:
    return torch.export.load(io.BytesIO(content)).module()


def _write_script(model: Model, example: Tensor, dynamic: bool, about: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(model), buffer, _extra_files={ABOUT: json.dumps(about)})
    return buffer.getvalue()


def _load_script(content: bytes) -> Runner:
    return torch.jit.load(io.BytesIO(content))


FORMATS = {
    ".onnx": ("ONNX", _write_onnx, onnx_session),
    ".pt2": ("ExportedProgram", _write_program, _load_program),
    ".ts": ("TorchScript", _write_script, _load_script),
}
"""By suffix: what the format is called, how it is made, and how it is read again."""
