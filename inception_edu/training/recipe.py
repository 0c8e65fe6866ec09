# ruff: noqa: RUF009 — `setting` and `section` make dataclass fields
"""A recipe: everything that decides what a training run does, as data.

The shipped recipes are TOML files in `recipes/`, one a file, each telling in its comments where its settings come
from. In Python a recipe is the frozen dataclass `Recipe`, a tree of the parts below. Nothing here needs torch.

    recipe = load_recipe("quick").override({"epochs": 2, "optimizer.lr": 0.05})

Durations inside a run (a warm-up, a milestone) are fractions of the run, so that a recipe stays the same recipe when
it is shortened. The one exception is `schedule.every`, which the 2014 recipe states in epochs.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..augmentation.spec import AugmentSpec
from ..settings import build, check, describe, flatten, section, setting, to_dict

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Recipe", "list_recipes", "load_recipe", "parse_overrides"]

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True)
class ModelSpec:
    name: str = setting("googlenet_bn", "network, a name that `create_model` knows")
    stem: str = setting(
        "imagenet",
        "first layers: as published, or without early down-sampling for 32×32 images",
        choices=("imagenet", "cifar"),
    )
    width: float = setting(1.0, "scales every channel count", above=0)
    aux_logits: bool = setting(True, "train with the auxiliary classifiers, where the network has them")
    options: dict[str, Any] = setting({}, "further options of the network, passed on to `create_model`")


@dataclass(frozen=True)
class DataSpec:
    name: str = setting(
        "shapes",
        "data set: one that `open_dataset` knows, or `image_folder` (an ImageNet-style tree with train/ and val/)",
        choices=("shapes", "cifar10", "voc_objects", "image_folder"),
    )
    image_size: int = setting(32, "side of the square training images, pixels", at_least=1)
    subset: float = setting(
        0, "class-balanced part to train on: a number of images, or a fraction below 1; 0 takes all", at_least=0
    )
    test_subset: float = setting(0, "class-balanced part to test on, in the same way", at_least=0)
    seed: int = setting(0, "decides which images a subset takes, and what `shapes` draws", at_least=0)
    mean: tuple[float, ...] = setting((0.5, 0.5, 0.5), "subtracted from each channel (values 0 to 1)", size=3)
    std: tuple[float, ...] = setting((0.25, 0.25, 0.25), "each channel is divided by this", size=3, above=0)
    workers: int = setting(
        -1,
        "processes that prepare images; -1 decides by the machine. Images that fit are kept on "
        "the device and need none",
        at_least=-1,
    )


@dataclass(frozen=True)
class LossSpec:
    smoothing: float = setting(0.0, "label smoothing ε (Szegedy et al. 2016, section 7)", at_least=0, below=1)
    smoothing_form: str = setting(
        "distribution",
        "`distribution` mixes the label with the uniform distribution; `scaled` "
        "is the slip of the VOC notes, (1 - ε)·cross-entropy + ε/K, which only lowers the rate",
        choices=("distribution", "scaled"),
    )
    aux_weight: float = setting(0.3, "weight of each auxiliary classifier's loss (0.3 in the 2014 paper)", at_least=0)


@dataclass(frozen=True)
class OptimizerSpec:
    name: str = setting("sgd", "update rule, torch's own", choices=("sgd", "adam", "adamw", "rmsprop"))
    lr: float = setting(0.1, "learning rate, the highest of the schedule", above=0)
    momentum: float = setting(0.9, "momentum (sgd, rmsprop)", at_least=0, below=1)
    nesterov: bool = setting(False, "Nesterov's form of momentum (sgd)")
    betas: tuple[float, ...] = setting(
        (0.9, 0.999), "decay of the two running means (adam, adamw)", size=2, at_least=0, below=1
    )
    eps: float = setting(1e-8, "added to the denominator (adam, adamw, rmsprop)", above=0)
    weight_decay: float = setting(0.0, "weight decay", at_least=0)
    decay_norms: bool = setting(True, "decay biases and batch-norm parameters too")
    norm_bias_lr: float = setting(1.0, "learning rate of batch-norm biases, relative to the others", above=0)
    clip: float = setting(0.0, "largest norm of the gradient; 0 does not clip", at_least=0)


@dataclass(frozen=True)
class ScheduleSpec:
    name: str = setting(
        "constant",
        "how the learning rate moves: `step` multiplies by gamma every so many epochs, "
        "`milestones` at given times, both at the end of an epoch; `cosine` and `one_cycle` move at every "
        "step",
        choices=("constant", "step", "milestones", "cosine", "one_cycle"),
    )
    every: int = setting(8, "epochs between cuts (step)", at_least=1)
    gamma: float = setting(0.96, "factor of each cut (step, milestones)", above=0)
    milestones: tuple[float, ...] = setting(
        (0.5, 0.75), "times of the cuts, as fractions of the run", at_least=0, at_most=1
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
class AveragingSpec:
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
class EvaluationSpec:
    every: int = setting(1, "epochs between tests; 0 tests only at the end", at_least=0)
    batch_size: int = setting(500, "images tested at a time", at_least=1)
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
class PublishedSpec:
    source: str = setting("", "who published the figures that this recipe is compared with")
    test_accuracy: float = setting(0.0, "the published test accuracy; 0 where there is none", at_least=0, at_most=1)
    minutes: float = setting(0.0, "the published training time, minutes; 0 where there is none", at_least=0)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a run does. Build one with `load_recipe`; change one with `override`.

    Raises ValueError, naming the setting and what would be right, for an unknown or impossible one.
    """

    name: str = setting("unnamed", "name of the recipe")
    about: str = setting("", "what the recipe is for, one sentence")
    epochs: int = setting(10, "passes over the training images", at_least=1)
    batch_size: int = setting(128, "images in one step of the optimizer, over all processes together", at_least=1)
    accumulate: int = setting(1, "parts in which a batch is computed one after the other, to save memory", at_least=1)
    drop_last: bool = setting(False, "leave out the last, smaller batch of each epoch (another one every time)")
    precision: str = setting(
        "auto",
        "number format of the network's arithmetic; `auto` is bfloat16 where a GPU has it, "
        "else float16 on a GPU, float32 on a CPU",
        choices=("auto", "float32", "bfloat16", "float16"),
    )
    channels_last: bool = setting(True, "store images channel by channel last, which most hardware prefers")
    compile: bool = setting(False, "compile the network with torch.compile")
    sync_batch_norm: bool = setting(
        False, "share batch-norm statistics between GPUs; otherwise each process has its own"
    )
    seed: int = setting(0, "decides the first weights, the order of the images, augmentation and dropout", at_least=0)
    model: ModelSpec = section(ModelSpec, "the network")
    data: DataSpec = section(DataSpec, "the images")
    augment: AugmentSpec = section(AugmentSpec, "how training images are varied")
    loss: LossSpec = section(LossSpec, "what is minimised")
    optimizer: OptimizerSpec = section(OptimizerSpec, "how it is minimised")
    schedule: ScheduleSpec = section(ScheduleSpec, "how the learning rate moves")
    averaging: AveragingSpec = section(AveragingSpec, "averaged weights")
    evaluation: EvaluationSpec = section(EvaluationSpec, "how the network is tested")
    published: PublishedSpec = section(PublishedSpec, "figures of others to compare with")
    with_data: dict[str, Any] = setting({}, "settings that change when a data folder is given (`--data`)")

    def __post_init__(self) -> None:
        check(self)
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"batch_size = {self.batch_size} cannot be split into accumulate = {self.accumulate} equal parts"
            )
        if self.optimizer.nesterov and (self.optimizer.name != "sgd" or self.optimizer.momentum == 0):
            raise ValueError("optimizer.nesterov needs optimizer.name = sgd and a momentum above 0")
        if self.augment.scale[0] > self.augment.scale[1] or self.augment.ratio[0] > self.augment.ratio[1]:
            raise ValueError("augment.scale and augment.ratio are [smallest, largest]")
        if self.augment.crop == "resize" and self.augment.resize < self.data.image_size:
            raise ValueError(
                f"augment.resize = {self.augment.resize} is smaller than data.image_size = {self.data.image_size}"
            )
        for name in ("subset", "test_subset"):
            part = getattr(self.data, name)
            if part >= 1 and part != int(part):
                raise ValueError(f"data.{name} = {part} is neither a whole number of images nor a fraction below 1")
        if list(self.schedule.milestones) != sorted(self.schedule.milestones):
            raise ValueError(f"schedule.milestones = {list(self.schedule.milestones)} must rise")

    def override(self, changes: Mapping[str, Any]) -> Recipe:
        """A copy with some settings changed, by dotted name: `{"optimizer.lr": 0.01}`."""
        tree = to_dict(self)
        for path, value in changes.items():
            *parents, last = path.split(".")
            table = tree
            for depth, parent in enumerate(parents):
                if parent not in table:
                    raise ValueError(_unknown(".".join(parents[: depth + 1]), path))
                table = table[parent]
                if not isinstance(table, dict):
                    raise ValueError(f"{path!r} is not a setting: {'.'.join(parents[: depth + 1])} has no parts")
            if last not in table and not path.startswith("model.options."):
                raise ValueError(_unknown(path, path))
            if isinstance(table.get(last), dict) and not isinstance(value, Mapping):
                raise ValueError(
                    f"{path!r} is a group of settings; set one of them, e.g. {path}.{next(iter(table[last]), '…')}"
                )
            table[last] = value
        return build(Recipe, tree)

    def to_dict(self) -> dict[str, Any]:
        """Plain nested dicts and lists, ready for JSON."""
        return to_dict(self)

    def flat(self) -> dict[str, Any]:
        """Every setting by its dotted name."""
        return flatten(self)

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Recipe:
        """The inverse of `to_dict`."""
        return build(Recipe, values)

    @staticmethod
    def fields() -> list[tuple[str, str, Any, str]]:
        """`(dotted name, type or choices, default, meaning)` of every setting."""
        return list(describe(Recipe))


