"""How the recipes and procedures that a student writes are checked (exercises 12.6 and 12.7)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .verdict import Wrong


def verify_recipe(theirs: Any, right: Any) -> None:
    """The text loads, and every setting is the old one's but the two that were to change."""
    from ..training.recipe import RECIPES, load_recipe

    name = "quick"
    text = (RECIPES / f"{name}.toml").read_text(encoding="utf-8")
    found = theirs(text)
    if not isinstance(found, str):
        raise Wrong(f"It gives {type(found).__name__}; the text of a recipe is expected.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.toml"
        file.write_text(found, encoding="utf-8")
        try:
            mine = load_recipe(file).flat()
        except ValueError as error:
            raise Wrong(f"It is no recipe: {error}") from None
    wanted = load_recipe(name).override({"loss.smoothing": 0.1, "schedule.name": "cosine"}).flat()
    for setting in ("model.name", "schedule.name", "loss.smoothing", *wanted):
        if mine[setting] != wanted[setting]:
            raise Wrong(
                f"Of {name}.toml comes a recipe with {setting} = {mine[setting]!r}; expected is {wanted[setting]!r}."
            )


def without_quick():
    """A file of the changes alone: all else has the defaults, another network and a constant rate among them."""

    def my_recipe(text):
        return 'epochs = 4\n[loss]\nsmoothing = 0.1\n[schedule]\nname = "cosine"\n'

    return my_recipe


def verify_holm(theirs: Any, right: Any) -> None:
    """On tables where the order matters, and where one that would pass alone comes after one that fails."""
    for p_values in ([0.02, 0.0001, 0.4, 0.01], [0.02, 0.03, 0.04], [0.0001, 0.03, 0.04, 0.049], [0.5], [0.01, 0.01]):
        found, expected = theirs(list(p_values)), right(list(p_values))
        if list(map(bool, found)) != expected:
            raise Wrong(f"For {p_values} it gives {list(map(bool, found))}; expected is {expected}.")


def without_order():
    """Every p-value times the number of all: that is Bonferroni's correction, which sees less."""

    def clear(p_values):
        return [len(p_values) * p < 0.05 for p in p_values]

    return clear
