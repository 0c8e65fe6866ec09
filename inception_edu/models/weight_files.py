"""Files of weights: read without trusting them, and torchvision's ImageNet weights, downloaded on request."""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ..pretrained.imagenet import IMAGENET, imagenet_card
from ..pretrained.packing import from_bytes
from ..pretrained.shipped import shipped
from .base import Model


def read(path: Path, model: str) -> Any:
    """What is in a file of weights, its tensors on the CPU.

    Args:
        path: what `torch.save` wrote, read as tensors and plain values alone; or a file of safetensors, known by its
            suffix, packed or not.
        model: the network that they are for, for messages.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged, or asks for more than tensors.
    """
    if not path.is_file():
        own = ", ".join(repr(card.name) for card in shipped(model))
        named = f", and for {model} {own}" if own else ""
        raise FileNotFoundError(f"there is no file {path}; weights are a state dict, a file or 'imagenet'{named}")
    try:
        return from_bytes(path.read_bytes()) if path.suffix.lower() == ".safetensors" else _read_torch(path)
    except OSError:
        raise
    except Exception as error:  # a damaged file fails in any way it likes
        if isinstance(error, pickle.UnpicklingError) and zipfile.is_zipfile(path):
            raise ValueError(f"{path} asks for more than tensors, which could do harm: it was not read") from None
        raise ValueError(f"{path} is damaged, cut short, or no file of weights") from None


def _read_torch(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with the file is said by the caller, once
        return torch.load(path, map_location="cpu", weights_only=True)


def imagenet_file(model: Model) -> Path:
    """The file of torchvision's ImageNet weights for `model`, in torch's cache: downloaded if need be, and checked.

    Raises:
        ValueError: there are none for such a model.
        OSError: they cannot be downloaded.
    """
    name = model.name
    if name not in IMAGENET:
        raise ValueError(f"torchvision has no ImageNet weights for {name}, only for {', '.join(IMAGENET)}")
    if wanted := lacking_options(model):
        raise ValueError(f"torchvision's ImageNet weights are for {name} created with {as_arguments(wanted)}")
    card = imagenet_card(name)
    url, digest = str(card.url), card.sha256
    path = Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(url, str(path), hash_prefix=digest)
        except (OSError, RuntimeError) as error:  # no connection, or what came has another hash
            raise OSError(f"cannot download {url}: {error}; put the file at {path} or pass weights= a file") from None
    if not _sha256(path).startswith(digest):
        raise ValueError(f"{path} is not the file that torchvision published: delete it and try again")
    return path


def lacking_options(model: Model) -> dict[str, Any]:
    """Options that `model` would need, to be the network that torchvision has: ``{"branch5x5_kernel": 3}``, or none."""
    needed = IMAGENET.get(model.name, ("", {}))[1]
    given = model.architecture.options
    return {option: value for option, value in needed.items() if given.get(option) != value}


def as_arguments(options: Mapping[str, Any]) -> str:
    """Options as they are written in a call."""
    return ", ".join(f"{option}={value!r}" for option, value in options.items())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
