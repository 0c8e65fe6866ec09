"""What was measured, as data: one JSON file a measurement, with command, versions, device and date.

`write_record` is the one way to make such a file. The files travel with the package, so that a chapter finds them in
Colab too.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from ...arguments import quoted
from ...files import write_atomically

if TYPE_CHECKING:
    import torch

__all__ = ["FOLDER", "list_recorded", "recorded", "write_record"]

FOLDER = Path(__file__).parent


def list_recorded() -> list[str]:
    """Names of the recorded measurements."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def recorded(name: str) -> dict[str, Any]:
    """The recorded measurement of that name.

    Raises:
        ValueError: There is none; those that there are are listed.
    """
    if name not in list_recorded():
        there = ", ".join(list_recorded()) or "none yet"
        raise ValueError(f"no result {quoted(name)} has been recorded; there are {there}")
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def write_record(
    name: str,
    figures: Mapping[str, Any],
    *,
    device: str | torch.device = "cpu",
    command: Sequence[str] | None = None,
    folder: str | Path | None = None,
) -> Path:
    """Write `NAME.json`: the figures, and what is needed to judge or to repeat them.

    Args:
        name: Of the measurement.
        figures: What was measured, ready for JSON.
        device: Where it was computed.
        command: The words that started the program; None takes this process's own. Names of folders, which are this
            machine's, are left out.
        folder: Where the file goes; None is the folder that travels with the package.

    Returns:
        The file's path.
    """
    import torch

    from ...training.provenance import provenance

    words = ["python", *sys.argv] if command is None else command
    record = {
        "benchmark": name,
        "command": " ".join(_without_folders(words)),
        **provenance(torch.device(device)),
        "machine": platform.machine(),
        **figures,
    }
    path = Path(folder or FOLDER) / f"{name}.json"
    write_atomically(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def _without_folders(words: Sequence[str]) -> Iterator[str]:
    """The words as typed, but a program by its name and folder alone, and for other folders DIR."""
    previous = ""
    for word in words:
        option, equals, value = word.rpartition("=")
        if word.endswith(".py"):
            yield "/".join(Path(word).parts[-2:])
        elif previous in FOLDER_OPTIONS or option in FOLDER_OPTIONS or _is_absolute(value):
            yield f"{option}{equals}DIR"
        else:
            yield word
        previous = word


FOLDER_OPTIONS = ("--data", "--out")


def _is_absolute(value: str) -> bool:
    return PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute() or value.startswith("~")
