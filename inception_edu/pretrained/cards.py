"""What is known of trained weights: of which network, trained on what and how, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

    from .pictures import Picture

FREE = ("num_classes", "in_channels", "aux_logits", "image_size", "dropout")
"""Options in which a network may differ from its weights: what they do not have starts new."""


class Normalization(NamedTuple):
    """What is subtracted from each channel of an image in 0…1, and what it is then divided by."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class Weights:
    """The card of trained weights.

    Attributes:
        model: the network, as `list_models()` names it.
        name: what `create_model(model, weights=name)` takes.
        options: what `create_model` needs besides, for the network to be the one that was trained.
        classes: names of the outputs.
        mean, std: of each channel, for values 0 to 1.
        image_size: side of the pictures that the network takes, in pixels.
        native_size: side of its data set's pictures, which were enlarged to `image_size`; None where they were not.
        resize: what a photograph's shorter side is brought to before its middle is cut out; None with a `native_size`.
        source: who trained it.
        data: what it was trained and tested on.
        recipe: how: a recipe of this package, or a page that tells.
        accuracy: share of the test pictures that it labels rightly, 0 to 1.
        licence: what may be done with it.
        sha256: of the file; of torchvision's only the first digits are known.
        bytes: of the file.
        path: the file, where it travels with the package.
        url: where it is downloaded from, where it does not.
        details: everything else that was measured: by class, confusion, calibration, curve, provenance.
    """

    model: str
    name: str
    options: Mapping[str, Any] = field(hash=False)
    classes: tuple[str, ...] = field(repr=False)
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    image_size: int
    source: str
    data: str
    recipe: str
    accuracy: float
    licence: str
    sha256: str
    bytes: int
    native_size: int | None = None
    resize: int | None = None
    path: Path | None = None
    url: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False, compare=False)

    @property
    def normalization(self) -> Normalization:
        """Mean and spread together."""
        return Normalization(self.mean, self.std)

    def filled(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The options of `create_model`: what was asked for, and where nothing was (None), what the weights have.

        Raises:
            ValueError: something was asked for that the weights cannot fit.
        """
        for option, value in asked.items():
            mine = self.options.get(option)
            if option not in FREE and None not in (value, mine) and value != mine:
                raise ValueError(
                    f"{self.model} with weights={self.name!r} has {option}={mine!r}, not {value!r}: leave {option} out"
                )
        return dict(self.options) | {option: value for option, value in asked.items() if value is not None}

    def view(self, picture: Picture) -> Tensor:
        """A picture as the network saw those of its training, uint8 3×S×S.

        Args:
            picture: a file, a PIL image, or uint8 values H×W×3 (numpy) or 3×H×W (torch), of any size.

        Raises:
            ValueError: it is none of these, or a file that cannot be read as a picture.
        """
        from .pictures import view

        return view(picture, self.image_size, self.native_size, self.resize)

    def prepare(self, *pictures: Picture) -> Tensor:
        """Pictures ready for the network, float N×3×S×S: their views, normalized."""
        import torch

        from ..augmentation.batches import Normalize

        views = torch.stack([self.view(picture) for picture in pictures])
        return Normalize(self.mean, self.std, views.device)(views)