def list_recipes() -> list[str]:
    """The names of the shipped recipes."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def load_recipe(source: str | Path | Recipe) -> Recipe:
    """A recipe by name (`"quick"`), from a TOML file (`"my/own.toml"`), or the object itself.

    Raises ValueError for an unknown name, broken TOML, or an unknown or impossible setting;
    FileNotFoundError for a file that is not there.
    """
    if isinstance(source, Recipe):
        return source
    path = Path(source)
    if path.suffix != ".toml":
        if str(source) not in list_recipes():
            near = difflib.get_close_matches(str(source), list_recipes(), n=1)
            raise ValueError(
                f"no recipe {str(source)!r}"
                + (f"; did you mean {near[0]!r}?" if near else "")
                + f" (shipped: {', '.join(list_recipes())}; or give a .toml file)"
            )
        path = RECIPES / f"{source}.toml"
    elif not path.is_file():
        raise FileNotFoundError(f"no recipe file {path}")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return build(Recipe, {"name": path.stem, **values})
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a recipe: it is not text") from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from None


def parse_overrides(pairs: list[str]) -> dict[str, Any]:
    """`["optimizer.lr=0.01", "model.name=googlenet"]` as a dict; values are read as TOML, or as text."""
    changes: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"--set {pair!r} is not key=value, for example --set optimizer.lr=0.01")
        try:
            changes[key.strip()] = tomllib.loads(f"value = {text.strip()}")["value"]
        except tomllib.TOMLDecodeError:
            changes[key.strip()] = text.strip()
    return changes


def _unknown(part: str, path: str) -> str:
    known = [name for name, *_ in describe(Recipe)]
    near = difflib.get_close_matches(path, known, n=1, cutoff=0.5)
    return (
        f"unknown setting {part!r}"
        + (f"; did you mean {near[0]!r}?" if near else "")
        + " (`inception-edu train --fields` lists all)"
    )
