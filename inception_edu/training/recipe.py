# ruff: noqa: RUF009 — `setting` and `section` make dataclass fields
"""A recipe: everything that decides what a training run does, as data.

The shipped recipes are TOML files in `recipes/`, one a file, each telling in its comments where its settings come
from. In Python a recipe is the frozen dataclass `Recipe`, a tree of the parts in `specs`. Nothing here needs torch.

    recipe = load_recipe("quick").override({"epochs": 2, "optimizer.lr": 0.05})

Durations inside a run (a warm-up, a milestone) are fractions of the run, so that a recipe stays the same recipe when
it is shortened. The one exception is `schedule.every`, which the 2014 recipe states in epochs.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..arguments import quoted
from ..augmentation.spec import AugmentSpec
from ..settings import Section, SettingError, build, describe, flatten, nearest, section, setting, to_dict
from .folders import wrong_in_name
from .specs import (
    AveragingSpec,
    DataSpec,
    EvaluationSpec,
    FinetuneSpec,
    LossSpec,
    ModelSpec,
    OptimizerSpec,
    ProgressiveSpec,
    PublishedSpec,
    ScheduleSpec,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = [
    "AugmentSpec",
    "AveragingSpec",
    "DataSpec",
    "EvaluationSpec",
    "FinetuneSpec",
    "LossSpec",
    "ModelSpec",
    "OptimizerSpec",
    "PublishedSpec",
    "Recipe",
    "ScheduleSpec",
    "list_recipes",
    "load_recipe",
    "parse_overrides",
]

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True)
class Recipe(Section):
    """Everything that decides what a run does. Make one with `load_recipe`; change one with `override`.

    Raises:
        ValueError: a setting is unknown or impossible; the message names it and says what would be right.
    """

    name: str = setting("unnamed", "name of the recipe, and of the folders of its runs", rule=wrong_in_name)
    about: str = setting("", "what the recipe is for, one sentence")
    epochs: int = setting(10, "passes over the training images", at_least=1, at_most=10**6)
    batch_size: int = setting(
        128, "images in one step of the optimizer, over all processes together", at_least=1, at_most=10**6
    )
    accumulate: int = setting(1, "parts in which a batch is computed one after the other, to save memory", at_least=1)
    drop_last: bool = setting(False, "leave out the last, smaller batch of each epoch (another one every time)")
    precision: str = setting(
        "auto",
        "number format of the network's arithmetic; `auto` is bfloat16 where a GPU has it, "
        "else float16 on a GPU, float32 on a CPU, where bfloat16 can pay only if the processor has instructions for it",
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
    finetune: FinetuneSpec = section(FinetuneSpec, "what learns, where it begins from trained weights")
    schedule: ScheduleSpec = section(ScheduleSpec, "how the learning rate moves")
    progressive: ProgressiveSpec = section(ProgressiveSpec, "training pictures that grow")
    averaging: AveragingSpec = section(AveragingSpec, "averaged weights")
    evaluation: EvaluationSpec = section(EvaluationSpec, "how the network is tested")
    published: PublishedSpec = section(PublishedSpec, "figures of others to compare with")
    with_data: dict[str, Any] = setting({}, "settings that change when a data folder is given (`--data`)")

    def check_together(self) -> None:
        """Check what concerns several sections; each has checked itself."""
        if self.batch_size % self.accumulate:
            raise SettingError(
                "batch_size", f"= {self.batch_size} cannot be split into accumulate = {self.accumulate} equal parts"
            )
        if self.augment.crop == "resize" and self.augment.resize < self.data.image_size:
            raise SettingError(
                "augment.resize", f"= {self.augment.resize} is smaller than data.image_size = {self.data.image_size}"
            )
        if self.progressive.start > self.data.image_size:
            raise SettingError(
                "progressive.start",
                f"= {self.progressive.start} is larger than data.image_size = {self.data.image_size}",
            )
        if any(key.partition(".")[0] == "with_data" for key in self.with_data):
            raise SettingError("with_data", "cannot change itself")
        if self.with_data:
            try:
                dataclasses.replace(self, with_data={}).override(self.with_data)
            except ValueError as error:
                raise SettingError("with_data", f"cannot be applied: {error}") from None

    def override(self, changes: Mapping[str, Any]) -> Recipe:
        """A copy with some settings changed.

        Args:
            changes: Values by dotted name, `{"optimizer.lr": 0.01}`; also of a whole section, `{"optimizer": {"lr":
                0.01}}`, in which what is not named stays as it is.

        Raises:
            ValueError: a setting is unknown, or the changed recipe impossible.
        """
        if not isinstance(changes, Mapping):
            raise ValueError(f"changes are a table of settings by name, not {quoted(changes)}")
        tree = to_dict(self)
        for path, value in changes.items():
            _put(self, tree, path, value)
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


def _put(part: Section, tree: dict[str, Any], path: Any, value: Any, where: str = "") -> None:
    """Write `value` into `tree`, the settings of `part` as nested dicts, at the dotted `path`."""
    head, dot, rest = path.partition(".") if isinstance(path, str) else (quoted(path), "", "")
    name, inner = f"{where}{head}", getattr(part, head, None)
    if head not in tree:
        near = nearest(f"{where}{path}", [name for name, *_ in describe(Recipe)], cutoff=0.5)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"unknown setting {quoted(name)}{hint} (`inception-edu train --fields` lists all)")
    if isinstance(inner, Section) and (dot or isinstance(value, Mapping)):
        for key, item in ({rest: value} if dot else value).items():
            _put(inner, tree[head], key, item, f"{name}.")
    elif isinstance(inner, Section):
        raise ValueError(f"{name!r} is a group of settings; set one of them, e.g. {name}.{next(iter(tree[head]))}")
    elif dot and isinstance(inner, dict):
        tree[head] = {**tree[head], rest: value}
    elif dot:
        raise ValueError(f"{quoted(where + path)} is not a setting: {name} has no parts")
    else:
        tree[head] = value


def list_recipes() -> list[str]:
    """The names of the shipped recipes."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def load_recipe(source: str | Path | Recipe) -> Recipe:
    """A recipe by name (`"quick"`), from a TOML file (`"my/own.toml"`), or the object itself.

    Raises:
        ValueError: an unknown name, broken TOML, or an unknown or impossible setting.
        FileNotFoundError: a file that is not there.
    """
    if isinstance(source, Recipe):
        return source
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"a recipe is a name, a TOML file or a Recipe, not {quoted(source)}")
    path = Path(source)
    if path.suffix != ".toml":
        if str(source) not in list_recipes():
            near = nearest(str(source), list_recipes())
            hint = f"; did you mean {near!r}?" if near else ""
            raise ValueError(
                f"no recipe {quoted(str(source))}{hint} (shipped: {', '.join(list_recipes())}; or give a .toml file)"
            )
        path = RECIPES / f"{source}.toml"
    elif not path.is_file():
        raise FileNotFoundError(f"no recipe file {path}")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return build(Recipe, {"name": path.stem, **values})
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a recipe: it is not text") from None
    except RecursionError:
        raise ValueError(f"{path.name}: its lists or tables are nested too deep") from None
    except ValueError as error:  # of the reader or of a setting
        raise ValueError(f"{path.name}: {error}") from None


def parse_overrides(pairs: Iterable[str]) -> dict[str, Any]:
    """`["optimizer.lr=0.01", "model.name=googlenet"]` as a dict; values are read as TOML, or as text.

    Raises:
        ValueError: one is no such pair, or its value is longer or nested deeper than anything sensible.
    """
    changes: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"--set {quoted(pair)} is not key=value, for example --set optimizer.lr=0.01")
        changes[key.strip()] = _value(text.strip(), key.strip())
    return changes


def _value(text: str, key: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    except RecursionError:
        raise ValueError(f"--set {quoted(key)[1:-1]}: lists or tables are nested too deep") from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise ValueError(f"--set {quoted(key)[1:-1]}: the number has too many digits") from None
    return parsed["value"] if parsed.keys() == {"value"} else text  # text of several lines may be other settings
