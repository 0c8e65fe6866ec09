"""The exercises of chapter 14: the exchanged classifier, what is held still, splits, and the confusion matrix."""

from __future__ import annotations

from math import sqrt

from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers
from .transfer_code import EXCHANGE, SPLIT, verify_exchange, verify_split, wrong_exchanges, wrong_splits
from .verdict import Mistake


@exercise(
    "14.1",
    title="What new classes cost",
    section="What is exchanged",
    level=1,
    minutes=3,
    prompt="""
    The last grid of a network is {side}×{side} with {channels} channels. Behind global average pooling stands a linear
    layer with a bias, for {classes} classes of yours. How many weights are new?
    """,
    kind=Number(unit="weights"),
    cases=[
        {"side": 7, "channels": 1024, "classes": 5},
        {"side": 2, "channels": 384, "classes": 3},
        {"side": 8, "channels": 2048, "classes": 12},
        {"side": 7, "channels": 832, "classes": 20},
        {"side": 4, "channels": 512, "classes": 7},
    ],
    mistakes=[
        Mistake(
            lambda side, channels, classes: side**2 * channels * classes + classes,
            "That is a layer on the flattened grid. The pool leaves one mean a channel.",
        ),
        Mistake(lambda side, channels, classes: channels * classes, "Each class has a bias, too."),
    ],
    hints=["How many numbers does the pool hand on?", "A weight for each of them and each class, and a bias a class."],
)
def what_new_classes_cost(side, channels, classes):
    """The side of the grid does not matter: the pool leaves {channels} means."""
    from inception_edu.arithmetic import linear_params

    return linear_params(channels, classes, bias=True)


@exercise(
    "14.2",
    title="Rows that are held still",
    section="Hold still, or let go?",
    level=1,
    minutes=6,
    prompt="""
    The package's network with the weights `cifar10` gets {classes} new classes, and everything up to the row {row},
    with it, is held still. How many weights learn? Let the package count.
    """,
    kind=Number(unit="weights"),
    cases=[
        {"classes": 3, "row": "4e"},
        {"classes": 5, "row": "5a"},
        {"classes": 4, "row": "4a"},
        {"classes": 8, "row": "3b"},
        {"classes": 2, "row": "4c"},
    ],
    mistakes=[
        Mistake(
            lambda classes, row: _learning(classes, "trunk"),
            "That is the classifier alone. Rows behind {row} learn, too.",
        ),
        Mistake(lambda classes, row: _learning(classes, ""), "That is all of the network."),
    ],
    hints=[
        "`Finetuning(network, FinetuneSpec(freeze=…))` takes away `requires_grad` from what is held still.",
        "Count `weight.numel()` over the parameters that still require a gradient.",
    ],
)
def rows_that_are_held_still(classes, row):
    """What is held still is a beginning of the network; what learns is its end, and the new classifier with it."""
    import warnings

    from inception_edu import create_model
    from inception_edu.training.finetuning import Finetuning
    from inception_edu.training.specs import FinetuneSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the classifier is new
        options = {"weights": "cifar10", "num_classes": classes}
        network = create_model("googlenet_bn", **options)
    Finetuning(network, FinetuneSpec(freeze=row))
    return sum(w.numel() for w in network.parameters() if w.requires_grad)


def _learning(classes: int, row: str) -> int:
    return rows_that_are_held_still(classes, row)


@exercise(
    "14.3",
    title="Frozen, and yet it moves",
    section="Hold still, or let go?",
    level=1,
    minutes=3,
    prompt="""
    Somebody sets `requires_grad = False` for the whole trunk, trains the new classifier with `model.train()`, and finds
    that the trunk answers the same picture differently every epoch, even in `eval()`. Why?
    """,
    kind=Choice(
        {
            "dropout": ("Dropout draws anew", "In training, yes; in `eval()` dropout does nothing."),
            "decay": ("Weight decay shrinks the weights", "What gets no gradient is skipped by the optimizer."),
            "statistics": (
                "Batch norm goes on counting",
                "Running statistics are no parameters: they move with every batch in training mode.",
            ),
            "rate": ("The rate is too high", "A rate moves what learns, and here the classifier alone does."),
        }
    ),
    hints=["What of a layer changes without a gradient?"],
)
def frozen_and_yet_it_moves():
    """The remedy is evaluation mode for what is held still, or `keep_statistics`."""
    import torch
    from torch import nn

    norm = nn.BatchNorm1d(2).requires_grad_(False)
    before = norm.state_dict()["running_mean"].clone()
    norm(torch.ones(4, 2))
    after = norm.state_dict()["running_mean"]
    return "rate" if torch.equal(after, before) else "statistics"


