"""The exercises of chapter 13: what maps, probes, ablations and small changes say, and what not."""

from __future__ import annotations

from . import looking_code  # noqa: F401, registers 13.5 and 13.6
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Text
from .verdict import Mistake


@exercise(
    "13.1",
    title="How coarse is a class map?",
    section="Where does it look?",
    level=1,
    minutes=3,
    prompt="""
    From the picture to the last grid, GoogLeNet halves the sides five times. A picture has {size}×{size} pixels. How
    many places has its class map?
    """,
    kind=Number(unit="places"),
    cases=[{"size": 224}, {"size": 64}, {"size": 96}, {"size": 320}, {"size": 448}],
    mistakes=[
        Mistake(lambda size: size // 32, "That is one side of the grid. How many places has the whole?"),
        Mistake(lambda size: (size // 16) ** 2, "Count again: convolution 1 and four poolings have a stride of 2."),
    ],
    hints=["Five halvings: 2 · 2 · 2 · 2 · 2 = 32 pixels from one place to the next."],
)
def how_coarse_is_a_class_map(size):
    """One place for every 32 pixels of each side. On a small picture that is very coarse."""
    from inception_edu.architectures import architecture

    rows = architecture("googlenet", aux_logits=False).trace(size)
    grid = next(row.output for row in rows if row.node.name == "inception (5b)")
    return grid[1] * grid[2]


@exercise(
    "13.2",
    title="A silent module",
    section="Which branch does the work?",
    level=1,
    minutes=3,
    prompt="""
    Somebody switches off the whole module (4b) of a trained GoogLeNet: it gives zeros. Then he writes: "accuracy falls
    to that of guessing, so (4b) is the most important module". What is wrong?
    """,
    kind=Choice(
        {
            "chance": (
                "He should have used more pictures",
                "No number of pictures helps: all of them get the same logits.",
            ),
            "any": (
                "It would have fallen as far with any other module",
                "There is no way around a module. Behind a silent one nothing depends on the picture.",
            ),
            "train": (
                "The network has to be trained again first",
                "That would be another question: what a network without the module can learn.",
            ),
            "nothing": ("Nothing: it is the most important one", "Try another module before you say *most*."),
        }
    ),
    hints=["What do the rows behind (4b) read? Does it depend on the picture?", "Is there a way around a module?"],
)
def a_silent_module():
    """All pictures get the same logits, whichever module is silent. The result says nothing about (4b)."""
    import torch

    from inception_edu import create_model
    from inception_edu.looking import silenced

    model = create_model("googlenet_bn", width=0.125, aux_logits=False, image_size=64, seed=0).eval()
    pictures, same = torch.randn(4, 3, 64, 64), []
    for label in ("3a", "4b", "5b"):
        with silenced(model, f"inception ({label})"), torch.no_grad():
            logits = model(pictures)
        same.append(torch.allclose(logits, logits[:1].expand(4, -1)))
    return "any" if all(same) else "nothing"


@exercise(
    "13.3",
    title="What occlusion costs",
    section="Cover it up",
    level=1,
    minutes=4,
    prompt="""
    A picture of {size}×{size} pixels is covered by a square of {side}×{side}, which moves by {stride} pixels and stays
    within the picture. How many pictures must the network look at, the uncovered one included?
    """,
    kind=Number(unit="pictures"),
    cases=[
        {"size": 64, "side": 16, "stride": 8},
        {"size": 224, "side": 32, "stride": 16},
        {"size": 96, "side": 24, "stride": 12},
        {"size": 64, "side": 8, "stride": 8},
        {"size": 128, "side": 32, "stride": 8},
    ],
    mistakes=[
        Mistake(lambda size, side, stride: ((size - side) // stride + 1) ** 2, "And the picture that is not covered."),
        Mistake(lambda size, side, stride: (size - side) // stride + 2, "It moves in two directions."),
        Mistake(
            lambda size, side, stride: ((size - side) // stride) ** 2 + 1,
            "Count the first place, too: one more a side.",
        ),
    ],
    hints=["The places along a side are those of a window: (n − k)/s + 1."],
)
def what_occlusion_costs(size, side, stride):
    """The formula of a window's places, once for each direction, and one look at the whole picture."""
    from inception_edu.arithmetic import output_size

    return output_size(size, side, stride) ** 2 + 1


@exercise(
    "13.4",
    title="Many small steps",
    section="Pixels that fool it",
    level=2,
    minutes=5,
    prompt="""
    Take a *linear* score: the sum of weight times value over a picture of {side}×{side} pixels and three colours. The
    weights have a mean size of {weight}. Each value is moved by {steps}/255 in the direction that lowers the score. By
    how much does it fall?
    """,
    kind=Number(relative=0.01),
    cases=[
        {"side": 64, "weight": 0.02, "steps": 1},
        {"side": 224, "weight": 0.01, "steps": 1},
        {"side": 32, "weight": 0.05, "steps": 2},
        {"side": 96, "weight": 0.01, "steps": 4},
        {"side": 128, "weight": 0.02, "steps": 2},
    ],
    mistakes=[
        Mistake(lambda side, weight, steps: side**2 * weight * steps / 255, "Each pixel has three values."),
        Mistake(lambda side, weight, steps: weight * steps / 255, "That is one value. They all pull the same way."),
        Mistake(lambda side, weight, steps: 3 * side**2 * weight * steps, "A step is one 255th of the way to white."),
    ],
    hints=[
        "Moved by ε against the sign of its weight w, a value lowers the score by ε|w|.",
        "How many values are there?",
    ],
)
def many_small_steps(side, weight, steps):
    """ε times the number of values times their mean size: a sum of many small things. So it grows with the picture."""
    values = 3 * side**2
    return values * weight * steps / 255


@exercise(
    "13.7",
    title="A probe of an untrained network",
    section="What is known half way?",
    level=2,
    minutes=5,
    prompt="""
    A linear probe on features of an *untrained* network tells ten classes apart far better than guessing. What does
    that say about a probe on a trained network?
    """,
    kind=Choice(
        {
            "broken": (
                "The probe has seen the test pictures",
                "It need not have: random filters keep something of colour and shape, too.",
            ),
            "baseline": (
                "Its accuracy must be compared with that of the untrained one, not with guessing",
                "What the features of an untrained network allow is not the merit of training.",
            ),
            "useless": (
                "Training is of no use",
                "Compare the two probes row by row before you say so.",
            ),
            "depth": (
                "The deeper row must always have the better probe",
                "In an untrained network nothing makes it so.",
            ),
        }
    ),
    hints=["What is the control of this experiment?"],
)
def a_probe_of_an_untrained_network():
    """A demonstration needs its control: behind random filters brightness alone tells these two classes apart."""
    import torch

    from inception_edu import create_model
    from inception_edu.looking import fit_probe, pooled_features

    torch.manual_seed(0)
    labels = torch.arange(120) % 2
    pictures = torch.randn(120, 3, 64, 64) + labels.view(-1, 1, 1, 1)
    model = create_model("googlenet_bn", width=0.125, aux_logits=False, image_size=64, seed=0).eval()
    features = pooled_features(model, pictures, ["inception (3a)"])["inception (3a)"]
    accuracy = fit_probe(features[:60], labels[:60], 2).accuracy(features[60:], labels[60:])
    return "baseline" if accuracy > 0.8 else "broken"


@exercise(
    "13.8",
    title="Thirty-six questions",
    section="Which branch does the work?",
    level=2,
    minutes=6,
    prompt="""
    {modules} modules of {branches} branches each: one comparison a branch. Suppose that no branch matters at all and
    that the comparisons are independent. Each is judged at a level of 5 %, without a correction. How many would be
    called clear on average, and how likely is it that at least one is?
    """,
    kind=Numbers({"called clear": Number(relative=0.01), "at least one": Number(percent=True, relative=0.01)}),
    cases=[
        {"modules": 9, "branches": 4},
        {"modules": 3, "branches": 4},
        {"modules": 10, "branches": 3},
        {"modules": 2, "branches": 3},
        {"modules": 5, "branches": 4},
    ],
    mistakes=[
        Mistake(
            lambda modules, branches: {"at least one": 0.05},
            "That is one comparison. How likely is it that *none* of all of them is called clear?",
        ),
        Mistake(
            lambda modules, branches: {"called clear": 0.05 * modules},
            "There is a comparison for every branch of every module.",
        ),
    ],
    hints=["Each is called clear by chance once in twenty times.", "None of n: 0.95 to the power of n."],
)
def thirty_six_questions(modules, branches):
    """Without a correction a table of nothing shows something. Holm's procedure keeps the whole table at 5 %."""
    count = modules * branches
    return {"called clear": 0.05 * count, "at least one": 1 - 0.95**count}


@exercise(
    "13.9",
    title="Two maps, one number",
    section="Do they agree?",
    level=2,
    minutes=6,
    prompt="""
    Two maps of the same picture have five places each. One orders them, from the weakest to the strongest, as
    1, 2, 3, 4, 5; the other gives the same places the ranks {a}, {b}, {c}, {d}, {e}. What is their rank correlation?
    """,
    kind=Number(absolute=0.005),
    cases=[
        {"a": 3, "b": 1, "c": 2, "d": 4, "e": 5},
        {"a": 2, "b": 3, "c": 1, "d": 5, "e": 4},
        {"a": 5, "b": 4, "c": 3, "d": 1, "e": 2},
        {"a": 1, "b": 2, "c": 5, "d": 4, "e": 3},
        {"a": 1, "b": 4, "c": 2, "d": 5, "e": 3},
    ],
    mistakes=[
        Mistake(
            lambda a, b, c, d, e: 1 - sum(abs(rank - place) for place, rank in enumerate((a, b, c, d, e), 1)) / 20,
            "The differences of the ranks are *squared*.",
        ),
        Mistake(
            lambda a, b, c, d, e: sum((rank - place) ** 2 for place, rank in enumerate((a, b, c, d, e), 1)) / 20,
            "That is what is subtracted from 1.",
        ),
    ],
    hints=["With n places and differences d of ranks: 1 − 6 Σd² / (n(n² − 1)).", "n(n² − 1) is 120 for five places."],
)
def two_maps_one_number(a, b, c, d, e):
    """1 for the same order, −1 for the reverse, 0 where knowing one says nothing of the other."""
    import torch

    from inception_edu.looking import rank_correlation

    return rank_correlation(torch.tensor([1, 2, 3, 4, 5]), torch.tensor([a, b, c, d, e]))


@exercise(
    "13.10",
    title="A picture of your own",
    section="Where does it look?",
    level=3,
    minutes=40,
    points=3,
    prompt="""
    Take a picture of your own, or one of the photographs, that the network gets *wrong*. Draw the class maps of the
    right and of the given class, and cover what speaks for the wrong one. Does the answer change? Write down what you
    did, what you saw, and one other picture that could prove your explanation wrong.
    """,
    kind=Text(words=30),
    hints=[
        '`card.prepare("mine.jpg")` makes any file ready for the network.',
        "The difference of two class maps says which places speak for one and against the other.",
    ],
)
def a_picture_of_your_own():
    """One good answer among many; what makes it good is its last sentence."""
    return (
        "The network takes the dog for a horse. The difference of the two maps is largest on the grass. I covered the "
        "grass with grey: the dog won. So I think that it knows horses by meadows. A horse on a beach would prove me "
        "wrong, if it is named as surely as one on a meadow."
    )
