"""One run of a copy of a module: without data where that works, with data where it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import nn

from ..architectures import Shape
from .table import shape_text
from .twin import twin, undisturbed
from .views import Views
from .watch import Part, Path, Watch

META = torch.device("meta")


@dataclass(frozen=True)
class Measured:
    """A copy that has run.

    Attributes:
        module: the copy.
        parts: what each part did for one image, in the order of their first calls.
        batch: images that outputs have the shape of.
    """

    module: nn.Module
    parts: dict[Path, Part]
    batch: int

    def image_shape(self, output: tuple[int, ...] | None) -> tuple[int, ...]:
        """Shape for one image, with ones at its end if it has less than three sides.

        Where more than images stand side by side in the batch, windows say, their number comes first.
        """
        if not output:
            return ()
        together, alone = divmod(output[0], self.batch)
        sides = output if alone else output[1:] if together == 1 else (together, *output[1:])
        return (*sides, *(1,) * (3 - len(sides)))


def measure(module: nn.Module, shape: Shape, views: bool = False) -> Measured:
    """Run a copy of `module` on one image of `shape`, or else on two and on four.

    What does not depend on the number of images counts once: it is what two runs with two and four have in common.

    Args:
        module: any that takes images N×C×H×W; nothing about it changes.
        shape: (C, H, W).
        views: whether to follow receptive fields.

    Raises:
        ValueError: there is no copy, or none that runs; the message, one line, has the reason.
    """
    tensors = [*module.parameters(), *module.buffers()]
    home = tensors[0].device if tensors else torch.device("cpu")
    errors: dict[torch.device, Exception] = {}
    with undisturbed():
        for training in (True, False):
            for device in dict.fromkeys((META, home)):
                for batches in ((1,), (2, 4)):
                    try:
                        runs = [_run(module, shape, device, training, batch, views) for batch in batches]
                    except Exception as error:  # a foreign module may raise anything
                        errors.setdefault(device, error)
                    else:
                        return runs[0] if len(runs) == 1 else _for_one(*runs)
    reason = errors[home].__cause__ or errors[home]
    text = " ".join(str(reason).split()) or type(reason).__name__
    raise ValueError(f"{type(module).__name__} does not run on {shape_text(shape)} images: {text[:300]}") from None


def _run(module: nn.Module, shape: Shape, device: torch.device, training: bool, batch: int, views: bool) -> Measured:
    dtypes = [tensor.dtype for tensor in (*module.parameters(), *module.buffers()) if tensor.is_floating_point()]
    dtype = dtypes[0] if dtypes else torch.get_default_dtype()
    if device == META:
        images = torch.empty(batch, *shape, device=META, dtype=dtype)
    else:
        images = torch.rand(batch, *shape, device="cpu").to(device, dtype)
    watch = Watch(Views(images) if views else None)
    try:
        copied = twin(module, device, watch.silenced)
    except Exception as error:  # whatever hangs on a foreign module, a lock say
        raise RuntimeError(f"it cannot be copied ({error})") from None
    watch.run(copied.train(training), images)
    return Measured(copied, watch.parts, batch)


def _for_one(two: Measured, four: Measured) -> Measured:
    """What one image costs, from what two and four cost: with a + b·n for n images, a + b."""
    parts = {}
    for path, part in two.parts.items():
        more = four.parts[path]
        parts[path] = replace(
            part,
            macs=(3 * part.macs - more.macs) // 2,
            activation_memory=(3 * part.activation_memory - more.activation_memory) // 2,
        )
    return replace(two, parts=parts)
