"""From a recipe to its data and its network."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import nn
from torch.nn.parameter import is_lazy

from ..datasets import ImageDataset, detect_dataset, open_dataset
from ..datasets.foreign import adapt
from ..models import Model, NewParametersWarning, create_model
from .distributed import ProcessGroup
from .recipe import Recipe, load_recipe

__all__ = ["check_model", "make_model", "open_data", "settle_recipe"]


def settle_recipe(source: str | Path | Recipe, folder: str | Path | None, changes: Mapping[str, Any]) -> Recipe:
    """The recipe of a run: as it is shipped or given, what changes with a data folder, then the caller's changes.

    What a recipe says in `with_data` is about one source. If the folder holds another, it trains on all of that.
    """
    recipe = load_recipe(source)
    if folder is not None and recipe.with_data:
        meant = recipe.override(recipe.with_data)
        found = _source_in(folder)
        recipe = meant if found in (None, meant.data.name) else recipe.override({"data.name": found})
    return recipe.override(changes)


def _source_in(folder: str | Path) -> str | None:
    """What a folder holds; None where that is not known, or still to be fetched."""
    try:
        return detect_dataset(folder)
    except (ValueError, OSError):
        return None


def open_data(
    recipe: Recipe,
    given: Sequence[Any] | None,
    root: str | Path | None,
    verify: bool,
    download: bool,
    group: ProcessGroup,
) -> tuple[ImageDataset, ImageDataset]:
    """The images to train and to test on: those the caller gave, else the recipe's."""
    spec = recipe.data
    if given is not None:
        train_set, test_set = adapt(*given, image_size=spec.image_size)
    else:
        common = {"root": root, "image_size": spec.image_size, "seed": spec.seed, "verify": verify}
        with group.main_first():
            train_set, test_set = (
                open_dataset(spec.name, split=split, subset=_part(subset), download=download, **common)
                for split, subset in (("train", spec.subset), ("test", spec.test_subset))
            )
    if tuple(train_set.classes) != tuple(test_set.classes):
        only = sorted({*map(str, train_set.classes)} ^ {*map(str, test_set.classes)})
        what = ", ".join(only[:5]) or "they come in another order"
        raise ValueError(f"training and test data differ in their classes: {what}")
    return train_set, test_set


def _part(subset: float) -> int | float | None:
    """A recipe's `subset` as `open_dataset` wants it: None for all, a whole number of images, or a fraction."""
    return None if subset == 0 else int(subset) if subset >= 1 else subset


def make_model(recipe: Recipe, classes: int, trained: bool = True) -> Model:
    """The recipe's network, with first weights that follow from its seed.

    Args:
        recipe: says which.
        classes: how many it tells apart.
        trained: begin from `model.options.weights`, where the recipe names some. A classifier of other classes is new
            then, and nobody is warned of it: it is what the recipe is for.
    """
    spec = recipe.model
    settings = {
        "num_classes": classes,
        "aux_logits": None if spec.aux_logits else False,
        "image_size": recipe.data.image_size,
        "stem": spec.stem,
        "width": spec.width,
        "seed": recipe.seed,
    } | spec.options
    if not trained:
        settings.pop("weights", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NewParametersWarning)
        return create_model(spec.name, **settings)


def check_model(model: nn.Module) -> nn.Module:
    """A network that the caller gave, if it can be trained. Raises ValueError if its weights do not exist yet."""
    if any(is_lazy(parameter) or parameter.is_meta for parameter in model.parameters()):
        raise ValueError("model has weights that do not exist yet (lazy, or on the meta device): make them first")
    return model
