"""Exercises to chapter 6, *The recipe of 2014*."""

from __future__ import annotations

from math import log

from .code import Code
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting
from .recipe_code import area, limit_without_momentum, plain_mean, shared, verify_average, weighted_sum
from .verdict import Mistake


@exercise(
    "6.1",
    title="What momentum makes of a gradient",
    section="Momentum: a heavy ball",
    level=1,
    minutes=4,
    prompt="""
    Momentum μ = {momentum}. A gradient is 1 at every step; another is 1 and −1 in turn. By how much does a step differ
    from that without momentum, after many steps: which factor for the steady gradient, which for the alternating one?
    """,
    kind=Numbers({"steady": Number(relative=0.005), "alternating": Number(relative=0.005)}),
    cases=[{"momentum": 0.8}, {"momentum": 0.9}, {"momentum": 0.95}, {"momentum": 0.5}, {"momentum": 0.99}],
    mistakes=[
        Mistake(lambda momentum: {"alternating": 0.0}, "It does not vanish: the last gradient counts in full."),
        Mistake(
            lambda momentum: {"steady": momentum / (1 - momentum)}, "The sum begins with this step's own gradient."
        ),
        Mistake(lambda momentum: {"alternating": 1 - momentum}, "That is the first two terms. The sum goes on."),
    ],
    hints=["The velocity is g plus μ times the one before, plus μ² times the one before that …", "A geometric series."],
)
def what_momentum_makes(momentum):
    """1 + μ + μ² + … = 1/(1 − μ), and 1 − μ + μ² − … = 1/(1 + μ)."""
    steady = alternating = 0.0
    for step in range(5000):
        steady = momentum * steady + 1
        alternating = momentum * alternating + (-1) ** step
    return {"steady": steady, "alternating": abs(alternating)}


@exercise(
    "6.2",
    title="A schedule that arrives",
    section="The rate: 4 % every 8 epochs",
    level=1,
    minutes=6,
    prompt="""
    You have {epochs} epochs, and want the last of them to have {percent} % of the first rate. Keep the factor 0.96: how
    many cuts does it take? Keep a cut every {every} epochs: what must the factor be?
    """,
    kind=Numbers({"cuts": Number(), "factor": Number(relative=0.005)}),
    cases=[
        {"epochs": 100, "percent": 1, "every": 8},
        {"epochs": 90, "percent": 10, "every": 8},
        {"epochs": 200, "percent": 1, "every": 16},
        {"epochs": 60, "percent": 5, "every": 5},
        {"epochs": 120, "percent": 2, "every": 20},
    ],
    mistakes=[
        Mistake(
            lambda epochs, percent, every: {"factor": (percent / 100) ** (every / epochs)},
            "In epoch {epochs} − 1, the last one, only whole cuts have been made: round their number down.",
        ),
        Mistake(
            lambda epochs, percent, every: {"cuts": int(log(percent / 100) / log(0.96))},
            "With so many cuts a little more is left. Take one more.",
        ),
    ],
    hints=[
        "The last epoch has the number {epochs} − 1, for they are counted from 0.",
        "Solve 0.96ⁿ ≤ {percent} % for n; and fⁿ = {percent} % for f, with the number n of cuts that are made.",
    ],
)
def a_schedule_that_arrives(epochs, percent, every):
    """Cuts of 4 % are too small for so few epochs; or else they have to come more than once an epoch."""
    from math import ceil, log

    cuts = ceil(log(percent / 100) / log(0.96))
    made = (epochs - 1) // every
    return {"cuts": cuts, "factor": (percent / 100) ** (1 / made)}


@exercise(
    "6.3",
    title="Arrive late, be quick on the way",
    section="The rate: 4 % every 8 epochs",
    level=2,
    minutes=5,
    prompt="""
    Set the widget, with 100 epochs and a base rate of 0.1, so that the last rate is at most 0.001 and the mean rate at
    least 0.045.
    """,
    kind=Setting(
        "Schedules",
        {
            "epochs": ("epochs", "==", "100 epochs, please."),
            "base": ("base_rate", "==", "A base rate of 0.1, please."),
            "last": ("last_rate", "<=", "The last rate is too high."),
            "mean": ("mean_rate", ">=", "The mean rate is too low: the rate falls too early."),
        },
        {"schedule": "paper", "epochs": 100, "base_rate": 0.1},
    ),
    hints=["Steps small enough to end low are low for most of the time.", "Which schedules fall late?"],
)
def arrive_late():
    """Half a cosine stays high, falls in the middle, and ends near zero; one cycle does, too."""
    from math import cos, pi

    setting = {"schedule": "cosine", "epochs": 100, "base_rate": 0.1}
    rates = [0.1 * (1 + cos(pi * epoch / 100)) / 2 for epoch in range(100)]
    assert rates[-1] <= 0.001
    assert sum(rates) / 100 >= 0.045
    return {"setting": setting, "limits": {"epochs": 100, "base": 0.1, "last": 0.001, "mean": 0.045}}


