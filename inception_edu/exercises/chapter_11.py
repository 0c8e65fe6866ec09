"""The exercises of chapter 11: label smoothing, its slips, and calibration."""

from __future__ import annotations

from math import exp, log

from . import smoothing_code  # noqa: F401, registers 11.7 and 11.8
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting
from .verdict import Mistake


def lowest_loss(epsilon: float, classes: int) -> float:
    """Entropy of the smoothed label."""
    other = epsilon / classes
    true = 1 - epsilon + other
    return -true * log(true) - (classes - 1) * other * log(other)


@exercise(
    "11.1",
    title="What the true class gets",
    section="The remedy, as a distribution",
    level=1,
    minutes=3,
    prompt="{classes} classes, ε = {epsilon}. Which probability does the smoothed label give to the true class?",
    kind=Number(absolute=1e-4),
    cases=[
        {"classes": 5, "epsilon": 0.1},
        {"classes": 4, "epsilon": 0.2},
        {"classes": 20, "epsilon": 0.1},
        {"classes": 10, "epsilon": 0.3},
        {"classes": 8, "epsilon": 0.4},
    ],
    mistakes=[
        Mistake(lambda classes, epsilon: 1 - epsilon, "The draw at random may hit the true class, too: add its share."),
        Mistake(lambda classes, epsilon: epsilon / classes, "That is what each *other* class gets."),
    ],
    hints=["With probability ε the label is drawn from all {classes} classes, the true one among them."],
)
def what_the_true_class_gets(classes, epsilon):
    """1 − ε for the label that is kept, and its share ε/K of the draw at random."""
    return 1 - epsilon + epsilon / classes


@exercise(
    "11.2",
    title="A loss that was scaled",
    section="A loss that only looks like it",
    level=1,
    minutes=4,
    prompt="""
    A training with Adam uses the loss $(1 - ε) H + ε/K$ with ε = 0.1 instead of the plain cross-entropy $H$. All else
    is the same. What changes?
    """,
    kind=Choice(
        {
            "softer": (
                "The network becomes less certain",
                "For that the loss must punish certainty. Where is the lowest point of (1 − ε)H + ε/K?",
            ),
            "slower": (
                "It trains as with a rate of 0.9 times the old one",
                "So it would be with SGD. Adam divides each gradient by its own usual size.",
            ),
            "number": (
                "The number that is printed, and next to nothing else",
                "The constant has no gradient, and Adam divides the factor away, all but its tiny eps.",
            ),
            "bound": (
                "The loss cannot fall below the smoothed label's entropy any more",
                "It can: its lowest value is ε/K, where H is zero.",
            ),
        }
    ),
    hints=["What is the gradient of a constant?", "What does Adam do to a gradient that is 0.9 times as large?"],
)
def a_loss_that_was_scaled():
    """Adam's step is a ratio of two means of gradients. A common factor falls out of it."""
    import torch

    def step(factor):
        weight = torch.tensor([1.0], requires_grad=True)
        optimizer = torch.optim.Adam([weight], lr=0.1)
        (factor * weight**2).sum().backward()
        optimizer.step()
        return weight.item()

    return "number" if abs(step(0.9) - step(1.0)) < 1e-6 else "slower"


@exercise(
    "11.3",
    title="Ask for a gap of three",
    section="How far apart are the logits now?",
    level=1,
    minutes=4,
    prompt="Set the widget so that ten classes are asked for a gap of 3, to within 0.05.",
    kind=Setting(
        "LabelSmoothing",
        {
            "classes": ("classes", "==", "Ten classes, please."),
            "least": ("best_gap", ">=", "The gap of lowest loss is below 3: smooth less."),
            "most": ("best_gap", "<=", "The gap of lowest loss is above 3: smooth more."),
        },
        {"classes": 10, "epsilon": 0.1},
    ),
    hints=["More smoothing asks for a smaller gap.", "Solve log(1 + 10(1 − ε)/ε) = 3 for ε."],
)
def ask_for_a_gap_of_three():
    """From log(1 + K(1 − ε)/ε) = g follows ε = K/(K + eᵍ − 1)."""
    from math import exp

    epsilon = round(10 / (10 + exp(3) - 1), 2)
    limits = {"classes": 10, "least": 2.95, "most": 3.05}
    return {"setting": {"classes": 10, "epsilon": epsilon}, "limits": limits}


@exercise(
    "11.4",
    title="Reading a log",
    section="How far apart are the logits now?",
    level=2,
    minutes=6,
    prompt="""
    Somebody's log says: {classes} classes, label smoothing, training loss {loss}. The loss is the cross-entropy against
    smoothed labels, nothing else. How large can ε be at most?
    """,
    kind=Number(relative=0.02),
    cases=[
        {"classes": 20, "loss": 0.3185},
        {"classes": 10, "loss": 0.25},
        {"classes": 100, "loss": 0.5},
        {"classes": 1000, "loss": 0.4},
        {"classes": 5, "loss": 0.2},
    ],
    mistakes=[
        Mistake(
            lambda classes, loss: 1 - exp(-loss),
            "That gives the true class e^−loss. The other {classes} − 1 classes count in the entropy, too.",
        ),
        Mistake(lambda classes, loss: loss, "The loss is no probability. Which is the lowest it can be for a given ε?"),
    ],
    hints=[
        "The loss cannot be below the entropy of the smoothed label.",
        "The entropy grows with ε. Halve an interval until it holds the ε whose entropy is {loss}.",
    ],
)
def reading_a_log(classes, loss):
    """The entropy of the smoothed label is the least that can be printed. The ε whose entropy is {loss} is the largest.

    A larger ε in the recipe beside this log would prove that nothing was smoothed, or that something else was printed.
    """
    from math import log

    def entropy(epsilon):
        other = epsilon / classes
        true = 1 - epsilon + other
        return -true * log(true) - (classes - 1) * other * log(other)

    low, high = 1e-9, 0.5
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if entropy(middle) < loss else (low, middle)
    return low


