"""What the layers of a network make of pictures: their activations, what each unit sees, class activation maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..datasets import open_dataset
from ..models.network import Network
from ..training.recipe import DataSpec
from ..training.result import TrainingResult

__all__ = ["Activations", "Layer", "record_activations"]

Bounds = list[list[int]]
"""For each row (or column) of a map, the first and the last row (or column) of the picture that it sees."""


@dataclass(frozen=True)
class Layer:
    """One layer's maps, float32 N×C×h×w, and what their units see."""

    name: str
    maps: np.ndarray
    rows: Bounds
    cols: Bounds


@dataclass(frozen=True)
class Activations:
    """What was recorded of a network on pictures.

    Attributes:
        pictures: uint8, N×3×H×W.
        classes: K names.
        logits: N×K.
        layers: In the order in which they were asked for, or ran.
        cam: N×K×h×w, class activation maps: the mean of one plus the class's bias is the logit. None for a network
            that has none.
        source: Where the network comes from, a sentence; or nothing.
    """

    pictures: np.ndarray
    classes: list[str]
    logits: np.ndarray
    layers: list[Layer]
    cam: np.ndarray | None
    source: str = ""


def record_activations(
    model: nn.Module | TrainingResult,
    pictures: np.ndarray | Tensor | None = None,
    *,
    layers: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Activations:
    """Run a network on pictures and keep what its layers give.

    The receptive field of a unit is found by experiment: a pixel that is no number makes exactly the units that see it
    no numbers. The class activation map (Zhou et al. 2016, *Learning Deep Features for Discriminative Localization*) is
    the last map weighted by the last layer's weights for a class. Networks that do not end with global average pooling
    and one linear layer have none.

    Args:
        model: A result of `inception_edu.train`, or a network; it is run in evaluation mode and left as it is.
        pictures: uint8, N×3×H×W; None draws four of the synthetic set in the network's usual size.
        layers: Names of modules whose output is N×C×h×w: a network's stages by their own names, all others as in
            ``named_modules``. None takes all stages with such an output.
        classes: Names of the classes; None numbers them.
        mean: Of the normalization, a number a colour; None takes the result's, or the recipes' default.
        std: Of the normalization, likewise.

    Raises:
        ValueError: The pictures, a layer's name or its output are not what they should be.
    """
    source, spec = "", DataSpec()
    if isinstance(model, TrainingResult):
        source = f"Computed with the network of this run: {model.summary().splitlines()[0]}."
        model, spec = model.model, model.recipe.data
    if pictures is None:
        if not isinstance(model, Network):
            raise ValueError("say which pictures: what size this network takes is not known")
        images = open_dataset("shapes", split="test", image_size=max(model.architecture.image_size), size=20)
        pictures, classes = torch.stack([images[place][0] for place in range(4)]), classes or images.classes
    shown = np.asarray(pictures)
    if shown.dtype != np.uint8 or shown.ndim != 4 or shown.shape[1] != 3 or len(shown) == 0:
        raise ValueError(f"pictures must be uint8, N×3×H×W with N of 1 or more, not {shown.dtype} {shown.shape}")
    scaled = (shown / 255 - np.reshape(mean or spec.mean, (1, 3, 1, 1))) / np.reshape(std or spec.std, (1, 3, 1, 1))
    weight = next(model.parameters())
    x = torch.as_tensor(scaled, dtype=weight.dtype, device=weight.device)
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            logits, outputs = _outputs(model, _modules(model, layers), x)
            names = layers or [name for name, y in outputs.items() if y.dim() == 4 and y.shape[-1] > 1]
            wrong = [name for name in names if outputs[name].dim() != 4]
            if wrong or not names:
                raise ValueError(f"layers are viewed where their output is N×C×h×w, not {', '.join(wrong)}")
            # in double precision, for which torch has none of the fast algorithms that spread what is no number
            twin = deepcopy(model).cpu().double()
            fields = _fields(twin, _modules(twin, names), x[:1].cpu().double())
            cam = _class_activation_maps(model, x, logits)
    finally:
        model.train(was_training)
    told = [str(name) for name in classes or range(logits.shape[1])]
    if len(told) != logits.shape[1]:
        raise ValueError(f"the network tells {logits.shape[1]} classes apart; {len(told)} names were given")
    kept = [Layer(name, _array(outputs[name]), *fields[name]) for name in names]
    return Activations(shown, told, _array(logits), kept, None if cam is None else _array(cam), source)


def _array(values: Tensor) -> np.ndarray:
    return values.float().cpu().numpy()


def _modules(model: nn.Module, layers: Sequence[str] | None) -> dict[str, nn.Module]:
    """The modules to view, by name; without names, all stages."""
    found = getattr(model, "stages", None)
    stages = dict(found.named_children()) if isinstance(found, nn.Module) else {}
    if layers is None and not stages:
        raise ValueError("say which layers to view: layers=[…], names as in named_modules")
    known = {**{name: module for name, module in model.named_modules() if name}, **stages}
    names = stages if layers is None else layers
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"the network has no layer {missing[0]!r}; it has {', '.join(stages or known)}")
    return {name: known[name] for name in names}


