"""The arithmetic exists twice: what the browser computes is what Python computes."""

from __future__ import annotations

import math
import random

import pytest

from inception_edu import arithmetic

from .examples import NAMES, example, random_settings


def agree(ours, theirs) -> bool:
    """Whole numbers, words and None exactly; other numbers up to the last bits of the two languages' exp and cos."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int) and isinstance(theirs, int):
        return ours == theirs
    if isinstance(ours, float | int) and isinstance(theirs, float | int):
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(ours, list | tuple):
        return len(ours) == len(theirs) and all(map(agree, ours, theirs))
    return ours == theirs


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_the_same_over_random_settings(javascript, name):
    widget = example(name)
    rng = random.Random(f"settings of {name}")
    settings = [widget.params, *(random_settings(widget, rng) for _ in range(1000))]
    ours = [widget.compute(p) for p in settings]
    theirs = javascript(f"static/{widget.FRONT}.js", [["compute", [p]] for p in settings], widget.data)
    for p, mine, other in zip(settings, ours, theirs):
        assert mine.keys() == other.keys()
        wrong = {key: (mine[key], other[key]) for key in mine if not agree(mine[key], other[key])}
        assert not wrong, p


def optional_output_size(*args):
    try:
        return arithmetic.output_size(*args)
    except ValueError:
        return None


def test_the_arithmetic_module_is_pythons(javascript):
    rng = random.Random(20)
    n = rng.randint
    twins = {
        "outputSize": (optional_output_size, lambda: [n(1, 300), n(1, 15), n(1, 5), n(0, 7), rng.random() < 0.5]),
        "convParams": (arithmetic.conv_params, lambda: [n(1, 2048), n(1, 2048), rng.choice([n(1, 15), [1, 7]])]),
        "convMacs": (arithmetic.conv_macs, lambda: [n(1, 2048), n(1, 2048), [n(1, 15), 1], rng.choice([7, [9, 299]])]),
        "receptiveField": (arithmetic.receptive_field, lambda: [[[n(1, 7), n(1, 3)] for _ in range(n(0, 8))]]),
        "breakEvenReduction": (arithmetic.break_even_reduction, lambda: [n(1, 2048), n(1, 2048), n(1, 15)]),
    }
    calls = [(name, make()) for name, (_, make) in twins.items() for _ in range(1000)]
    theirs = javascript("src/shared/arithmetic.js", calls)
    for (name, args), other in zip(calls, theirs):
        assert twins[name][0](*args) == other, (name, args)
