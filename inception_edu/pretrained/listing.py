"""Which trained weights there are."""

from __future__ import annotations

from typing import Annotated

from ..architectures.registry import entry
from ..arguments import checked, instance, optional
from .cards import Weights
from .imagenet import IMAGENET, imagenet_card
from .shipped import shipped


@checked
def weights(model: Annotated[str | None, optional(instance(str, "the name of a model"))] = None) -> tuple[Weights, ...]:
    """The cards of all trained weights that `create_model` knows by name.

    >>> from inception_edu import weights
    >>> first, *_, last = weights("googlenet_bn")
    >>> first.name, first.classes[3], first.mean
    ('cifar10', 'cat', (0.4914, 0.4822, 0.4465))
    >>> last.name, len(last.classes), last.mean
    ('imagenet', 1000, (0.5, 0.5, 0.5))

    Args:
        model: list those of this network alone.

    Returns:
        First those that travel with the package, then torchvision's, which are downloaded when they are first used.

    Raises:
        ValueError: there is no such network.
    """
    if model is not None:
        entry(model)
    theirs = [imagenet_card(name) for name in IMAGENET if model in (None, name)]
    return (*shipped(model), *theirs)
