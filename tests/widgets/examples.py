"""One of each widget, for the tests that every widget must pass."""

from __future__ import annotations

import random

from inception_edu import widgets

# widgets that need content to say anything; all others are made with no arguments
CONTENT: dict = {}


def example(name: str, **settings) -> widgets.Widget:
    return getattr(widgets, name)(*CONTENT.get(name, ()), **settings)


NAMES = [name for name in widgets.__all__ if isinstance(getattr(widgets, name), type) and name != "Widget"]


def random_settings(table: dict, rng: random.Random) -> dict:
    """Allowed values for every setting of a widget's table."""

    def one(param):
        if param.kind == "int":
            return rng.randrange(param.min, param.max + 1, param.step)
        if param.kind == "float":
            return rng.choice([param.min, param.max, rng.uniform(param.min, param.max)])
        if param.kind == "bool":
            return rng.random() < 0.5
        if param.kind == "number":
            return rng.choice([None, rng.randrange(-10, 10), rng.uniform(-1e6, 1e6)])
        values = [value for value, _ in param.choices]
        if param.kind == "choices":
            return [value for value in values if rng.random() < 0.5]
        return rng.choice(values)

    return {name: one(param) for name, param in table.items()}