def _class_activation_maps(model: nn.Module, x: Tensor, logits: Tensor) -> Tensor | None:
    """N×K×h×w; None where their means are not the logits, up to the bias."""
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    linear = [module for module in linear if module.out_features == logits.shape[1]][-1:]
    leaves = {name: module for name, module in model.named_modules() if name and "heads" not in name}
    _, outputs = _outputs(model, leaves, x)
    maps = [y for y in outputs.values() if y.dim() == 4 and y.shape[-1] * y.shape[-2] > 1]
    if not linear or not maps or maps[-1].shape[1] != linear[0].in_features:
        return None
    cam = torch.einsum("kc,nchw->nkhw", linear[0].weight, maps[-1])
    bias = 0 if linear[0].bias is None else linear[0].bias
    return cam if torch.allclose(cam.mean((2, 3)) + bias, logits, rtol=1e-3, atol=1e-3) else None


def _outputs(model: nn.Module, modules: Mapping[str, nn.Module], x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """The logits for `x`, and what every module gave on the way, in the order in which they ran."""
    found: dict[str, Tensor] = {}

    def keep(name: str):
        def hook(module: nn.Module, inputs: object, output: object) -> None:
            if isinstance(output, Tensor):
                found[name] = output

        return hook

    hooks = [module.register_forward_hook(keep(name)) for name, module in modules.items()]
    try:
        return model(x), found
    finally:
        for hook in hooks:
            hook.remove()


def _fields(model: nn.Module, modules: Mapping[str, nn.Module], x: Tensor) -> dict[str, tuple[Bounds, Bounds]]:
    """The bounds of what each row and each column of each module's output sees."""
    seen: dict[str, list[Bounds]] = {name: [] for name in modules}
    for axis in (2, 3):
        sides: dict[str, list[Tensor]] = {name: [] for name in modules}
        for start in range(0, x.shape[axis], 16):
            lines = torch.arange(start, min(start + 16, x.shape[axis]))
            spoilt = torch.zeros_like(x).repeat(len(lines), 1, 1, 1)
            for place, line in enumerate(lines.tolist()):
                spoilt.select(axis, line)[place] = torch.nan
            _, outputs = _outputs(model, modules, spoilt)
            for name, output in outputs.items():
                sides[name].append(output.isnan().any(1).any(4 - axis))  # over the other axis
        for name, parts in sides.items():
            sees = torch.cat(parts).cpu().numpy()  # lines of the picture × lines of the output
            last = len(sees) - 1
            seen[name].append([[int(column.argmax()), int(last - column[::-1].argmax())] for column in sees.T])
    return {name: (rows, cols) for name, (rows, cols) in seen.items()}
