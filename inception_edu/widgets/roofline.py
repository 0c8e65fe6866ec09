"""How long a network must take at least: its steps under the roof of a machine, by what they compute and move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ..architectures import entry
from ..arguments import quoted
from ..roofline import KINDS, MACHINES, PRECISIONS, Machine, Step, roofline, steps
from .base import Widget
from .params import channels, choice, integer

MODELS = ("alexnet", "vgg16", "googlenet", "inception_v3", "xception")
OWN = "own"
MOST_STEPS = 1000


@cache
def _steps(model: str) -> list[Step]:
    return steps(model)


def _encode(model: str) -> dict[str, Any]:
    """Title and steps of a network: row of the table and steps in it, each its name, kind and four counts."""
    rows: list[tuple[str, list]] = []
    for step in _steps(model):
        row, _, name = step.name.rpartition(" / ")
        if not rows or not row or rows[-1][0] != row:
            rows.append((row, []))
        rows[-1][1].append([name, KINDS.index(step.kind), *step[2:]])
    return {"title": entry(model).title, "rows": rows}


def _bytes(size: int, name: str) -> str:
    return f"{size} byte{'s' if size > 1 else ''}: {name}"


def _texts(peaks: Mapping[int, float]) -> dict[str, float]:
    """The same by keys that JSON has."""
    return {str(size): peak for size, peak in peaks.items()}


class Roofline(Widget):
    """A network's steps by arithmetic intensity, under the roof that a machine's peak and bandwidth make.

    Each step stands where the model of Williams, Waterman and Patterson puts it, see :mod:`inception_edu.roofline`; its
    area is its share of the time. The roof is dragged by its two handles. A larger `batch` reads weights once for more
    images, a smaller `precision` moves fewer bytes a value.

    Args:
        models: names of the networks to choose from.
        measured: measured seconds for the whole batch by the names of steps, at the network, batch and precision that
            the widget starts with: drawn as hollow points under the roof while those are chosen. Not every step need
            be there.

    Raises ValueError for a network or a step that does not exist, and for a time that is not above 0.

    >>> round(1000 * Roofline(machine="own", peak=50, bandwidth=20).figures["seconds"], 1)
    33.2
    """

    KIND = "roofline"
    FRONT = "roofline"
    TITLE = "Roofline"
    QUESTION = "Which steps wait for memory, on which machine, and what does a batch change?"
    FIGURES = {
        "seconds": "Seconds for the batch, at best",
        "images_per_second": "Images a second, at best",
        "memory_share": "Share of the time that waits for memory",
        "ridge": "Ridge point, multiply-adds a byte",
    }

    def __init__(
        self, *, models: Iterable[str] = MODELS, measured: Mapping[str, float] | None = None, **settings: Any
    ) -> None:
        self.models = list(models)
        titles = [(name, entry(name).title) for name in self.models]
        machines = [(name, preset.title) for name, preset in MACHINES.items()]
        self.PARAMS = (
            choice("network", "googlenet" if "googlenet" in self.models else self.models[0], titles, "Network"),
            choice("machine", "laptop", [*machines, (OWN, "one of your own")], "Machine"),
            channels("peak", 50, 1, 1_000_000, "Peak", unit="GMAC/s", when=("machine", (OWN,))),
            channels("bandwidth", 20, 1, 10_000, "Bandwidth", unit="GB/s", when=("machine", (OWN,))),
            channels("batch", 1, 1, 256, "Batch", unit="images"),
            choice("precision", 4, [(size, _bytes(size, name)) for size, name in PRECISIONS.items()], "A value has"),
            integer("step", 1, 1, MOST_STEPS, "Step", control=False),
        )
        data = {
            "networks": {name: _encode(name) for name in self.models},
            "kinds": KINDS,
            "machines": {
                name: {"title": preset.title, "peaks": _texts(preset.peaks), "bandwidth": preset.bandwidth}
                for name, preset in MACHINES.items()
            },
            "measured": None,
        }
        super().__init__(data=data, **settings)
        if measured is not None:
            self.data = {**data, "measured": self._measured(measured)}

    def _measured(self, measured: Mapping[str, float]) -> dict[str, Any]:
        at = {name: self.params[name] for name in ("network", "batch", "precision")}
        names = [step.name for step in _steps(at["network"])]
        for name, seconds in measured.items():
            if name not in names:
                raise ValueError(f"{at['network']} has no step {quoted(name)}; it has {', '.join(names)}")
            if not seconds > 0:
                raise ValueError(f"the measured time of {quoted(name)} is a number of seconds above 0, not {seconds!r}")
        times = [float(measured[name]) if name in measured else None for name in names]
        return {**at, "seconds": times}

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The roof, the whole pass, each step under it, and the step that is looked at."""
        if p["machine"] == OWN:
            machine = Machine(p["peak"], p["bandwidth"])
        else:
            machine = MACHINES[p["machine"]].machine(p["precision"])
        places = roofline(_steps(p["network"]), machine, p["batch"], p["precision"])
        total = sum(place.seconds for place in places)
        waiting = sum(place.seconds for place in places if place.bound == "memory")
        index = min(p["step"], len(places)) - 1
        place, measured = places[index], self._times(p, len(places))
        known = [(place.seconds, time) for place, time in zip(places, measured) if time is not None]
        return {
            "peak": machine.peak,
            "bandwidth": machine.bandwidth,
            "ridge": machine.ridge,
            "seconds": total,
            "images_per_second": p["batch"] / total,
            "memory_share": waiting / total,
            "macs": sum(place.macs for place in places),
            "bytes": sum(place.bytes for place in places),
            "last_step": len(places),
            "intensities": [place.intensity for place in places],
            "waits": [place.bound == "memory" for place in places],
            "times": [place.seconds for place in places],
            "measured": measured,
            "measured_seconds": sum(time for _, time in known) if known else None,
            "reached": sum(best for best, _ in known) / sum(time for _, time in known) if known else None,
            "step_macs": place.macs,
            "step_bytes": place.bytes,
            "step_intensity": place.intensity,
            "step_bound": place.bound,
            "step_seconds": place.seconds,
            "step_share": place.seconds / total,
            "step_measured": measured[index],
        }

    def _times(self, p: Mapping[str, Any], count: int) -> list[float | None]:
        """The measured time of each step, where it was measured with these settings."""
        found = self.data["measured"]
        if not found or any(p[name] != found[name] for name in ("network", "batch", "precision")):
            return [None] * count
        return found["seconds"]
