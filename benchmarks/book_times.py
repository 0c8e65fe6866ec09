"""Measure what the book costs to build: from nothing, again with nothing changed, and chapter by chapter.

`make bench` runs this. It deletes the built book and every executed chapter, builds twice, and writes the times to
benchmarks/book_times.json, with the machine and the versions that they hold for, and into the README. No chapter reads
this record, so it stays out of the package: what was just built need not be built again because of it.
"""

import os
import shutil
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
import readme
from jupyter_cache import get_cache

from inception_edu.experiments.records import write_record

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_tools"))

import build  # noqa: E402


def timed_build() -> float:
    """Seconds that one build takes, in a process of its own."""
    start = time.perf_counter()
    subprocess.run([sys.executable, build.__file__], check=True)
    return round(time.perf_counter() - start, 1)


def chapter_seconds() -> dict[str, float]:
    """What the build's cache says of each chapter as it stands in the tree."""
    cache = get_cache(build.BUILD / ".jupyter_cache")
    seconds = {}
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        found: Any = cache.match_cache_notebook(nbformat.read(path, as_version=4)).data  # a column, to type checkers
        seconds[path.stem] = round(found["execution_seconds"], 1)
    return seconds


def main() -> None:
    shutil.rmtree(build.BUILD, ignore_errors=True)
    figures = {
        "what": "seconds to build the book",
        "cores": len(os.sched_getaffinity(0)),
        "jupyter_book": metadata.version("jupyter-book"),
        "from_nothing": timed_build(),
        "again": timed_build(),
        "chapters": chapter_seconds(),
    }
    path = write_record("book_times", figures, command=["make", "bench"], folder=ROOT / "benchmarks")
    readme.main()
    print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
