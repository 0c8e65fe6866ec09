"""Training: recipes (data), and the loop that follows them.

    from inception_edu import train
    result = train("quick", epochs=2, **{"optimizer.lr": 0.05})
    result.test_accuracy, result.history, result.model

Read `recipe.py` for what can be set, the files in `recipes/` for what the shipped recipes are and where they come
from, `run.py` for the way of a recipe through these files, and `loop.py` for how training works. Recipes need no torch;
the rest is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .recipe import Recipe, list_recipes, load_recipe

if TYPE_CHECKING:
    from .loop import Loop
    from .result import TrainingResult
    from .run import train

__all__ = ["Loop", "Recipe", "TrainingResult", "list_recipes", "load_recipe", "train"]

_HOMES = {"train": "run", "Loop": "loop", "TrainingResult": "result"}


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
