"""What every network of `create_model` has in common: its table, and its features by the names of the table's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ..architectures import AdaptiveAvgPool, Architecture, Dropout, Linear, Node
from ..pretrained.cards import Weights


class Model(nn.Module):
    """A network that was built from an `architecture`.

    Attributes:
        name: the network's name in `list_models()`.
        architecture: its table, as data.
        heads: auxiliary classifiers by name; none in a network without.
        new_parameters: names of the parameters that `create_model(weights=…)` did not find in the weights.
        weights_card: the card of the weights that were loaded by their name: classes, mean, std, `prepare`; else None.
    """

    if TYPE_CHECKING:  # TorchScript cannot read this annotation
        heads: nn.ModuleDict

    def __init__(self, architecture: Architecture, **of_the_base: Any):
        super().__init__(**of_the_base)
        self.name = architecture.name
        self.architecture = architecture
        self.new_parameters: tuple[str, ...] = ()
        self.weights_card: Weights | None = None

    def steps(self) -> Iterator[tuple[Node, nn.Module]]:
        """The rows of the trunk in order, each with the module that computes it from the output of the row before."""
        raise NotImplementedError

    def stage_features(self, x: Tensor, names: str | Iterable[str]) -> dict[str, Tensor]:
        """What some rows of the table put out; rows behind the last of them are not computed.

        >>> from inception_edu import create_model
        >>> model = create_model("googlenet", seed=0).eval()
        >>> found = model.stage_features(torch.zeros(1, 3, 224, 224), ["inception (3a)", "inception_4e"])
        >>> {name: tuple(features.shape) for name, features in found.items()}
        {'inception (3a)': (1, 256, 28, 28), 'inception_4e': (1, 832, 14, 14)}

        Args:
            x: images, N×C×H×W, normalized.
            names: names of rows, as the table prints them or as `model.stages` has them.

        Returns:
            The features by the names that were asked for, N×C'×H'×W'; N×C' behind a fully connected layer.

        Raises:
            ValueError: a name that the network does not have, or images that it cannot take.
        """
        wanted = [names] if isinstance(names, str) else list(names)
        steps = list(self.steps())
        keys = {name: node.key for node, _ in steps for name in (node.name, node.key)}
        if unknown := [name for name in wanted if name not in keys]:
            known = ", ".join(node.name for node, _ in steps)
            raise ValueError(f"{self.name} has no stage {unknown[0]!r}; it has {known}")
        self.check(x)
        left = {keys[name] for name in wanted}
        found: dict[str, Tensor] = {}
        for node, module in steps:
            if not left:
                break
            x = module(x)
            if node.key in left:
                left.remove(node.key)
                found[node.key] = x
        return {name: found[keys[name]] for name in wanted}

    def forward_features(self, x: Tensor) -> Tensor:
        """The last features before the classifier: (N, C, H, W) → (N, C', H', W').

        The classifier is what stands at the end of the table: the global pool, dropout and fully connected layers.
        """
        last = next(row for row in reversed(self.architecture.rows) if not isinstance(row, CLASSIFIER))
        return self.stage_features(x, last.key)[last.key]

    def check(self, x: Tensor) -> None:
        """Raise ValueError, saying what would be right, unless the network takes the images `x`.

        What is traced or compiled stands for images of many sizes, and is not checked.
        """
        if torch.compiler.is_compiling() or isinstance(x, torch.fx.Proxy):
            return
        expected = self.architecture.in_channels
        if x.dim() != 4 or x.shape[1] != expected:
            raise ValueError(f"{self.name} takes images as N×{expected}×H×W, not {'×'.join(map(str, x.shape))}")
        size = x.shape[-2], x.shape[-1]
        if size != self.architecture.image_size:
            self.architecture.check(size, self.training)


CLASSIFIER = (AdaptiveAvgPool, Dropout, Linear)
