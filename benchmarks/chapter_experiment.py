"""Run a chapter's experiment for longer than the book has time for, and record what comes out.

    python benchmarks/chapter_experiment.py 09_grid_reduction --epochs 12 --seeds 5

Networks, data and recipe are the chapter's own: its code cells run up to the one that makes `runs`, with the chapter's
two settings EPOCHS and SEEDS replaced. The record goes to inception_edu/experiments/records/, where the chapter reads
it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

import torch

from inception_edu.training.provenance import provenance

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "inception_edu" / "experiments" / "records"


def experiment(chapter: Path, epochs: int, seeds: int) -> dict[str, list]:
    """The chapter's `runs`: a list of training results, one a seed, for each way that it compares."""
    scope = {"__name__": chapter.stem}
    for cell in json.loads(chapter.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        code = "".join(cell["source"])
        code = re.sub(r"^EPOCHS = \d+", f"EPOCHS = {epochs}", code, flags=re.MULTILINE)
        code = re.sub(r"^SEEDS = range\(\d+\)", f"SEEDS = range({seeds})", code, flags=re.MULTILINE)
        exec(compile(code, chapter.name, "exec"), scope)
        if "runs" in scope:
            return scope["runs"]
    raise ValueError(f"{chapter.name} makes no `runs`")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chapter", help="name of a notebook in chapters/, as 09_grid_reduction")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    started = time.perf_counter()
    runs = experiment(ROOT / "chapters" / f"{args.chapter}.ipynb", args.epochs, args.seeds)
    first = next(iter(runs.values()))[0]
    record = {
        "benchmark": args.chapter,
        "command": " ".join(["python", "benchmarks/chapter_experiment.py", *sys.argv[1:]]),
        **provenance(torch.device(first.device)),
        "seconds": round(time.perf_counter() - started),
        "data": first.data,
        "official": first.official,
        "recipe": first.recipe.to_dict(),
        "epochs": args.epochs,
        "seeds": args.seeds,
        "test_accuracy": {name: [run.test_accuracy for run in group] for name, group in runs.items()},
    }
    path = RESULTS / f"{args.chapter}.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path.relative_to(ROOT)}: {record['test_accuracy']}")


if __name__ == "__main__":
    main()
