"""Pictures in, labels and probabilities out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

import torch
from torch import Tensor

from ..arguments import whole
from ..augmentation.batches import Normalize
from ..augmentation.pictures import EnlargedSquare
from ..augmentation.pipelines import picture_transform
from ..datasets.images import UnreadableImage, read_image
from .trained import Trained, load_trained

Picture = str | os.PathLike[str] | Tensor


class Label(TypedDict):
    """One answer: the number of the class, its name, and its probability."""

    class_index: int
    label: str
    probability: float


class Prediction(TypedDict):
    """The most probable labels of one picture, the best first; `picture` is its file, or its number."""

    picture: str
    predictions: list[Label]


class Predictor:
    """Predicts pictures with a trained network, which sees them as it saw those of its own test.

    Attributes:
        trained: the network and what belongs to it.
    """

    def __init__(self, trained: Trained):
        channels = trained.model.architecture.in_channels
        if channels != 3:
            raise ValueError(f"{trained.source} takes {channels} channels, and pictures have 3")
        size = trained.image_size
        trained.model.check(torch.empty(1, 3, size, size, device="meta"))
        self.trained = trained
        self.device = next(trained.model.parameters()).device
        mean, std = trained.normalization
        native = trained.native_size
        usual = picture_transform(trained.augment, size, train=False, mean=mean)
        self._view = usual if native is None else EnlargedSquare(size, native)
        self._normalize = Normalize(mean, std, self.device)

    def predict(
        self,
        pictures: Picture | Iterable[Picture],
        top: int = 5,
        *,
        batch_size: int = 32,
        on_unreadable: Callable[[UnreadableImage], None] | None = None,
    ) -> list[Prediction]:
        """Predict pictures, in their order.

        Args:
            pictures: files, or uint8 tensors 3×h×w of any size; one or many.
            top: how many labels a picture gets.
            batch_size: pictures computed at a time.
            on_unreadable: called for a file that is no picture, which is then left out; without it the error is raised.

        Raises:
            UnreadableImage: a file is missing, no picture or damaged. It is a ValueError.
        """
        top = min(whole(1).check("top", top), len(self.trained.classes))
        batch_size = whole(1).check("batch_size", batch_size)
        given = [pictures] if isinstance(pictures, (str, os.PathLike, Tensor)) else pictures
        found: list[Prediction] = []
        names: list[str] = []
        views: list[Tensor] = []
        for name, picture in self._readable(given, on_unreadable):
            names.append(name)
            views.append(self._view(picture))
            if len(views) == batch_size:
                found += self._answers(names, torch.stack(views), top)
                names, views = [], []
        return found + self._answers(names, torch.stack(views), top) if views else found

    @torch.no_grad()
    def probabilities(self, views: Tensor) -> Tensor:
        """The probability of each class (N×K) for pictures N×3×S×S, uint8, cut out already."""
        images = self._normalize(views.to(self.device))
        model = self.trained.model
        probabilities = model(images).float().softmax(dim=1)
        if self.trained.flip:
            probabilities = (probabilities + model(images.flip(-1)).float().softmax(dim=1)) / 2
        return probabilities

    def _answers(self, names: Sequence[str], views: Tensor, top: int) -> list[Prediction]:
        values, indices = self.probabilities(views).topk(top, dim=1)
        return [
            {
                "picture": name,
                "predictions": [
                    {"class_index": index, "label": self.trained.classes[index], "probability": value}
                    for index, value in zip(row, shares)
                ],
            }
            for name, row, shares in zip(names, indices.tolist(), values.tolist())
        ]

    def _readable(
        self, pictures: Iterable[Picture], on_unreadable: Callable[[UnreadableImage], None] | None
    ) -> Iterator[tuple[str, Tensor]]:
        for number, picture in enumerate(pictures):
            if isinstance(picture, Tensor):
                if picture.dtype != torch.uint8 or picture.dim() != 3 or picture.shape[0] != 3:
                    raise ValueError(
                        f"a picture is a file or a uint8 tensor 3×h×w, not {picture.dtype} of "
                        f"{'×'.join(map(str, picture.shape))}"
                    )
                yield str(number), picture
                continue
            try:
                pixels = read_image(Path(picture))
            except UnreadableImage as error:
                if on_unreadable is None:
                    raise
                on_unreadable(error)
            else:
                yield os.fspath(picture), torch.from_numpy(pixels.transpose(2, 0, 1).copy())


def load_predictor(source: str | os.PathLike[str], **settings: Any) -> Predictor:
    """A predictor of a run's folder, a file of weights, or weights by name; `load_trained` describes the arguments.

    >>> from inception_edu.inference import load_predictor
    >>> predictor = load_predictor("runs/quick-20260101-120000")        # doctest: +SKIP
    >>> predictor.predict("cat.jpg", top=1)                             # doctest: +SKIP
    [{'picture': 'cat.jpg', 'predictions': [{'class_index': 3, 'label': 'cat', 'probability': 0.93}]}]
    >>> load_predictor("cifar10").trained.classes[3]
    'cat'

    Raises:
        ValueError, OSError: as in `load_trained`; or the network takes no pictures of that size and 3 channels.
    """
    return Predictor(load_trained(source, **settings))
