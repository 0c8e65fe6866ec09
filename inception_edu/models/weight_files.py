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

from ..extras import needs
from .base import Model

IMAGENET: dict[str, tuple[str, dict[str, Any]]] = {
    "alexnet": ("alexnet", {}),
    "vgg16": ("vgg16", {}),
    "googlenet_bn": ("googlenet", {"branch5x5_kernel": 3}),
    "inception_v3": ("inception_v3", {}),
}
"""Networks of which torchvision has ImageNet weights: its name, and the options that make ours the same network."""


def read(path: Path) -> Any:
    """What is in a file of weights, its tensors on the CPU.

    Args:
        path: what `torch.save` wrote, read as tensors and plain values alone; or a file of safetensors, known by its
            suffix.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged, asks for more than tensors, or needs a package that is not installed.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; weights are a state dict, a file or 'imagenet'")
    try:
        return _read_safetensors(path) if path.suffix.lower() == ".safetensors" else _read_torch(path)
    except (OSError, ModuleNotFoundError):
        raise
    except Exception as error:  # a damaged file fails in any way it likes
        if isinstance(error, pickle.UnpicklingError) and zipfile.is_zipfile(path):
            raise ValueError(f"{path} asks for more than tensors, which could do harm: it was not read") from None
        raise ValueError(f"{path} is damaged, cut short, or no file of weights") from None


def _read_safetensors(path: Path) -> Any:
    with needs("safetensors"):
        from safetensors.torch import load_file
    return load_file(path)


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
    from torchvision.models import get_model_weights

    name = model.name
    if name not in IMAGENET:
        raise ValueError(f"torchvision has no ImageNet weights for {name}, only for {', '.join(IMAGENET)}")
    if wanted := lacking_options(model):
        raise ValueError(f"torchvision's ImageNet weights are for {name} created with {as_arguments(wanted)}")
    url = get_model_weights(IMAGENET[name][0])["IMAGENET1K_V1"].url
    path = Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    digest = path.stem.rpartition("-")[2]  # the file's name ends in the first digits of its SHA-256
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
