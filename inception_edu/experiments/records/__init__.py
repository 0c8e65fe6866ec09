"""What was measured, as data: one JSON file a benchmark, with command, versions, device and date.

The programs in `benchmarks/` write here, and the files travel with the package, so that a chapter finds them in Colab
too.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def list_recorded() -> list[str]:
    """Names of the recorded measurements."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def recorded(name: str) -> dict:
    """The recorded measurement of that name. Raises ValueError, listing those there are, for one that is not there."""
    path = FOLDER / f"{name}.json"
    if name not in list_recorded():
        raise ValueError(f"no result {name!r} has been recorded; there are {', '.join(list_recorded()) or 'none yet'}")
    return json.loads(path.read_text(encoding="utf-8"))