@exercise(
    "14.4",
    title="How long is that?",
    section="A folder of your own",
    level=1,
    minutes=4,
    prompt="""
    {classes} classes with {pictures} pictures each lie in a folder without a `val`, so that a fifth of every class is
    set aside. How many steps does the optimizer take in {epochs} epochs with batches of {batch}? The last, smaller
    batch counts.
    """,
    kind=Number(unit="steps"),
    cases=[
        {"classes": 3, "pictures": 20, "epochs": 20, "batch": 16},
        {"classes": 5, "pictures": 30, "epochs": 20, "batch": 16},
        {"classes": 2, "pictures": 50, "epochs": 10, "batch": 32},
        {"classes": 4, "pictures": 10, "epochs": 30, "batch": 8},
        {"classes": 6, "pictures": 15, "epochs": 20, "batch": 16},
    ],
    mistakes=[
        Mistake(
            lambda classes, pictures, epochs, batch: epochs * -(-classes * pictures // batch),
            "A fifth of them is not trained on.",
        ),
        Mistake(
            lambda classes, pictures, epochs, batch: classes * pictures * 4 // 5 * epochs,
            "Those are pictures. A step takes {batch} of them.",
        ),
    ],
    hints=["Pictures to train on first.", "Round batches an epoch up, then take the epochs."],
)
def how_long_is_that(classes, pictures, epochs, batch):
    """With so few pictures an epoch is over within a blink; steps, not epochs, say how much was learned."""
    trained_on = classes * (pictures - pictures // 5)
    steps = -(-trained_on // batch)  # rounded up
    return epochs * steps


@exercise(
    "14.5",
    title="How many must be tested?",
    section="A folder of your own",
    level=2,
    minutes=5,
    prompt="""
    You expect about {share} % to be right, and want to know the share to within {points} points, two standard errors to
    each side. How many test pictures does it take?
    """,
    kind=Number(unit="pictures", relative=0.02),
    cases=[
        {"share": 90, "points": 3},
        {"share": 80, "points": 5},
        {"share": 70, "points": 4},
        {"share": 95, "points": 2},
        {"share": 60, "points": 10},
    ],
    mistakes=[
        Mistake(
            lambda share, points: share * (100 - share) / points**2,
            "That is one standard error to each side. Two make it four times as many.",
        ),
        Mistake(
            lambda share, points: 4 * sqrt(share * (100 - share)) / points**2,
            "The root is in the error: solve 2·√(p(1 − p)/n) = the distance for n.",
        ),
    ],
    hints=["The standard error is √(p(1 − p)/n).", "Set twice that equal to the distance and solve for n."],
)
def how_many_must_be_tested(share, points):
    """Half the distance takes four times the pictures."""
    from math import ceil

    p, distance = share / 100, points / 100
    return ceil(round(4 * p * (1 - p) / distance**2, 6))


@exercise(
    "14.6",
    title="Ninety-nine percent",
    section="A folder of your own",
    level=1,
    minutes=4,
    prompt="""
    A student films three cups, takes 100 frames of each film, shuffles all frames, sets a fifth aside, and reports 99 %
    test accuracy. On the cups in the kitchen the network fails. What is the likeliest reason?
    """,
    kind=Choice(
        {
            "few": ("300 pictures are too few", "They may be. But then the test, too, should have shown it."),
            "leak": (
                "Test frames stood beside training frames",
                "A frame and its neighbour are nearly one picture: the test asked for memory.",
            ),
            "frozen": ("The trunk was frozen", "Frozen or not, the same test would have been passed."),
            "rate": ("The rate was too low", "Then the training frames would not be known either."),
        }
    ),
    hints=["Compare the frame at second 1.0 with the one at 1.04."],
)
def ninety_nine_percent():
    """All frames of a film belong on one side; better: test on films of another day."""
    frames = [(cup, second) for cup in "abc" for second in range(100)]
    test = frames[::5]
    train = set(frames) - set(test)
    neighbours = sum((cup, second + 1) in train for cup, second in test)
    return "leak" if neighbours > len(test) / 2 else "few"


@exercise(
    "14.7",
    title="Along the row, down the column",
    section="Reading a confusion matrix",
    level=2,
    minutes=6,
    prompt="""
    Rows are true: cats were taken for a cat {cc} times and for a dog {cd} times; dogs for a cat {dc} times and for a
    dog {dd} times. Give accuracy, and recall and precision of the cats.
    """,
    kind=Numbers(
        {
            "accuracy": Number(percent=True),
            "recall": Number(percent=True),
            "precision": Number(percent=True),
        }
    ),
    cases=[
        {"cc": 18, "cd": 2, "dc": 12, "dd": 68},
        {"cc": 30, "cd": 10, "dc": 5, "dd": 55},
        {"cc": 9, "cd": 1, "dc": 9, "dd": 81},
        {"cc": 40, "cd": 20, "dc": 10, "dd": 30},
        {"cc": 25, "cd": 15, "dc": 3, "dd": 57},
    ],
    mistakes=[
        Mistake(
            lambda cc, cd, dc, dd: {"recall": cc / (cc + dc), "precision": cc / (cc + cd)},
            "The two are exchanged: recall looks along the row of the true cats.",
        ),
        Mistake(
            lambda cc, cd, dc, dd: {"accuracy": (cc / (cc + cd) + dd / (dc + dd)) / 2},
            "That is the mean over the classes. Accuracy counts pictures.",
        ),
    ],
    hints=["Accuracy: the diagonal over everything.", "Recall divides by the row, precision by the column."],
)
def along_the_row_down_the_column(cc, cd, dc, dd):
    """Where dogs are many, a few of them mistaken for cats are enough to spoil the cats' precision."""
    return {
        "accuracy": (cc + dd) / (cc + cd + dc + dd),
        "recall": cc / (cc + cd),
        "precision": cc / (cc + dc),
    }


@exercise(
    "14.8",
    title="Exchange it yourself",
    section="What is exchanged",
    level=2,
    minutes=12,
    points=2,
    prompt="""
    Write `exchange(network, classes)`: it puts a fresh linear layer for `classes` classes where the network's *last*
    linear layer is, with a bias only if that had one, leaves all other weights alone, and gives back the network. It
    must work wherever that layer is hidden.
    """,
    kind=Code(
        "exchange",
        stub=EXCHANGE,
        verify=verify_exchange,
        expected="exchange(nn.Sequential(nn.Flatten(), nn.Linear(4, 9)), 2)[1].out_features",
        wrong=wrong_exchanges(),
    ),
    hints=[
        "`named_modules()` gives every module with its path, in order.",
        "`get_submodule(path)` finds a module; `setattr(parent, name, layer)` puts another in its place.",
    ],
)
def exchange_it_yourself():
    """The path says in which module the layer sits and under which name."""
    from torch import nn

    def exchange(network, classes):
        """Put a fresh classifier where the last linear layer is."""
        *_, path = (name for name, module in network.named_modules() if isinstance(module, nn.Linear))
        parent, _, name = path.rpartition(".")
        old = network.get_submodule(path)
        new = nn.Linear(old.in_features, classes, bias=old.bias is not None)
        setattr(network.get_submodule(parent), name, new)
        return network

    return exchange


@exercise(
    "14.9",
    title="Scenes on one side",
    section="A folder of your own",
    level=3,
    minutes=15,
    points=2,
    prompt="""
    Write `split(scenes, part)`. `scenes[i]` says which scene picture number i belongs to. Give the numbers of the
    pictures to test on: all pictures of some scenes, and as many *scenes* as `part` of them, rounded to the nearest (a
    half up), at least one and never all.
    """,
    kind=Code(
        "split",
        stub=SPLIT,
        verify=verify_split,
        expected='len(split(["a", "a", "b", "b"], 0.5))',
        wrong=wrong_splits(),
    ),
    hints=["Which different scenes are there?", "Choose scenes first, then all pictures that belong to them."],
)
def scenes_on_one_side():
    """Which scenes are chosen is free: by a seed, or, as here, the first. That none is on both sides is not."""
    from math import floor

    def split(scenes, part):
        """Numbers of the pictures to test on."""
        known = list(dict.fromkeys(scenes))
        wanted = min(max(floor(part * len(known) + 0.5), 1), len(known) - 1)
        chosen = set(known[:wanted])
        return [number for number, scene in enumerate(scenes) if scene in chosen]

    return split
