"""One of each widget, for the tests that every widget must pass."""

from __future__ import annotations

import random
from functools import cache

from inception_edu import widgets
from inception_edu.widgets import MultipleChoice, Numeric, Option, SingleChoice, Widget

QUESTIONS = (
    SingleChoice(
        "What does a 1×1 convolution change?",
        [
            Option("The height and width", "With stride 1 and no padding the grid stays as it is."),
            Option("The depth", "It mixes channels, pixel by pixel.", correct=True),
            Option("Nothing: `kernel_size=1` copies", "Each output channel is a weighted sum of all input channels."),
        ],
    ),
    MultipleChoice(
        "Which layers have weights?",
        [
            Option("Convolution", "A convolution has a kernel for each filter.", correct=True),
            Option("Max pooling", "It takes the largest value and learns nothing."),
            Option("Fully connected", "It has a weight for each pair of units.", correct=True),
        ],
    ),
    Numeric(
        "How many weights has the reduced layer?",
        50_688,
        unit="weights",
        feedback="12,288 for the 1×1 and 38,400 for the 5×5.",
        hint="Add both convolutions.",
        mistakes={819_200: "That is the direct convolution.", 38_400: "The 1×1 itself has weights too."},
    ),
    Numeric("And the ratio?", 16.16, relative=0.01, name="ratio"),
)


def run(recipe: str, seed: int, accuracy: float, epochs: int = 4) -> dict:
    """What `train` leaves behind, as far as it is compared: a run that nears `accuracy`."""
    history = [
        {
            "epoch": epoch,
            "train_loss": 2.3 / epoch + 0.01 * seed,
            "train_accuracy": accuracy * epoch / epochs,
            "test_loss": 2.4 / epoch if epoch % 2 == 0 else None,
            "test_accuracy": accuracy * epoch / epochs - 0.02 * seed if epoch % 2 == 0 else None,
            "learning_rate": 0.1 / epoch,
            "seconds": 3.5 * epoch,
        }
        for epoch in range(1, epochs + 1)
    ]
    about = {"model": recipe, "data": "shapes", "official": True, "device": "cpu", "epochs": epochs, "seconds": 14.0}
    settings = {"model": {"name": recipe}}
    figures = {"test_accuracy": history[-1]["test_accuracy"], "history": history, "settings": settings}
    return {"recipe": recipe, "seed": seed, **about, **figures}


RUNS = [run("narrow", 0, 0.6), run("narrow", 1, 0.7), run("narrow", 2, 0.68), run("wide", 0, 0.9), run("wide", 1, 0.8)]


@cache
def network():
    """An untrained network, small enough for a test."""
    from inception_edu import create_model

    settings = {"stem": "cifar", "width": 0.0625, "image_size": 32, "aux_logits": False, "seed": 1}
    return create_model("googlenet_bn", num_classes=10, **settings)


@cache
def pictures():
    """Two square pictures, one of known class."""
    import numpy as np

    ramp = np.arange(32, dtype=np.uint8)[:, None, None] * np.array([7, 5, 3], np.uint8)
    return [(np.broadcast_to(ramp, (32, 32, 3)).copy(), "3"), np.full((48, 40, 3), 90, np.uint8)]


# widgets that need content to say anything; all others are made with no arguments
CONTENT = {
    "Exercise": lambda: ("3.2",),
    "Quiz": lambda: QUESTIONS,
    "RunComparator": lambda: (RUNS,),
    "InsideView": lambda: (network(), pictures()),
}

# texts that a reader or a browser may give them
TEXTS = {
    "Exercise": ["", " ", "39.7 %", "0.397", "0,397", "14.3 %", "2/5", "hello", "1e999", "-1", "1/0", "9" * 70],
    "Progress": ["", "{}", '{"3.1": {"correct": true}}', '{"3.1": {"correct": false}, "3.7": {"correct": false}}'],
}

NAMES = [
    name
    for name in widgets.__all__
    if name != "Widget" and isinstance(getattr(widgets, name), type) and issubclass(getattr(widgets, name), Widget)
]


def example(name: str, **settings) -> Widget:
    return getattr(widgets, name)(*CONTENT.get(name, tuple)(), **settings)


def random_settings(widget: Widget, rng: random.Random) -> dict:
    """Allowed values for every setting of a widget's table, the ends of each range among them."""

    def one(param):
        if param.kind == "int":
            return rng.choice([param.min, param.max, *[rng.randrange(param.min, param.max + 1, param.step)] * 4])
        if param.kind == "float":
            return rng.choice([param.min, param.max, *[rng.uniform(param.min, param.max)] * 4])
        if param.kind == "bool":
            return rng.random() < 0.5
        if param.kind == "text":
            return rng.choice(TEXTS[type(widget).__name__])
        if param.kind == "number":
            right = widget.questions[param.name].right
            return rng.choice([None, right, rng.uniform(0.98, 1.02) * right, rng.uniform(-1e6, 1e6)])
        values = [value for value, _ in param.choices]
        if param.kind == "choices":
            return [value for value in values if rng.random() < 0.5]
        return rng.choice(values if param.default is not None else [None, *values])

    return {name: one(param) for name, param in widget.table.items()}
