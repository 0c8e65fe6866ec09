"""A network as ONNX, the format that most programs for prediction read, and ONNX Runtime to run it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ..extras import needs
from ..models import Model


def dynamic_batch(dynamic: bool) -> tuple[dict[int, object]] | None:
    """What torch's exporters are told where any number of images is taken."""
    return ({0: torch.export.Dim("batch", min=1)},) if dynamic else None


def onnx_bytes(model: Model, example: Tensor, dynamic: bool, about: Mapping[str, str] | None = None) -> bytes:
    """The network as the content of an ONNX file, from ``images`` to ``logits``.

    Args:
        model: in evaluation.
        example: images to trace it with, N×C×H×W.
        dynamic: whether it takes any number of images, or as many as in `example`.
        about: written into the file's `metadata_props`.

    Raises:
        ModuleNotFoundError: a package is not installed; the message says which extra has it.
    """
    with needs("export"):
        import onnx  # noqa: F401 (asked for here, so that what is missing is said before the work)
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's notes on itself
        program = torch.onnx.export(
            model,
            (example,),
            dynamo=True,
            verbose=False,
            input_names=["images"],
            output_names=["logits"],
            dynamic_shapes=dynamic_batch(dynamic),
        )
    assert program is not None  # with dynamo=True
    proto = program.model_proto  # made anew each time one asks for it
    for key, value in (about or {}).items():
        proto.metadata_props.add(key=key, value=value)
    return proto.SerializeToString()


def onnx_session(content: bytes) -> Callable[[Tensor], Tensor]:
    """The content of an ONNX file as a function from images to logits, by ONNX Runtime on the CPU.

    It works with as many threads as torch does, so that the two can be compared.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda images: torch.from_numpy(session.run(["logits"], {"images": images.cpu().numpy()})[0])