@exercise(
    "11.5",
    title="The other convention",
    section="How far apart are the logits now?",
    level=2,
    minutes=6,
    prompt="""
    Some spread ε over the $K - 1$ *other* classes: $q'(y) = 1 - ε$, and $q'(k) = ε/(K-1)$ elsewhere. With
    $K$ = {classes} and ε = {epsilon}: which gap has the lowest loss? And which ε of the paper's form asks for the same?
    """,
    kind=Numbers({"gap": Number(relative=0.005), "epsilon": Number(relative=0.005)}),
    cases=[
        {"classes": 20, "epsilon": 0.1},
        {"classes": 2, "epsilon": 0.1},
        {"classes": 5, "epsilon": 0.2},
        {"classes": 10, "epsilon": 0.05},
        {"classes": 4, "epsilon": 0.3},
    ],
    mistakes=[
        Mistake(
            lambda classes, epsilon: {"gap": log(1 + classes * (1 - epsilon) / epsilon)},
            "That is the gap of the paper's form. Here ε is shared by {classes} − 1 classes.",
        ),
        Mistake(
            lambda classes, epsilon: {"epsilon": epsilon * (classes - 1) / classes},
            "Turned round: the paper's ε must be the larger one, for a part of it comes back to the true class.",
        ),
    ],
    hints=["The best prediction is again p = q'.", "For the second part set the two values of q'(y) equal."],
)
def the_other_convention(classes, epsilon):
    """The two forms are one family. With a thousand classes nobody notices, with two it is a factor of two."""
    from math import log

    gap = log((1 - epsilon) / (epsilon / (classes - 1)))
    return {"gap": gap, "epsilon": epsilon * classes / (classes - 1)}


@exercise(
    "11.6",
    title="A prior that is not uniform",
    section="How far apart are the logits now?",
    level=2,
    minutes=6,
    prompt="""
    The formula allows any $u$. Three classes make up {a} %, {b} % and {c} % of the data; let $u$ be that, and ε = 0.1.
    A picture shows the *third* class. How far should its logit lie above that of the first, and of the second?
    """,
    kind=Numbers({"above the first": Number(relative=0.002), "above the second": Number(relative=0.002)}),
    cases=[
        {"a": 70, "b": 20, "c": 10},
        {"a": 60, "b": 30, "c": 10},
        {"a": 50, "b": 30, "c": 20},
        {"a": 80, "b": 15, "c": 5},
        {"a": 45, "b": 35, "c": 20},
    ],
    mistakes=[
        Mistake(
            lambda a, b, c: {"above the first": log(90 / (0.1 * a)), "above the second": log(90 / (0.1 * b))},
            "The true class gets its own share of ε back: 0.9 + ε·u.",
        ),
        Mistake(
            lambda a, b, c: dict.fromkeys(("above the first", "above the second"), log(1 + 3 * 0.9 / 0.1)),
            "That is the gap for a uniform u.",
        ),
    ],
    hints=["p = q' still holds.", "q' of another class k is ε·u(k)."],
)
def a_prior_that_is_not_uniform(a, b, c):
    """The gap to a frequent class is smaller: the network may keep its prejudice a little."""
    from math import log

    epsilon, u = 0.1, (a / 100, b / 100, c / 100)
    true = 1 - epsilon + epsilon * u[2]
    gaps = [log(true / (epsilon * share)) for share in u[:2]]
    return {"above the first": gaps[0], "above the second": gaps[1]}


@exercise(
    "11.9",
    title="Negative entropy",
    section="How far apart are the logits now?",
    level=3,
    minutes=20,
    points=2,
    prompt="""
    The paper mentions another way, “but not equivalently”: punish a prediction $p$ of low entropy $H(p)$, with the loss
    $H(q, p) - β H(p)$ and hard labels $q$. For {classes} classes, which β has its best gap where ε = {epsilon} has its?
    """,
    kind=Number(relative=0.03),
    cases=[
        {"classes": 4, "epsilon": 0.1},
        {"classes": 10, "epsilon": 0.1},
        {"classes": 3, "epsilon": 0.2},
        {"classes": 20, "epsilon": 0.1},
        {"classes": 5, "epsilon": 0.3},
    ],
    mistakes=[Mistake(lambda classes, epsilon: epsilon, "β is no ε: the two losses pull with different strength.")],
    hints=[
        "With all other logits equal both losses are functions of one number, the gap g. Write p in terms of g.",
        "At the best gap the derivative is zero: −dH(q, p)/dg = −β dH(p)/dg. Both can be taken numerically.",
    ],
)
def negative_entropy(classes, epsilon):
    """At the best gap both parts pull equally, so β is the ratio of their slopes there.

    Far beyond it the two differ: smoothing punishes a gap without limit, the penalty levels off.
    """
    from math import exp, log

    best = log(1 + classes * (1 - epsilon) / epsilon)

    def parts(gap):
        true = 1 / (1 + (classes - 1) * exp(-gap))
        other = (1 - true) / (classes - 1)
        entropy = -true * log(true) - (classes - 1) * other * log(other)
        return -log(true), entropy

    (loss_before, before), (loss_after, after) = parts(best - 1e-4), parts(best + 1e-4)
    return (loss_after - loss_before) / (after - before)
