"""Measure what the book costs to build: from nothing, again with nothing changed, and chapter by chapter.

`make bench` runs this. It deletes the built book and every executed chapter, builds twice, and writes the times to
benchmarks/book_times.json, with the machine and the versions that they hold for, and into the README.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from datetime import date
from importlib import metadata
from pathlib import Path

import nbformat
import readme
from jupyter_cache import get_cache

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "book_times.json"
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
        record = cache.match_cache_notebook(nbformat.read(path, as_version=4))
        seconds[path.stem] = round(record.data["execution_seconds"], 1)
    return seconds


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def commit() -> str:
    git = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return git.stdout.strip() or "unknown"


def main() -> None:
    shutil.rmtree(build.BUILD, ignore_errors=True)
    result = {
        "what": "seconds to build the book",
        "command": "make bench",
        "date": date.today().isoformat(),
        "commit": commit(),
        "machine": {"processor": processor(), "cores": len(os.sched_getaffinity(0)), "system": platform.platform()},
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("torch", "torchvision", "jupyter-book")},
        },
        "from_nothing": timed_build(),
        "again": timed_build(),
        "chapters": chapter_seconds(),
    }
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    readme.main()
    # This one result is read by no chapter: what was just built need not be built again because of it.
    (build.BUILD / ".execution_key").write_text(build.digest(build.EXECUTION_INPUTS))
    print(f"wrote {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
