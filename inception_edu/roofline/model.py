"""The roofline model of Williams, Waterman and Patterson: a step takes the longer of computing and moving.

S. Williams, A. Waterman, D. Patterson, *Roofline: An Insightful Visual Performance Model for Multicore Architectures*,
Communications of the ACM 52(4), 2009, doi:10.1145/1498765.1498785. They count floating-point operations, and call the
ratio to the bytes that move between caches and memory *operational intensity*; here a multiply-add is one operation, as
everywhere in the book, so that the figures are half of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Literal, NamedTuple

from ..arguments import checked, real
from ..arithmetic import Positive
from .steps import Step

GIGA = 10**9
PRECISIONS = {4: "float32", 2: "float16", 1: "int8"}  # by bytes of a value

_RATE = real("a rate above 0", lambda rate: 0 < rate < inf)


@dataclass(frozen=True)
class Machine:
    """What a machine can do at best.

    Attributes:
        peak: multiply-adds a second, in thousand millions (GMAC/s): half of what data sheets call GFLOPS.
        bandwidth: bytes to and from memory a second, in thousand millions (GB/s).

    Raises:
        ValueError: one of them is not above 0.

    >>> Machine(peak=50, bandwidth=20).ridge
    2.5
    """

    peak: float
    bandwidth: float

    def __post_init__(self) -> None:
        for name in ("peak", "bandwidth"):
            object.__setattr__(self, name, _RATE.check(name, getattr(self, name)))

    @property
    def ridge(self) -> float:
        """The ridge point, in multiply-adds a byte: with less arithmetic intensity, memory is what one waits for."""
        return self.peak / self.bandwidth

    def attainable(self, intensity: float) -> float:
        """The roof above an `intensity` (multiply-adds a byte), in GMAC/s: the smaller of peak and bandwidth × it."""
        return min(self.peak, self.bandwidth * intensity)


class Place(NamedTuple):
    """Where a step stands under the roof.

    Attributes:
        step: which step.
        macs: multiply-adds for the batch.
        bytes: bytes moved for the batch.
        intensity: arithmetic intensity, multiply-adds a byte moved.
        bound: "compute" or "memory": which of the two takes longer. At the ridge point they take equally long, and it
            is "compute".
        seconds: for the batch, at best.
    """

    step: Step
    macs: int
    bytes: int
    intensity: float
    bound: Literal["compute", "memory"]
    seconds: float


@checked
def bytes_moved(step: Step, batch: Positive = 1, bytes_per_element: Positive = 4) -> int:
    """Bytes that a step must move at least: inputs and outputs once for each image, weights once for the batch.

    Caches are thought to be large enough that nothing is fetched twice within a step, and too small to keep anything
    from one step to the next.

    Args:
        step: one of `steps(…)`.
        batch: images at once.
        bytes_per_element: of a value; 4 in single precision, 2 in half, 1 for eight-bit integers.
    """
    return bytes_per_element * (batch * (step.inputs + step.outputs) + step.weights)


def roofline(steps: Iterable[Step], machine: Machine, batch: int = 1, bytes_per_element: int = 4) -> list[Place]:
    """Each step under the roof of a machine: ``seconds = max(macs / peak, bytes / bandwidth)``.

    The time is a lower bound: computing and moving are thought to overlap entirely, and each at its best. `machine` has
    the peak of the precision that one means; see `MACHINES`.

    Args:
        steps: of a network, from `steps(…)`.
        machine: what it runs on.
        batch: images at once.
        bytes_per_element: of a value; 4 in single precision, 2 in half, 1 for eight-bit integers.

    >>> from inception_edu.roofline.steps import steps
    >>> place = roofline(steps("googlenet"), Machine(50, 20))[0]
    >>> place.bytes, round(place.intensity, 1), place.bound, round(1000 * place.seconds, 2)
    (3851264, 30.6, 'compute', 2.36)
    """
    return [_place(step, machine, batch, bytes_moved(step, batch, bytes_per_element)) for step in steps]


def _place(step: Step, machine: Machine, batch: int, moved: int) -> Place:
    macs = batch * step.macs
    computing, moving = macs / (machine.peak * GIGA), moved / (machine.bandwidth * GIGA)
    bound = "memory" if moving > computing else "compute"
    return Place(step, macs, moved, macs / moved, bound, max(computing, moving))
