"""Files of weights: read without trusting them, and torchvision's ImageNet weights, downloaded on request."""

from __future__ import annotations

import hashlib
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

# Networks of which torchvision has ImageNet weights: its name, and the options that make ours the same network.
IMAGENET = {
    "alexnet": ("alexnet", {}),
    "vgg16": ("vgg16", {}),
    "googlenet_bn": ("googlenet", {"branch5x5_kernel": 3}),
    "inception_v3": ("inception_v3", {}),
}


def read(path: Path) -> Mapping[str, Tensor]:
    """The state dict in a file, on the CPU: what `torch.save` wrote, plain or in a checkpoint.

    Raises FileNotFoundError, or ValueError where the file is damaged or asks for more than tensors.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; weights are a state dict, a file or 'imagenet'")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with the file is said below, once
            state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # a damaged file fails in any way it likes
        if isinstance(error, pickle.UnpicklingError) and zipfile.is_zipfile(path):
            raise ValueError(f"{path} asks for more than tensors, which could do harm: it was not read") from None
        raise ValueError(f"{path} is damaged, cut short, or no file of weights") from None
    if isinstance(state, Mapping):
        for wrapper in ("model", "state_dict"):
            if isinstance(state.get(wrapper), Mapping):
                return state[wrapper]
    return state


def imagenet_file(model: nn.Module) -> Path:
    """torchvision's ImageNet weights for `model`, in torch's cache: downloaded if need be, whole and checked.

    Raises ValueError where there are none for such a model, OSError where they cannot be downloaded.
    """
    from torchvision.models import get_model_weights

    name, num_classes = model.name, model.architecture.num_classes
    if name not in IMAGENET:
        raise ValueError(f"torchvision has no ImageNet weights for {name}, only for {', '.join(IMAGENET)}")
    if num_classes != 1000:
        raise ValueError(
            f"ImageNet weights are for 1000 classes: create {name} with num_classes=1000, not {num_classes}"
        )
    if wanted := lacking_options(model):
        raise ValueError(f"torchvision's ImageNet weights are for {name} created with {wanted}")
    url = get_model_weights(IMAGENET[name][0]).IMAGENET1K_V1.url
    path = Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    digest = re.search(r"-([0-9a-f]+)\.pth$", url).group(1)  # the file's name ends in the first digits of its SHA-256
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(url, str(path), hash_prefix=digest)
        except (OSError, RuntimeError) as error:  # no connection, or what came has another hash
            raise OSError(f"cannot download {url}: {error}; put the file at {path} or pass weights= a file") from None
    if not _sha256(path).startswith(digest):
        raise ValueError(f"{path} is not the file that torchvision published: delete it and try again")
    return path


def lacking_options(model: nn.Module) -> str:
    """Options that `model` would need, to be the network that torchvision has: ``"branch5x5_kernel=3"``, or nothing."""
    needed = IMAGENET.get(model.name, ("", {}))[1]
    given = model.architecture.options
    return ", ".join(f"{option}={value!r}" for option, value in needed.items() if given.get(option) != value)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
