"""Times of whole processes: how soon the command line answers, and how long `train quick` takes; for `speed.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import torch

from inception_edu.experiments.timing import Contestant, paired

ROOT = Path(__file__).resolve().parents[1]
BY_ITSELF = {"GOMP_SPINCOUNT": "300000"}  # what GNU's OpenMP does where nobody says how threads wait


def process(*arguments: str | Path, **changes: str) -> Contestant:
    """A call of Python, as a user's shell makes it; byte code is kept, as that of an installed package is."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", *BY_ITSELF)}
    env |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": str(torch.get_num_threads()), **changes}

    def call() -> None:
        command = [sys.executable, *arguments]
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return call


def startup(rounds: int) -> dict[str, Any]:
    """Commands that need no torch, and the figures, against torch's own import."""
    commands = ("--help", "models", "table googlenet", "claims")
    return paired(
        {
            "import torch": process("-c", "import torch"),
            "python": process("-c", "pass"),
            "import inception_edu.plots": process("-c", "import inception_edu.plots"),
            **{command: process("-m", "inception_edu", *command.split()) for command in commands},
        },
        rounds,
    )


def quick(rounds: int) -> dict[str, Any]:
    """`inception-edu train quick`, and the same where threads wait as they do by themselves."""
    ways = {"threads wait by themselves": BY_ITSELF, "train quick": {}}
    with tempfile.TemporaryDirectory() as folder:

        def run(way: str) -> None:
            out = tempfile.mkdtemp(dir=Path(folder, way))
            process("-m", "inception_edu", "train", "quick", "--quiet", "--out", out, **ways[way])()

        for way in ways:
            Path(folder, way).mkdir()
        found = paired({way: partial(run, way) for way in ways}, max(3, rounds // 5), warm_up=1)
        for way, told in found.items():
            results = [json.loads(file.read_text()) for file in Path(folder, way).glob("*/result.json")]
            told["test_accuracies"] = sorted({result["test_accuracy"] for result in results})
    return found
