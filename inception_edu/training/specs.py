# ruff: noqa: RUF009 — `setting` makes dataclass fields
"""The parts of a recipe: model, data, loss, optimizer, schedule, averaging, evaluation, published figures.

Each is a section that checks itself. `[augment]` stands with what it controls, in `inception_edu.augmentation.spec`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..architectures import architecture, entry, list_models
from ..settings import Section, SettingError, key_path, setting, typed

__all__ = [
    "AveragingSpec",
    "DataSpec",
    "EvaluationSpec",
    "FinetuneSpec",
    "LossSpec",
    "ModelSpec",
    "OptimizerSpec",
    "ProgressiveSpec",
    "PublishedSpec",
    "ScheduleSpec",
]

COMMON_OPTIONS = ("dropout", "in_channels", "weights")
"""What `create_model` takes for every network and no other setting of a recipe decides."""


@functools.lru_cache(maxsize=64)
def _trace(name: str, stem: str, width: float, options: str) -> None:
    """Trace a network, once as long as it stays the same. The options are JSON, which tells 1 from true."""
    architecture(name, stem=stem, width=width, **json.loads(options))


@dataclass(frozen=True)
class ModelSpec(Section):
    """`[model]`: the network. Its options are checked against what the network takes, names, types and values."""

    name: str = setting("googlenet_bn", "network, a name that `create_model` knows", choices=tuple(list_models()))
    stem: str = setting(
        "imagenet",
        "first layers: as published, or without early down-sampling for 32×32 images",
        choices=("imagenet", "cifar"),
    )
    width: float = setting(1.0, "scales every channel count", above=0, at_most=100)
    aux_logits: bool = setting(True, "train with the auxiliary classifiers, where the network has them")
    options: dict[str, Any] = setting({}, "further options of the network, passed on to `create_model`")

    def check_together(self) -> None:
        """Check stem, width and options by tracing the network that they give, which needs no torch."""
        possible = (*COMMON_OPTIONS, *entry(self.name).options)
        for key in self.options:
            if key not in possible:
                raise SettingError(
                    key_path("options", key), f"is no option of {self.name}: it takes {', '.join(possible)}"
                )
        if "weights" in self.options:
            typed(self.options["weights"], str, "options.weights")
        traced = {key: value for key, value in self.options.items() if key != "weights"}
        try:
            _trace(self.name, self.stem, self.width, json.dumps(traced, sort_keys=True))
        except ValueError as error:
            raise SettingError("name", f"= {self.name!r} cannot be built as the recipe says: {error}") from None


def _part(subset: float) -> str | None:
    whole = subset < 1 or subset == int(subset)
    return None if whole else "is neither a whole number of images nor a fraction below 1"


@dataclass(frozen=True)
class DataSpec(Section):
    """`[data]`: the images."""

    name: str = setting(
        "shapes",
        "data set, as `open_dataset` knows it; `image_folder` is a tree with train/ and val/, or one folder a class",
        choices=("shapes", "cifar10", "cifar100", "voc_objects", "image_folder"),
    )
    image_size: int = setting(32, "side of the square training images, pixels", at_least=1, at_most=8192)
    subset: float = setting(
        0,
        "class-balanced part to train on: a number of images, or a fraction below 1; 0 takes all",
        at_least=0,
        at_most=1e9,
        rule=_part,
    )
    test_subset: float = setting(
        0, "class-balanced part to test on, in the same way", at_least=0, at_most=1e9, rule=_part
    )
    seed: int = setting(0, "decides which images a subset takes, and what `shapes` draws", at_least=0)
    mean: tuple[float, float, float] = setting(
        (0.5, 0.5, 0.5), "subtracted from each channel (values 0 to 1)", at_least=0, at_most=1
    )
    std: tuple[float, float, float] = setting(
        (0.25, 0.25, 0.25), "each channel is divided by this", at_least=1e-6, at_most=1e6
    )
    native_size: int = setting(
        0,
        "side to which the middle square of a picture from a file is shrunk before it is enlarged to image_size, as "
        "the small pictures were on which its weights were trained; 0 leaves that out",
        at_least=0,
        at_most=8192,
    )
    workers: int = setting(
        -1,
        "processes that prepare images; -1 decides by the machine. Images that fit are kept on "
        "the device and need none",
        at_least=-1,
        at_most=1024,
    )


@dataclass(frozen=True)
class LossSpec(Section):
    """`[loss]`: what is minimised."""

    smoothing: float = setting(0.0, "label smoothing ε (Szegedy et al. 2016, section 7)", at_least=0, below=1)
    smoothing_form: str = setting(
        "distribution",
        "`distribution` mixes the label with the uniform distribution; `scaled` "
        "is a slip, (1 - ε)·cross-entropy + ε/K, which only lowers the rate",
        choices=("distribution", "scaled"),
    )
    aux_weight: float = setting(0.3, "weight of each auxiliary classifier's loss (0.3 in the 2014 paper)", at_least=0)


@dataclass(frozen=True)
class OptimizerSpec(Section):
    """`[optimizer]`: how the loss is minimised."""

    name: str = setting(
        "sgd",
        "update rule, torch's own but for `muon`, which orthogonalizes the steps of filters and is sgd for all else",
        choices=("sgd", "adam", "adamw", "muon"),
    )
    lr: float = setting(0.1, "learning rate, the highest of the schedule", above=0)
    others_lr: float = setting(3.0, "learning rate of all but filters, relative to lr (muon)", above=0, at_most=1000)
    momentum: float = setting(0.9, "momentum (sgd, muon)", at_least=0, below=1)
    nesterov: bool = setting(False, "Nesterov's form of momentum (sgd, muon)")
    betas: tuple[float, float] = setting(
        (0.9, 0.999), "decay of the two running means (adam, adamw)", at_least=0, below=1
    )
    eps: float = setting(1e-8, "added to the denominator (adam, adamw)", above=0)
    weight_decay: float = setting(0.0, "weight decay", at_least=0)
    decay_norms: bool = setting(True, "decay biases and batch-norm parameters too")
    clip: float = setting(0.0, "largest norm of the gradient; 0 does not clip", at_least=0)

    def check_together(self) -> None:
        """Nesterov's momentum is a form of the plain one, and needs some."""
        if self.nesterov and (self.name not in ("sgd", "muon") or self.momentum == 0):
            raise SettingError("nesterov", f"needs name = sgd or muon, not {self.name}, and a momentum above 0")