@exercise(
    "6.4",
    title="Pictures that never fit",
    section="How often does the sampler give up?",
    level=2,
    minutes=6,
    prompt="""
    Patches of at least {percent} % of the area, with an aspect ratio of at most {wide}/{high}. From which aspect ratio
    of the *picture* on does no patch fit, so that the sampler always gives up?
    """,
    kind=Number(relative=0.005),
    cases=[
        {"percent": 8, "wide": 4, "high": 3},
        {"percent": 10, "wide": 4, "high": 3},
        {"percent": 25, "wide": 3, "high": 2},
        {"percent": 20, "wide": 2, "high": 1},
        {"percent": 5, "wide": 5, "high": 4},
    ],
    mistakes=[
        Mistake(lambda percent, wide, high: 100 / percent, "That is so for square patches. Wide ones fit for longer."),
        Mistake(
            lambda percent, wide, high: 100 / percent * high / wide,
            "Turn the patch: in a wide picture the *wide* patches are the ones that fit.",
        ),
    ],
    hints=["A patch of area a and aspect r fits in height if a ≤ r/A.", "Which a and which r fit longest?"],
)
def pictures_that_never_fit(percent, wide, high):
    """The flattest patch of the smallest area fits longest: a ≤ r/A fails for every patch once A > r/a."""
    return (wide / high) / (percent / 100)


@exercise(
    "6.5",
    title="Within a week?",
    section="The rate: 4 % every 8 epochs",
    level=2,
    minutes=8,
    prompt="""
    The paper estimates that GoogLeNet could be trained "using few high-end GPUs within a week". How many epochs do
    {gpus} of them make in seven days? A training step takes three times the multiply-adds of a forward pass with heads;
    a multiply-add is two operations. There are 1.2 million pictures. A K40, high-end in 2014, did 4.3·10¹² operations a
    second on paper; suppose that 30 % of it is reached.
    """,
    kind=Number("epochs", relative=0.03),
    cases=[{"gpus": 4}, {"gpus": 1}, {"gpus": 2}, {"gpus": 3}, {"gpus": 6}],
    mistakes=[
        Mistake(lambda gpus: within_a_week(gpus) / 0.3, "You let the card reach all that it can do on paper."),
        Mistake(lambda gpus: within_a_week(gpus) * 3, "That is the forward pass alone."),
        Mistake(lambda gpus: within_a_week(gpus) * 2, "A multiply-add is two operations."),
    ],
    hints=["`layer_table('googlenet').total.macs`, with heads.", "Operations of an epoch: 2 · 3 · MACs · 1.2 million."],
)
def within_a_week(gpus):
    """The estimate is plausible: four such cards get through some 270 epochs. By then the rate has halved."""
    from inception_edu import layer_table

    macs = layer_table("googlenet").total.macs
    seconds = 2 * 3 * macs * 1.2e6 / (0.3 * 4.3e12)  # of an epoch, on one GPU
    return gpus * 7 * 86400 / seconds


