"""What the small measurements have in common: seeds, a few whole numbers to choose, one thread, and a record."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from inception_edu.experiments.records import write_record


def measure_and_record(
    name: str,
    about: str | None,
    measure: Callable[..., Any],
    *,
    options: Mapping[str, int],
    constants: Mapping[str, Any],
) -> None:
    """Run a measurement from the command line, and write its record.

    Args:
        name: Of the record.
        about: The program's docstring; its first sentence is what ``--help`` says.
        measure: Called with `seeds` and the options by name; gives the rows, or a dict of several results.
        options: Whole numbers that the command line may change, with what they are otherwise.
        constants: What the record says beside them.
    """
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    for option, usual in {"seeds": 5, **options}.items():
        parser.add_argument(f"--{option}", type=int, default=usual)
    chosen = vars(parser.parse_args())
    seeds = range(chosen.pop("seeds"))
    torch.set_num_threads(1)
    started = time.perf_counter()
    found = measure(seeds=seeds, **chosen)
    figures = {"seconds": round(time.perf_counter() - started), "seeds": list(seeds), **chosen, **constants}
    path = write_record(name, figures | (found if isinstance(found, dict) else {"measured": found}))
    print(f"wrote {path}: {found}")
