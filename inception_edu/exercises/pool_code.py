"""Exercises 15.7 and 15.8, a pool without an *if* and a stopwatch, and how they are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from .code import Code, same_outputs
from .exercise import exercise
from .verdict import Wrong

POOL = '''
def pool(x):
    """Max pool 3×3, stride 1, padding 1, from torch.maximum and slices: N×C×H×W → N×C×H×W."""
    return x
'''.strip()

STOPWATCH = '''
def spent(call, clock, rounds):
    """The median of `rounds` times of call(), in the clock's seconds, after a first call that does not count."""
    call()
    return 0.0
'''.strip()


def verify_pool(theirs: Any, right: Any) -> None:
    """On grids of several sizes, below zero as well, and without PyTorch's own pool."""
    import torch
    from torch.nn import functional

    torch.manual_seed(0)
    inputs = [(torch.randn(2, 3, 5, 7),), (torch.randn(1, 2, 1, 4),), (-1 - torch.rand(1, 1, 4, 4),)]

    def asked(*_: Any, **__: Any) -> None:
        raise Wrong("That is PyTorch's pool. Build it from torch.maximum and slices.")

    expected = [right(*arguments) for arguments in inputs]
    with (
        patch.object(functional, "max_pool2d", asked),
        patch.object(torch, "max_pool2d", asked),
        patch.object(torch.nn.MaxPool2d, "forward", asked),
    ):
        found = iter([theirs(*(each.clone() for each in arguments)) for arguments in inputs])
    wanted = iter(expected)
    same_outputs(lambda _: next(found), lambda _: next(wanted), *inputs)


def _padded_with_zeros() -> Any:
    import torch
    from torch.nn import functional

    def pool(x):
        wide = functional.pad(x, (1, 1, 1, 1))
        row = torch.maximum(torch.maximum(wide[..., :-2], wide[..., 1:-1]), wide[..., 2:])
        return torch.maximum(torch.maximum(row[..., :-2, :], row[..., 1:-1, :]), row[..., 2:, :])

    return pool


def _without_padding() -> Any:
    import torch

    def pool(x):
        row = torch.maximum(torch.maximum(x[..., :-2], x[..., 1:-1]), x[..., 2:])
        return torch.maximum(torch.maximum(row[..., :-2, :], row[..., 1:-1, :]), row[..., 2:, :])

    return pool


def _pytorchs() -> Any:
    from torch.nn import functional

    return lambda x: functional.max_pool2d(x, 3, 1, 1)


def wrong_pools() -> tuple[Callable[[], Any], ...]:
    """What people hand in: zeros at the border, no border at all, PyTorch's own."""
    return _padded_with_zeros, _without_padding, _pytorchs


RECORDED = ((50.0, 3.0, 1.0, 2.0), (9.0, 4.0, 4.0, 90.0, 5.0, 4.5), (1.0, 7.0))
"""Seconds of the calls, the first of which must not count."""


def verify_stopwatch(theirs: Any, right: Any) -> None:
    """With a clock that goes forward only while `call` runs."""
    for seconds in RECORDED:
        expected, _ = _run(right, seconds)
        found, calls = _run(theirs, seconds)
        told = f"where the calls take {', '.join(f'{each:g}' for each in seconds)} seconds"
        if calls != len(seconds):
            raise Wrong(f"It calls {calls} times with rounds = {len(seconds) - 1}; expected are {len(seconds)}.")
        if not isinstance(found, (int, float)) or abs(found - expected) > 1e-9:
            raise Wrong(f"It gives {found!r} {told}; expected is {expected!r}.")


def _run(spent: Any, seconds: tuple[float, ...]) -> tuple[Any, int]:
    """What a stopwatch says of calls that take so long, and how often it called."""
    now, calls = 0.0, 0

    def call() -> None:
        nonlocal now, calls
        now += seconds[min(calls, len(seconds) - 1)]
        calls += 1

    return spent(call, lambda: now, len(seconds) - 1), calls


def _cold() -> Any:
    from statistics import median

    def spent(call, clock, rounds):
        times = []
        for _ in range(rounds + 1):
            start = clock()
            call()
            times.append(clock() - start)
        return median(times)

    return spent


def _mean() -> Any:
    def spent(call, clock, rounds):
        call()
        start = clock()
        for _ in range(rounds):
            call()
        return (clock() - start) / rounds

    return spent


def wrong_stopwatches() -> tuple[Callable[[], Any], ...]:
    """What people hand in: the first call counted, and the mean in place of the median."""
    return _cold, _mean


@exercise(
    "15.7",
    title="A pool without an if",
    section="Why is a pool so slow?",
    level=2,
    minutes=15,
    points=2,
    prompt="""
    Write `pool(x)`: the max pool of 3×3 with stride 1 and padding 1, in the usual order, from `torch.maximum` and
    slices alone. `torch.maximum` compares whole arrays, many numbers at once and without a guess. First along the
    rows, then along the columns: four comparisons are enough. Then time it beside PyTorch's.
    """,
    kind=Code(
        "pool",
        stub=POOL,
        verify=verify_pool,
        expected="pool(torch.arange(6.0).view(1, 1, 2, 3))",
        wrong=wrong_pools(),
    ),
    hints=[
        "What may a padded number be, so that it never wins? It is not 0.",
        "`x[..., :-2]`, `x[..., 1:-1]` and `x[..., 2:]` are three shifted views of the same rows.",
    ],
)
def a_pool_without_an_if():
    """The largest of nine is the largest of three times the largest of three."""
    import torch
    from torch.nn import functional

    def pool(x):
        """Rows first, then columns."""
        wide = functional.pad(x, (1, 1, 1, 1), value=float("-inf"))
        row = torch.maximum(wide[..., :-2], wide[..., 1:-1])
        row = torch.maximum(row, wide[..., 2:])
        column = torch.maximum(row[..., :-2, :], row[..., 1:-1, :])
        return torch.maximum(column, row[..., 2:, :])

    return pool


@exercise(
    "15.8",
    title="A stopwatch",
    section="How long should a picture take?",
    level=2,
    minutes=8,
    prompt="""
    Write `spent(call, clock, rounds)`: it calls `call()` once without counting it, then `rounds` times, each time
    with `clock()` before and behind, and gives the *median* of the times.
    """,
    kind=Code(
        "spent",
        stub=STOPWATCH,
        verify=verify_stopwatch,
        expected="spent(lambda: None, lambda: 1.5, 3)",
        wrong=wrong_stopwatches(),
    ),
    hints=["A difference of two readings each round.", "`statistics.median` takes a list."],
)
def a_stopwatch():
    """The clock is handed in, so that the function can be tested without waiting."""
    from statistics import median

    def spent(call, clock, rounds):
        """Warm up, repeat, take the median."""
        call()
        times = []
        for _ in range(rounds):
            start = clock()
            call()
            times.append(clock() - start)
        return median(times)

    return spent
