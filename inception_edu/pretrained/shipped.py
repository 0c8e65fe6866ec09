"""The weights that travel with the package: a file of tensors and a card beside it, `files/MODEL-NAME.json`."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cards import Weights

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).parent / "files"

__all__ = ["FOLDER", "find_card", "load", "read_card", "shipped"]


def shipped(model: str | None = None) -> tuple[Weights, ...]:
    """The cards of all weights that travel with the package, or of those of one network: what computes least first."""
    cards = map(read_card, FOLDER.glob("*.json"))
    wanted = (card for card in cards if model in (None, card.model))
    return tuple(sorted(wanted, key=lambda card: (card.model, card.details["macs"])))


def find_card(model: str, name: Any) -> Weights | None:
    """The card of the network's weights of that name; None if no such weights travel with the package."""
    if not isinstance(name, str):
        return None
    return next((card for card in shipped(model) if card.name == name), None)


@lru_cache(maxsize=32)
def read_card(path: Path) -> Weights:
    """A card from its JSON file."""
    card = json.loads(path.read_text(encoding="utf-8"))
    return Weights(
        model=card["model"],
        name=card["name"],
        options=card["options"],
        classes=tuple(card["classes"]),
        mean=tuple(card["mean"]),
        std=tuple(card["std"]),
        image_size=card["image_size"],
        native_size=card["native_size"],
        source="inception-edu",
        data=card["data"]["about"],
        recipe=card["recipe"],
        accuracy=card["accuracy"]["share"],
        licence=card["licence"],
        sha256=card["sha256"],
        bytes=card["bytes"],
        path=path.with_suffix(".safetensors"),
        details=card,
    )


def load(card: Weights) -> dict[str, Tensor]:
    """The weights of a card as a state dict in float32.

    Raises:
        FileNotFoundError: the file is not there.
        ValueError: it is not the one that the card describes.
    """
    from .packing import from_bytes

    assert card.path is not None
    content = card.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise ValueError(f"{card.path} is not the file that its card describes (another SHA-256): install again")
    return from_bytes(content)
