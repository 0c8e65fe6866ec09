"""A trained network with what belongs to it: its classes, and what was done to the pictures it was tested on."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ..arguments import Kind, whole
from ..augmentation.spec import AugmentSpec
from ..models import Model, Normalization, create_model, load_weights, normalization
from ..models.init import usable_device
from ..models.weights import options_of
from ..pretrained import Weights, find_card
from ..pretrained.imagenet import IMAGENET, imagenet_card
from ..pretrained.shipped import shipped
from ..training.prepare import make_model
from ..training.recipe import Recipe

USUAL = "googlenet_bn"
"""The network that weights with a name are of, where nothing is said."""


def _side(value: Any) -> int:
    side = whole(1).take(value)
    if side > 8192:
        raise ValueError
    return side


SIDE = Kind("a whole number of pixels from 1 to 8192", _side)


@dataclass(frozen=True)
class Trained:
    """A network in evaluation mode, without auxiliary heads, and how pictures are made ready for it.

    Attributes:
        model: the network.
        classes: names of its outputs.
        image_size: side of the pictures that it takes, in pixels.
        normalization: mean and spread of each channel, for values 0 to 1.
        augment: how pictures were varied in training; its crop says how they are cut out in tests.
        flip: whether the probabilities of a picture and its mirror image are averaged.
        source: what it was loaded from, for messages.
        native_size: side to which a picture's middle square is shrunk before it is enlarged, as the pictures of its
            training were; None where they were not.
    """

    model: Model
    classes: tuple[str, ...]
    image_size: int
    normalization: Normalization
    augment: AugmentSpec
    flip: bool
    source: str
    native_size: int | None = None


def load_trained(
    source: str | os.PathLike[str],
    *,
    model: str | None = None,
    classes: Sequence[str] | None = None,
    image_size: int | None = None,
    device: torch.device | str | None = None,
    **options: Any,
) -> Trained:
    """Load a trained network.

    Args:
        source: a finished run's folder, or a file of weights in it; another file of weights, of the network `model`;
            or a name of `inception_edu.weights()`, such as "cifar10" or "imagenet", of `model` (``googlenet_bn`` where
            nothing is said).
        model: one of `list_models()`; a run says itself what it trained.
        classes: names of the outputs, where neither the run nor torchvision knows them; else they are numbers.
        image_size: side of the pictures in pixels; a run's own where nothing is said, else what is usual.
        device: where to compute; the CPU where nothing is said.
        **options: of the network of a file of weights, as in `create_model`; the number of classes is read from it.

    Raises:
        ValueError: the run is not finished, the network is not known, or the weights are not of it.
        OSError: a file is not there, or cannot be read.
    """
    size = None if image_size is None else SIDE.check("image_size", image_size)
    place = usable_device("cpu" if device is None else device)
    if card := find_card(model or USUAL, source):
        found = _of_card(card, size, options)
    elif str(source) == "imagenet":
        found = _imagenet(model or USUAL, size, options)
    elif folder := _run_folder(Path(source), model):
        found = _of_run(folder, Path(source), size, options)
    elif model is None:
        names = (
            "say of which network it is (model=, --model)" if Path(source).is_file() else "and there is no such file"
        )
        if not Path(source).exists() and (known := [card.name for card in shipped(USUAL)]):
            names += f"; the weights that have a name are {', '.join([*known, 'imagenet'])}"
        raise ValueError(f"{source} is no folder of a finished run: {names}")
    else:
        found = _of_file(Path(source), model, size, options)
    found.model.to(place).eval()
    names = found.classes if classes is None else tuple(map(str, classes))
    if len(names) != found.model.architecture.num_classes:
        raise ValueError(f"{source} has {found.model.architecture.num_classes} classes, not {len(names)}")
    return Trained(**{**vars(found), "classes": names})


def _run_folder(source: Path, model: str | None) -> Path | None:
    """The folder of the run that `source` is, or is a file of."""
    if source.is_dir():
        if not (source / "result.json").is_file():
            unfinished = (source / "checkpoint.pt").is_file()
            why = "its run is not finished: continue it with --resume" if unfinished else "it holds no run"
            raise ValueError(f"{source} has no result.json: {why}")
        return source
    beside = source.parent / "result.json"
    return source.parent if model is None and source.is_file() and beside.is_file() else None


def _of_run(folder: Path, source: Path, image_size: int | None, options: dict[str, Any]) -> Trained:
    result = _read_result(folder / "result.json")
    try:
        recipe, trained = Recipe.from_dict(result["settings"]), str(result["model"])
        count = int(result["data_details"]["train"]["classes"])
        classes = tuple(map(str, result.get("classes") or range(count)))  # a run of an older version has no names
        trained_size = int(result.get("image_size") or recipe.data.image_size)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{folder / 'result.json'} is no result of a run: {error}") from None
    if options:
        raise ValueError(f"{folder} says itself what it trained: leave {', '.join(options)} out")
    if trained != recipe.model.name:
        raise ValueError(
            f"{folder} trained a network of the caller's, {trained}: give the file of weights and its model"
        )
    model = make_model(recipe.override({"model.aux_logits": False}), len(classes), trained=False)
    load_weights(model, folder / "model.pt" if source == folder or source.suffix == ".json" else source)
    return Trained(
        model=model,
        classes=classes,
        image_size=image_size or trained_size,
        normalization=Normalization(recipe.data.mean, recipe.data.std),
        augment=_for_size(recipe.augment, trained_size, image_size),
        flip=recipe.evaluation.flip,
        source=str(folder),
        native_size=recipe.data.native_size or None,
    )


def _for_size(augment: AugmentSpec, usual: int, size: int | None) -> AugmentSpec:
    """The same view of a picture for images of another size than the usual one."""
    return augment if size is None else replace(augment, resize=round(augment.resize * size / usual))


def _read_result(path: Path) -> dict[str, Any]:
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError(f"{path} is damaged, or no result of a run") from None
    if not isinstance(result, dict):
        raise ValueError(f"{path} is no result of a run")
    return result


def _of_card(card: Weights, image_size: int | None, options: dict[str, Any]) -> Trained:
    return Trained(
        model=create_model(card.model, aux_logits=False, weights=card.name, **options),
        classes=card.classes,
        image_size=image_size or card.image_size,
        normalization=card.normalization,
        augment=AugmentSpec(),
        flip=False,
        source=f"the package's weights {card.name} of {card.model}",
        native_size=card.native_size,
    )


def _imagenet(name: str, image_size: int | None, options: dict[str, Any]) -> Trained:
    theirs, needed = IMAGENET.get(name, (name, {}))
    model = create_model(name, aux_logits=False, weights="imagenet", **(needed | options))
    card = imagenet_card(name)
    resize = card.resize or card.image_size
    return Trained(
        model=model,
        classes=card.classes,
        image_size=image_size or card.image_size,
        normalization=card.normalization,
        augment=_for_size(AugmentSpec(crop="resize", resize=resize), card.image_size, image_size),
        flip=False,
        source=f"torchvision's ImageNet weights of {theirs}",
    )


def _of_file(path: Path, name: str, image_size: int | None, options: dict[str, Any]) -> Trained:
    plan = create_model(name, aux_logits=False, image_size=image_size, device="meta", **options)
    options = options | options_of(plan, path)
    model = create_model(name, aux_logits=False, image_size=image_size, **options)
    load_weights(model, path)
    height, width = model.architecture.image_size
    return Trained(
        model=model,
        classes=tuple(map(str, range(model.architecture.num_classes))),
        image_size=min(height, width),
        normalization=normalization(name),
        augment=AugmentSpec(),
        flip=False,
        source=str(path),
    )
