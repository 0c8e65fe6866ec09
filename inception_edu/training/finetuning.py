"""What learns, and how fast, where a network does not begin from scratch: the `[finetune]` of a recipe.

A trained network is a trunk, which turns a picture into numbers, and a classifier, which is new for new classes. Here
rows of the trunk are held still, and what is left of it may learn more slowly than the classifier.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from .specs import FinetuneSpec

__all__ = ["Finetuning", "classifiers"]

TRUNK = "trunk"
"""The word for everything before the classifiers."""

_STATISTICS = nn.modules.batchnorm._BatchNorm


class Finetuning:
    """Holds a part of a network still while it is trained.

    Args:
        model: the network.
        spec: says which part, and how slow the rest of the trunk is.

    Attributes:
        frozen: the modules of which nothing learns.

    Raises:
        ValueError: the network has no row of the name that `spec` gives.
    """

    def __init__(self, model: nn.Module, spec: FinetuneSpec) -> None:
        self.model, self.spec = model, spec
        self.new = {id(weight) for module in classifiers(model) for weight in module.parameters()}
        self.frozen = _frozen_modules(model, spec.freeze)
        self._stopped = [
            weight
            for module in self.frozen
            for weight in module.parameters()
            if weight.requires_grad and id(weight) not in self.new
        ]
        for weight in self._stopped:
            weight.requires_grad_(False)

    def rate_of(self, weight: nn.Parameter) -> float:
        """The learning rate of a parameter, relative to the recipe's."""
        return 1.0 if id(weight) in self.new else self.spec.trunk_lr

    def train(self) -> None:
        """Put the network into training mode, and what is held still into evaluation mode.

        Batch norm that kept counting would change a frozen row after all.
        """
        self.model.train()
        for module in self.frozen:
            module.eval()
        if self.spec.keep_statistics:
            for module in self.model.modules():
                if isinstance(module, _STATISTICS):
                    module.eval()

    def release(self) -> None:
        """Let everything learn again."""
        for weight in self._stopped:
            weight.requires_grad_(True)


def classifiers(model: nn.Module) -> list[nn.Linear]:
    """The last linear layer, and those of auxiliary heads, which end in as many classes."""
    layers = [module for module in model.modules() if isinstance(module, nn.Linear)]
    return [layer for layer in layers if layer.out_features == layers[-1].out_features]


def _frozen_modules(model: nn.Module, until: str) -> list[nn.Module]:
    if not until:
        return []
    if until == TRUNK:
        last = {id(layer) for layer in classifiers(model)}
        return [
            module
            for module in model.modules()
            if not list(module.children()) and not isinstance(module, nn.Dropout) and id(module) not in last
        ]
    stages = getattr(model, "stages", None)
    rows = dict(stages.named_children()) if isinstance(stages, nn.Module) else {}
    wanted = next((place for place, key in enumerate(rows) if until in _names(key)), None)
    if wanted is None:
        known = f"a row of the network: {', '.join(map(_short, rows))}" if rows else "no row, for this network has none"
        raise ValueError(f"finetune.freeze = {until!r} is neither {TRUNK!r} nor {known}")
    return list(rows.values())[: wanted + 1]


def _short(key: str) -> str:
    return key.removeprefix("inception_")


def _names(key: str) -> Iterable[str]:
    """What a row may be called: `inception_4e`, `4e`, `inception (4e)`."""
    return key, _short(key), key.replace("_", " "), f"inception ({_short(key)})"
