"""The `result.json` that every run leaves, read back: what must be in it, and of which type.

Needs no torch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypedDict

from ..settings import Limits, typed

__all__ = ["Result", "check_result", "load_runs"]

Share = Annotated[float, Limits(at_least=0, at_most=1)]
Loss = Annotated[float, Limits(at_least=-1e100, at_most=1e100)]
Seconds = Annotated[float, Limits(at_least=0, at_most=1e12)]
Count = Annotated[int, Limits(at_least=0)]


class _Tested(TypedDict):
    epoch: Count
    train_loss: Loss | None
    test_accuracy: Share | None


class Row(_Tested, total=False):
    """An epoch of a run; a figure is None where it was not measured or not finite."""

    train_accuracy: Share | None
    test_loss: Loss | None
    learning_rate: Loss | None
    seconds: Seconds | None


class _Required(TypedDict):
    recipe: str
    model: str
    data: str
    official: bool
    epochs: Count
    seed: Count
    device: str
    seconds: Seconds
    test_accuracy: Share
    history: tuple[Row, ...]
    settings: dict[str, Any]


class Result(_Required, total=False):
    """What is compared of a run; `inception_edu.training.TrainingResult.to_dict` writes this and more."""

    device_name: str | None
    notes: tuple[str, ...]


def check_result(run: Any, where: str = "") -> dict[str, Any]:
    """The result of a run, as plain values of the right types.

    Args:
        run: What was read.
        where: What to call it; a field's name follows.

    Raises:
        ValueError: a field lacks or is of another type than `Result` says; the message names it.
    """
    return typed(run, Result, where)


def load_runs(paths: Iterable[str | Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """The results of finished runs, and the folders of unfinished ones.

    Args:
        paths: Folders of runs, or result files.

    Raises:
        FileNotFoundError: a path is not there.
        ValueError: a path holds no run, or a file is no result; the message names the file and the field.
    """
    finished, unfinished = [], []
    for path in map(Path, paths):
        file = path / "result.json" if path.is_dir() else path
        if file.is_file():
            finished.append(_read(file))
        elif (path / "checkpoint.pt").is_file():
            unfinished.append(str(path))
        elif not path.exists():
            raise FileNotFoundError(f"no run {path}")
        else:
            raise ValueError(f"{path} holds no run: a run's folder has result.json, or checkpoint.pt while it lasts")
    return finished, unfinished


def _read(file: Path) -> dict[str, Any]:
    try:
        return check_result(json.loads(file.read_text(encoding="utf-8")))
    except RecursionError:
        raise ValueError(f"{file} is not the result of a run: it is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"{file} is not the result of a run: {error}") from None