@exercise(
    "6.6",
    title="Unequal parts",
    section="Data parallelism: one batch, several machines",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    The last batch of an epoch is rarely full, and its parts are not equally large. Write `average(gradients, sizes)`:
    the gradient of the whole batch, from the gradients of its parts, arrays of one shape, and how many pictures each
    part has. A part may be empty.
    """,
    kind=Code(
        "average",
        stub='''
def average(gradients, sizes):
    """The parts' gradients, each of a mean loss, and the parts' sizes → the batch's gradient."""
'''.strip(),
        verify=verify_average,
        expected="average([1.0, 4.0], [10, 20])",
        wrong=(plain_mean, weighted_sum),
    ),
    hints=[
        "The loss of the batch is a mean over pictures, not over parts.",
        "A mean of means weighs each by its size.",
    ],
)
def unequal_parts():
    """Each part's gradient is a mean over its pictures, and counts as often as it has pictures."""

    def average(gradients, sizes):
        """The parts' gradients, each of a mean loss, and the parts' sizes → the batch's gradient."""
        return sum(size * gradient for size, gradient in zip(sizes, gradients)) / sum(sizes)

    return average


@exercise(
    "6.7",
    title="Batch norm at rest",
    section="Data parallelism: one batch, several machines",
    level=2,
    minutes=6,
    prompt="""
    A network with batch norm is put into *evaluation* mode, and its gradient is computed in four equal parts. Does the
    average agree with the gradient of the whole batch?
    """,
    kind=Choice(
        {
            "no": ("No: it has batch norm", "What was the reason that it did not agree in training?"),
            "yes": ("Yes, up to rounding", "Stored statistics make it a fixed scale and shift, one picture at a time."),
            "parts": (
                "Only if the parts are large",
                "Large parts help in training, where each has its own statistics.",
            ),
        }
    ),
    hints=["Does a picture's output depend on its neighbours in evaluation mode?"],
)
def batch_norm_at_rest():
    """Then nothing normalizes any more: at the start of a training the stored statistics are those of no data at all.

    Fine-tuning with small batches is often done that way, though.
    """
    import torch
    from torch import nn

    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 4))
    model.double().eval()
    images, labels = torch.randn(16, 3, 8, 8, dtype=torch.float64), torch.arange(16) % 4

    def gradient(x, y):
        loss = nn.functional.cross_entropy(model(x), y)
        return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))])

    parts = [gradient(x, y) for x, y in zip(images.chunk(4), labels.chunk(4))]
    same = torch.allclose(torch.stack(parts).mean(0), gradient(images, labels))
    return "yes" if same else "no"


@exercise(
    "6.8",
    title="Momentum and staleness",
    section="When stale gradients break",
    level=3,
    minutes=15,
    points=2,
    prompt="""
    With momentum the recursion is $w_{t+1} = w_t + μ(w_t - w_{t-1}) - ηλ\\,w_{t-τ}$. Find the largest stable ηλ for
    μ = {momentum} and τ = {staleness}.
    """,
    kind=Number(relative=0.01),
    cases=[
        {"momentum": 0.9, "staleness": 2},
        {"momentum": 0.9, "staleness": 8},
        {"momentum": 0.5, "staleness": 2},
        {"momentum": 0.8, "staleness": 4},
        {"momentum": 0.95, "staleness": 3},
    ],
    mistakes=[
        Mistake(lambda momentum, staleness: limit_without_momentum(staleness), "That is the limit without momentum."),
        Mistake(lambda momentum, staleness: 2 * (1 + momentum), "That is the limit of momentum without staleness."),
        Mistake(
            lambda momentum, staleness: limit_without_momentum(staleness) * (1 - momentum),
            "A first guess, and near: momentum makes the rate 1/(1 − μ) times as large. But it delays as well. Search.",
        ),
    ],
    hints=[
        "Put w_t = z^t and divide: the polynomial is z^(τ+1) − (1 + μ)·z^τ + μ·z^(τ−1) + ηλ.",
        "The recursion dies out if all its roots lie inside the unit circle: `np.roots`, and bisection as above.",
    ],
)
def momentum_and_staleness(momentum, staleness):
    """Fresh gradients allow nearly twice the rate with momentum. Stale ones allow a fraction: momentum delays, too."""
    import numpy as np

    def stable(x):
        polynomial = np.zeros(staleness + 2)  # powers of z from staleness + 1 down to 0
        polynomial[:3] = [1, -(1 + momentum), momentum]
        polynomial[-1] += x
        return np.abs(np.roots(polynomial)).max() < 1

    low, high = 0.0, 8.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low


@exercise(
    "6.9",
    title="How well does a box fit?",
    section="The other contest: where is it?",
    level=1,
    minutes=4,
    prompt="""
    Boxes are given as left, top, right, bottom. The true box is {true}, the found one {found}. How large is their
    Jaccard index?
    """,
    kind=Number(percent=True, relative=0.01),
    cases=[
        {"true": (10, 10, 50, 50), "found": (20, 20, 60, 60)},
        {"true": (0, 0, 40, 20), "found": (10, 0, 50, 20)},
        {"true": (10, 20, 70, 60), "found": (10, 30, 70, 80)},
        {"true": (0, 0, 30, 30), "found": (5, 5, 25, 25)},
        {"true": (20, 10, 80, 90), "found": (30, 20, 80, 100)},
    ],
    mistakes=[
        Mistake(
            lambda true, found: shared(true, found) / (area(true) + area(found)),
            "What both cover is counted twice in the sum of the areas. Take it away once.",
        ),
        Mistake(
            lambda true, found: shared(true, found) / area(true),
            "That is the share of the true box that was found. A box that covers the whole picture would be perfect.",
        ),
    ],
    hints=["What both cover, over what they cover together.", "Together: the sum of both areas less what both cover."],
)
def how_well_does_a_box_fit(true, found):
    """Half of what the two cover together would be enough to count as found."""
    wide = min(true[2], found[2]) - max(true[0], found[0])
    high = min(true[3], found[3]) - max(true[1], found[1])
    both = max(wide, 0) * max(high, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (true, found)]
    return both / (sum(areas) - both)
