"""A model by its name."""

from __future__ import annotations

import contextlib

import torch
from torch import nn

from ..architectures import architecture
from .init import INITS
from .network import Network
from .reference import REFERENCES, build_reference


def create_model(
    name: str,
    *,
    num_classes: int | None = None,
    in_channels: int | None = None,
    aux_logits: bool | None = None,
    image_size: int | tuple[int, int] | None = None,
    stem: str = "imagenet",
    width: float = 1.0,
    dropout: float | None = None,
    weights=None,
    seed: int | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    **options,
) -> nn.Module:
    """Build a network of the family, or one of those it is compared with.

    name: one of `list_models()`.
    num_classes, in_channels, aux_logits, image_size, stem, width, dropout, options: as in
        `inception_edu.architectures.architecture`; `image_size` matters to auxiliary heads, which end in a fully
        connected layer, and defaults to what is usual for the network.
    weights: None for fresh ones; or a state dict in our layout or torchvision's, a file that holds one, or "imagenet".
    seed: makes fresh weights reproducible, without touching the global random state.
    device, dtype: where and in what precision to build; ``device="meta"`` allocates nothing.

    Raises ValueError, saying what would be right, for names, sizes and counts that cannot be.
    """
    network = architecture(
        name,
        num_classes=num_classes,
        in_channels=in_channels,
        aux_logits=aux_logits,
        image_size=image_size,
        stem=stem,
        width=width,
        dropout=dropout,
        **options,
    )
    with _building(seed, device, dtype):
        model = build_reference(network) if name in REFERENCES else Network(network)
        if device is None or torch.device(device).type != "meta":
            model.apply(INITS[network.init])
    if weights is not None:
        from .weights import load_weights

        load_weights(model, weights)
    return model


@contextlib.contextmanager
def _building(seed: int | None, device, dtype):
    """Modules made in here get the device and dtype; with a seed, the global random state is left as it was."""
    default_dtype = torch.get_default_dtype()
    with contextlib.ExitStack() as stack:
        if seed is not None:
            stack.enter_context(torch.random.fork_rng(devices=[]))
            torch.manual_seed(seed)
        if device is not None:
            stack.enter_context(torch.device(device))
        if dtype is not None:
            torch.set_default_dtype(dtype)
        try:
            yield
        finally:
            torch.set_default_dtype(default_dtype)
