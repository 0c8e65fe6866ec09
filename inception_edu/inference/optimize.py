"""A network made quick for prediction: the same outputs, another order of the same work."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..arguments import choice, sides
from ..extras import needs
from ..formulas import Pair
from ..models import Model
from ..models.units import ConvUnit
from .eight_bits import in_eight_bits
from .onnx_file import onnx_bytes, onnx_session

BACKENDS = ("eager", "compile", "onnxruntime", "openvino")

Runner = Callable[[Tensor], Tensor]
"""From images, N×C×H×W, to logits, N×classes."""

_BACKEND, _SIDE = choice(*BACKENDS), sides(1)


def optimize_for_inference(
    model: Model, backend: str = "eager", *, image_size: int | Pair | None = None, calibration: Tensor | None = None
) -> Runner:
    """A function that computes what `model` does in evaluation, sooner. The model stays as it is.

    All backends begin with the same copy, without auxiliary heads and with each batch norm folded into the convolution
    before it. PyTorch's own two then take the memory layout *channels last*, which keeps the channels of a pixel side
    by side: a pool, whose windows treat all channels alike, reads whole runs of memory there.

    >>> from inception_edu import create_model
    >>> predict = optimize_for_inference(create_model("googlenet_bn", width=0.25, seed=0))
    >>> predict(torch.zeros(1, 3, 224, 224)).shape
    torch.Size([1, 1000])

    Args:
        model: from `create_model`, in training or not.
        backend: "eager" is PyTorch alone, and what comes back is a `Model`; "compile" is `torch.compile`, which needs a
            C++ compiler and a minute at the first call with a new batch size; "onnxruntime" and "openvino" are packages
            of their own, for processors.
        image_size: side of the images in pixels, or (height, width), for "onnxruntime" and "openvino", which are made
            for one size; None is the network's own.
        calibration: some dozens of images like those that will come, N×C×H×W and normalized. With them "onnxruntime"
            computes with whole numbers of eight bits; the logits are then near those of `model`, not the same.

    Returns:
        Logits, N×classes, of images, N×C×H×W in single precision and normalized as for `model`. For "onnxruntime" and
        "openvino" on the CPU.

    Raises:
        ValueError: there is no such backend, it does not compute in eight bits, or the network does not take such
            images.
        ModuleNotFoundError: the backend's package is not installed; the message says which extra has it.
    """
    backend = _BACKEND.check("backend", backend)
    if not isinstance(model, Model):
        raise ValueError(f"model is a network from create_model, not {type(model).__name__}")
    if calibration is not None:
        if backend != "onnxruntime":
            raise ValueError(f"eight bits (calibration) are for backend 'onnxruntime', not {backend!r}")
        model.check(calibration)
        image_size = (calibration.shape[2], calibration.shape[3]) if image_size is None else image_size
    size = model.architecture.image_size if image_size is None else _SIDE.check("image_size", image_size)
    prepared = folded(model)
    if backend in ("eager", "compile"):
        prepared.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue] (not among its overloads)
        prepared.register_forward_pre_hook(_channels_last)
        return prepared if backend == "eager" else torch.compile(prepared, dynamic=False)
    height, width = (size, size) if isinstance(size, int) else size
    example = torch.zeros(2, model.architecture.in_channels, height, width, device=next(prepared.parameters()).device)
    prepared.check(example)
    content = onnx_bytes(prepared, example, dynamic=True)
    if backend == "openvino":
        return _openvino(content)
    return onnx_session(content if calibration is None else in_eight_bits(content, calibration))


def folded(model: Model) -> Model:
    """A copy in evaluation without auxiliary heads, its batch norms folded into the convolutions.

    Batch norm in evaluation is ``(x − mean) · γ / √(var + ε) + β``, a number to multiply with and one to add for each
    channel; the convolution before it can do both (chapter 7 shows how).
    """
    result = copy.deepcopy(model).eval().requires_grad_(False)
    result.heads = nn.ModuleDict()
    for unit in result.modules():
        if isinstance(unit, ConvUnit) and isinstance(unit.bn, nn.BatchNorm2d):
            unit.conv, unit.bn = fuse_conv_bn_eval(unit.conv, unit.bn), nn.Identity()
    return result


def _channels_last(_: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
    return (inputs[0].to(memory_format=torch.channels_last),)


def _openvino(content: bytes) -> Runner:
    import io

    with needs("openvino"):
        import openvino  # pyright: ignore[reportMissingImports] (an extra of its own)
    core = openvino.Core()
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),  # as torch, so that the two can be compared
        "INFERENCE_PRECISION_HINT": "f32",  # a processor that has bfloat16 would take that by itself
    }
    compiled = core.compile_model(core.read_model(io.BytesIO(content)), "CPU", settings)
    return lambda images: torch.from_numpy(compiled(images.cpu().numpy())[0].copy())
