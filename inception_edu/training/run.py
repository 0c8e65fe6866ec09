"""`train`: from a recipe's name to a trained network.

Where a value of a recipe goes, room by room:

1. `recipe.py` reads it; `prepare.py` opens the data and makes the network that it asks for.
2. `data.py` cuts the data into batches.
3. `loop.py` makes optimizer, schedule and averaging, and trains: `run`, `train_epoch`, `train_step`, and there is
   `backward()`.
4. `result.py` says how it went; `run_folder.py`, what stays on the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import torch
from torch import nn

from ..arguments import Kind, checked, instance, optional, real
from .batch_parts import check_batch_norm
from .data import test_batches, training_batches
from .distributed import join_process_group
from .history import check_tensorboard
from .loop import Loop
from .prepare import check_model, make_model, open_data, settle_recipe
from .random_state import keep_random_state
from .recipe import Recipe
from .result import TrainingResult, result_of
from .run_folder import RunFolder
from .stop import StopSignals

__all__ = ["train"]


def _path(value: Any) -> Any:
    if not isinstance(value, (str, Path)):
        raise TypeError
    if not str(value).strip() or "\0" in str(value):
        raise ValueError
    return value


def _pair(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, (tuple, list)):
        raise TypeError
    train_set, test_set = value
    return train_set, test_set


def _function(value: Any) -> Callable:
    if not callable(value):
        raise TypeError
    return value


_RECIPE = Kind("a recipe's name, a TOML file or a Recipe", lambda it: it if isinstance(it, Recipe) else _path(it))
_DEVICE = Kind(
    "the name of a device, such as cpu or cuda", lambda it: it if isinstance(it, torch.device) else str.strip(it)
)
RecipeSource = Annotated[str | Path | Recipe, _RECIPE]
Folder = Annotated[str | Path | None, optional(Kind("the path of a folder", _path))]
Device = Annotated[str | torch.device | None, optional(_DEVICE)]
Model = Annotated[nn.Module | None, optional(instance(nn.Module, "a network, an nn.Module"))]
Datasets = Annotated[tuple[Any, Any] | None, optional(Kind("a pair of data sets: to train on, to test on", _pair))]
Callback = Annotated[
    Callable[[str, Loop], None] | None, optional(Kind("a function that is called as callback(event, loop)", _function))
]
Seconds = Annotated[float, real("a number of seconds, at least 0", lambda seconds: seconds >= 0)]


@checked
def train(
    recipe: RecipeSource = "quick",
    *,
    data: Folder = None,
    verify: bool = True,
    download: bool = False,
    out: Folder = None,
    resume: bool = False,
    device: Device = None,
    model: Model = None,
    datasets: Datasets = None,
    progress: bool | None = None,
    tensorboard: bool = False,
    callback: Callback = None,
    checkpoint_seconds: Seconds = 30.0,
    **overrides: Any,
) -> TrainingResult:
    """Train a network as a recipe says.

    >>> result = train("quick", epochs=1, **{"optimizer.lr": 0.05})        # doctest: +SKIP
    >>> result.test_accuracy, result.history[-1]["train_loss"]             # doctest: +SKIP

    Ctrl-C and SIGTERM end a run in order: after the step that is being computed a checkpoint is written to `out`, and
    the call ends with a KeyboardInterrupt that says so. A second one ends it at once.

    Args:
        recipe: a shipped recipe's name, a TOML file, or a `Recipe`.
        data: the folder of the data, as `open_dataset` wants it. `shapes` needs none; a recipe may say in `with_data`
            what changes when there is one (`quick` turns to CIFAR-10, or to whatever the folder holds).
        verify: as in `open_dataset`.
        download: as in `open_dataset`.
        out: folder for checkpoints, history and result; without one nothing is written.
        resume: continue the run in `out` from its last checkpoint, or start it if there is none yet.
        device: `"cpu"`, `"cuda"`, …; by default a GPU where there is one.
        model: train this network rather than the recipe's.
        datasets: train on the first and test on the second of these rather than the recipe's: any map-style torch
            data sets of (picture, class). Pictures are PIL images, uint8 or floating-point tensors C×H×W.
        progress: show a bar; by default in terminals and notebooks.
        tensorboard: write curves for TensorBoard into `out` too.
        callback: called as `callback(event, loop)`; see `inception_edu.training.loop`.
        checkpoint_seconds: least time between checkpoints.
        **overrides: settings by dotted name, e.g. `epochs=1`, `**{"optimizer.lr": 0.01}`.

    Returns:
        The network and its figures.

    Raises:
        ValueError: an argument, a setting, the data, the checkpoint or the course of the run is not what it should be;
            the message says what would be right.
        FileNotFoundError: a file or folder that was named is not there.
        OSError: the disk is full or cannot be written.
    """
    if resume and out is None:
        raise ValueError("resume needs the folder of the run: give out=")
    if tensorboard:
        if out is None:
            raise ValueError("tensorboard needs a folder for its files: give out=")
        check_tensorboard()
    settled = settle_recipe(recipe, data, overrides)
    folder = RunFolder(out) if out is not None else None
    with ExitStack() as stack:
        signals = stack.enter_context(StopSignals(folder.kept if folder else lambda: "nothing was saved without out="))
        group = stack.enter_context(join_process_group(device))
        if folder:
            group.on_main(lambda: stack.enter_context(folder.claimed(resume)))

        train_set, test_set = open_data(settled, datasets, data, verify, download, group)
        train_batches = training_batches(train_set, settled, group)
        with keep_random_state(group.device):
            network = check_model(model) if model is not None else make_model(settled, len(train_set.classes))
        if settled.finetune.counts:
            check_batch_norm(network, train_batches, settled, group)

        loop = Loop(
            settled,
            network,
            train_batches,
            test_batches(test_set, settled, group),
            group,
            folder=folder.path if folder else None,
            checkpoint_seconds=checkpoint_seconds,
            progress=progress,
            tensorboard=tensorboard,
            callback=callback,
            signals=signals,
        )
        if folder and resume and group.agree(folder.checkpoint.exists()):
            loop.restore()
        loop.run()
        result = result_of(loop, train_set, test_set, own_model=model is not None)
        if folder:
            group.on_main(lambda: result.write(folder))
        return result