@dataclass(frozen=True)
class FinetuneSpec(Section):
    """`[finetune]`: what learns where the network begins from trained weights (`model.options.weights`)."""

    freeze: str = setting(
        "",
        "what is held still: `trunk` is everything but the classifier; the name of a row, such as 4e, is everything up "
        "to it and with it; nothing where this is empty",
    )
    trunk_lr: float = setting(
        1.0, "learning rate of what is not the classifier, relative to optimizer.lr", above=0, at_most=100
    )
    keep_statistics: bool = setting(
        False, "batch norm keeps the running statistics that it came with, and uses them in training too"
    )

    @property
    def counts(self) -> bool:
        """Whether any batch norm takes its statistics from the batch."""
        return not self.keep_statistics and self.freeze != "trunk"


def _rising(times: Sequence[float]) -> str | None:
    return None if list(times) == sorted(times) else "must rise"


@dataclass(frozen=True)
class ScheduleSpec(Section):
    """`[schedule]`: how the learning rate moves."""

    name: str = setting(
        "constant",
        "how the learning rate moves: `step` multiplies by gamma every so many epochs, "
        "`milestones` at given times, both at the end of an epoch; `cosine` and `one_cycle` move at every "
        "step",
        choices=("constant", "step", "milestones", "cosine", "one_cycle"),
    )
    every: int = setting(8, "epochs between cuts (step)", at_least=1)
    gamma: float = setting(0.96, "factor of each cut (step, milestones)", above=0, at_most=1)
    milestones: tuple[float, ...] = setting(
        (0.5, 0.75), "times of the cuts, as fractions of the run", at_least=0, at_most=1, rule=_rising
    )
    warmup: float = setting(
        0.0,
        "part of the run in which the rate rises from near 0 (cosine) or from lr·start (one_cycle)",
        at_least=0,
        below=1,
    )
    start: float = setting(0.2, "first rate, relative to lr (one_cycle)", above=0, at_most=1)
    end: float = setting(0.0, "last rate, relative to lr (cosine, one_cycle)", at_least=0, at_most=1)


@dataclass(frozen=True)
class ProgressiveSpec(Section):
    """`[progressive]`: training pictures that grow during the run, see `inception_edu.training.progressive`."""

    start: int = setting(0, "side of the first epoch's training pictures, in pixels; 0: all at full size", at_least=0)
    until: float = setting(0.75, "part of the run after which they have their full size", above=0, at_most=1)
    step: int = setting(16, "pixels by which the side grows at a time", at_least=1)


@dataclass(frozen=True)
class AveragingSpec(Section):
    """`[averaging]`: averaged weights."""

    name: str = setting(
        "none",
        "keep an average of the weights and test that: `ema` forgets exponentially, `mean` "
        "weighs all equally (Polyak averaging, as the 2014 paper did)",
        choices=("none", "ema", "mean"),
    )
    decay: float = setting(0.99, "how much of the average stays at each update (ema)", at_least=0, below=1)
    start: float = setting(0.0, "part of the run before averaging starts", at_least=0, below=1)
    every: int = setting(1, "steps between updates", at_least=1)


@dataclass(frozen=True)
class EvaluationSpec(Section):
    """`[evaluation]`: how the network is tested."""

    every: int = setting(1, "epochs between tests; 0 tests only at the end", at_least=0)
    batch_size: int = setting(500, "images tested at a time", at_least=1, at_most=10**6)
    flip: bool = setting(False, "average the probabilities of each test image and its mirror image; a stated advantage")
    like_training: bool = setting(
        False,
        "crop and flip test images at random as in training: a slip of the VOC notes, kept to repeat their figures",
    )
    report: str = setting(
        "last",
        "the accuracy that counts: of the last epoch, or the best of all tested epochs, "
        "which looks at the test set to choose",
        choices=("last", "best"),
    )


@dataclass(frozen=True)
class PublishedSpec(Section):
    """`[published]`: figures of others to compare with."""

    source: str = setting("", "who published the figures that this recipe is compared with")
    test_accuracy: float = setting(0.0, "the published test accuracy; 0 where there is none", at_least=0, at_most=1)
    minutes: float = setting(0.0, "the published training time, minutes; 0 where there is none", at_least=0)
