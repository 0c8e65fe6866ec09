"""Times that can be compared: the contestants take turns in one process, so that what slows the machine slows all.

There are two clocks: wall-clock time, which counts what somebody waits for, and the processor time of one thread, which
leaves out what the machine did for others in between.

A ratio is taken in each round by itself. Its logarithm has a mean with Student's interval over the rounds, as every
figure of the book; what is reported is the ratio that this mean stands for, with the ends of its interval.
"""

from __future__ import annotations

import gc
import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from .intervals import estimate

Contestant = Callable[[], Any]
Clock = Callable[[], float]

processor_time: Clock = time.perf_counter if sys.platform == "win32" else time.thread_time
"""Seconds that the processor spent on this thread. Windows counts too coarsely for a layer: wall-clock time there."""


REST = 0.05
"""Seconds after which the threads of a contestant have ceased to wait for more work by spinning."""


def paired(
    contestants: Mapping[str, Contestant],
    rounds: int = 15,
    warm_up: int = 2,
    clock: Clock = time.perf_counter,
    apart: bool = False,
) -> dict[str, dict[str, Any]]:
    """Milliseconds of each contestant, and how many times as long the first one takes.

    Args:
        contestants: by name; the first is what the others are compared with. Each call is one measurement.
        rounds: every contestant runs once a round, in the order A B C, then C B A, and so on.
        warm_up: rounds that are not counted.
        clock: gives seconds; wall-clock time unless another is given.
        apart: before each measurement a rest and a call that is not counted, so that caches and threads are its own:
            for contestants that bring threads of their own.
    """
    times = turns(contestants, rounds, warm_up, clock, apart)
    first = next(iter(times.values()))
    return {name: summary(own, first) for name, own in times.items()}


def turns(
    contestants: Mapping[str, Contestant],
    rounds: int,
    warm_up: int = 2,
    clock: Clock = time.perf_counter,
    apart: bool = False,
) -> dict[str, list[float]]:
    """The milliseconds themselves, by contestant and in the order of the rounds; arguments as of `paired`."""
    names, times = list(contestants), {name: [] for name in contestants}
    gc.collect()
    gc.disable()
    try:
        for turn in range(-warm_up, rounds):
            for name in names if turn % 2 else reversed(names):
                if apart:
                    time.sleep(REST)
                    contestants[name]()
                start = clock()
                contestants[name]()
                taken = clock() - start
                if turn >= 0:
                    times[name].append(1e3 * taken)
    finally:
        gc.enable()
    return times


def summary(own: list[float], first: list[float]) -> dict[str, Any]:
    """Median and quartiles in milliseconds, and the first contestant's time as a multiple of this one's."""
    low, median, high = statistics.quantiles(own, n=4)
    logs = estimate([math.log(theirs / ours) for theirs, ours in zip(first, own)])
    mean, margin = logs["mean"], logs["margin"]
    return {
        "median_ms": round(median, 4),
        "quartiles_ms": [round(low, 4), round(high, 4)],
        "rounds": len(own),
        "times_as_quick": round(math.exp(mean), 3),
        "interval": [round(math.exp(mean - margin), 3), round(math.exp(mean + margin), 3)],
    }


def repeated(contestant: Contestant, times: int) -> Contestant:
    """The same, so many times a measurement: for what takes less than the clock can tell."""

    def call() -> None:
        for _ in range(times):
            contestant()

    return call


def ceiling(side: int = 1024, rounds: int = 15, clock: Clock = time.perf_counter) -> float:
    """What the processor can do at most, multiply-adds a second: the quickest of some matrix products of that side."""
    a, b = torch.randn(side, side), torch.randn(side, side)
    return side**3 / quickest(lambda: torch.mm(a, b), rounds, clock)


def bandwidth(megabytes: int = 64, rounds: int = 9, clock: Clock = time.perf_counter) -> float:
    """What memory can do at most, bytes a second, read and written: the quickest of some copies of an array.

    Of 64 MB, a cache holds nothing that counts.
    """
    source = torch.ones(megabytes * 2**18)
    target = torch.empty_like(source)
    return 2 * source.nbytes / quickest(lambda: target.copy_(source), rounds, clock)


def quickest(contestant: Contestant, rounds: int, clock: Clock) -> float:
    """The least of some times, in seconds: what the machine does when nothing is in its way."""
    taken = []
    for _ in range(rounds):
        start = clock()
        contestant()
        taken.append(clock() - start)
    return min(taken)
