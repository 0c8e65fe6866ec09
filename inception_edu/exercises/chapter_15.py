"""The exercises of chapter 15: ceilings, intensity and the ridge point, strides, pools, and what a change is worth."""

from __future__ import annotations

from . import pool_code  # noqa: F401, registers 15.7 and 15.8
from .exercise import exercise
from .kinds import Choice, Number, Numbers, Setting, Text
from .verdict import Mistake


@exercise(
    "15.1",
    title="At least so long",
    section="How long should a picture take?",
    level=1,
    minutes=3,
    prompt="""
    A network takes {macs} million multiply-adds a picture. A core does {rate} billion multiply-adds a second at best.
    How many milliseconds does a picture take at least?
    """,
    kind=Number(unit="ms"),
    cases=[
        {"macs": 1600, "rate": 50},
        {"macs": 5700, "rate": 40},
        {"macs": 720, "rate": 30},
        {"macs": 15_500, "rate": 100},
        {"macs": 4000, "rate": 25},
    ],
    mistakes=[
        Mistake(lambda macs, rate: macs / rate / 1000, "Those are seconds."),
        Mistake(lambda macs, rate: 2 * macs / rate, "A multiply-add counts as one here, and so does the rate."),
        Mistake(lambda macs, rate: rate / macs * 1000, "The other way round: work over rate."),
    ],
    hints=["Seconds are multiply-adds over multiply-adds a second.", "A million over a billion is a thousandth."],
)
def at_least_so_long(macs, rate):
    """Work over rate. It says nothing yet of memory."""
    seconds = macs * 10**6 / (rate * 10**9)
    return 1000 * seconds


@exercise(
    "15.2",
    title="How intense is it?",
    section="Count",
    level=1,
    minutes=6,
    prompt="""
    A 1×1 convolution without bias brings {c} channels to {f} on a grid of {side}×{side}, for one picture. A number has
    four bytes. How many multiply-adds does it take, how many bytes does it move at least, and what is its arithmetic
    intensity?
    """,
    kind=Numbers({"multiply-adds": Number(), "bytes": Number(), "intensity": Number()}),
    cases=[
        {"c": 480, "f": 192, "side": 14},
        {"c": 192, "f": 64, "side": 28},
        {"c": 832, "f": 256, "side": 7},
        {"c": 512, "f": 24, "side": 14},
        {"c": 256, "f": 128, "side": 28},
    ],
    mistakes=[
        Mistake(
            lambda c, f, side: {"bytes": c * side**2 + f * side**2 + c * f},
            "Those are numbers. Each has four bytes.",
        ),
        Mistake(
            lambda c, f, side: {"bytes": 4 * (c + f) * side**2},
            "The weights have to be fetched, too.",
        ),
        Mistake(
            lambda c, f, side: {"multiply-adds": c * f},
            "That is one place of the grid.",
        ),
    ],
    hints=["Input, output and weights, each once.", "Intensity: multiply-adds over bytes."],
)
def how_intense_is_it(c, f, side):
    """Each weight is used at every place of the grid, each number of the input by every filter."""
    from inception_edu.arithmetic import conv_macs, conv_params

    macs = conv_macs(c, f, 1, side)
    moved = 4 * (c * side**2 + f * side**2 + conv_params(c, f, 1))
    return {"multiply-adds": macs, "bytes": moved, "intensity": macs / moved}


@exercise(
    "15.3",
    title="Twice the memory",
    section="Two ceilings",
    level=1,
    minutes=3,
    prompt="""
    A processor does 60 billion multiply-adds a second and moves 20 billion bytes a second. A layer has an arithmetic
    intensity of 12 multiply-adds a byte. The memory is exchanged for one that is twice as fast. What becomes of the
    layer's least time?
    """,
    kind=Choice(
        {
            "half": ("It is halved", "It would be if the layer waited for memory. Compare 12 with the ridge point."),
            "same": ("It stays", "The ridge point was 3: the layer waits for arithmetic, before and after."),
            "quarter": ("It falls by a quarter", "There is no such in-between: the longer of the two times counts."),
            "double": ("It doubles", "Nothing got slower."),
        }
    ),
    hints=["What is the ridge point?", "Is 12 above or below it?"],
)
def twice_the_memory():
    """The longer of the two times counts, and it is the same as before."""
    from inception_edu.roofline import Machine

    before, after = (Machine(60, bandwidth).attainable(12) for bandwidth in (20, 40))
    return "same" if before == after else "half"


@exercise(
    "15.4",
    title="Memory for a quick core",
    section="Count",
    level=2,
    minutes=6,
    prompt="""
    A machine of your own has a peak of 200 billion multiply-adds a second. Set the widget to GoogLeNet, one picture and
    four bytes a number, and to the *smallest* bandwidth with which the network waits for memory in at most 5 % of its
    time.
    """,
    kind=Setting(
        "Roofline",
        {
            "batch": ("batch", "==", "One picture, please."),
            "precision": ("precision", "==", "Four bytes a number, please."),
            "peak": ("peak", "==", "Choose a machine of your own, with a peak of 200."),
            "most": ("memory_share", "<=", "It still waits for memory in more than 5 % of the time."),
            "large": ("ridge", ">=", "It waits little, but with less bandwidth it would, too. And is it your machine?"),
            "network": ("images_per_second", ">=", "GoogLeNet does more pictures a second: is it that network?"),
        },
        {"machine": "own", "peak": 50, "bandwidth": 20},
    ),
    hints=[
        "More bandwidth moves the ridge to the left, and fewer steps stand on the slope.",
        "Halve what you have left: 50, 100, then between the two.",
    ],
)
def memory_for_a_quick_core():
    """From 1 up, the first that is enough. What then still waits are the pools, the concatenations, the classifier."""
    from inception_edu.roofline import Machine, roofline, steps

    def share(bandwidth):
        """Part of the time that waits for memory, and pictures a second."""
        places = roofline(steps("googlenet_bn"), Machine(200, bandwidth))
        total = sum(place.seconds for place in places)
        waits = sum(place.seconds for place in places if place.bound == "memory")
        return waits / total, 1 / total

    bandwidth = 1
    while share(bandwidth)[0] > 0.05:
        bandwidth += 1
    setting = {"machine": "own", "peak": 200, "bandwidth": bandwidth}
    limits = {"batch": 1, "precision": 4, "peak": 200, "most": 0.05, "large": 200 / bandwidth}
    return {"setting": setting, "limits": {**limits, "network": 0.999 * share(bandwidth)[1]}}


@exercise(
    "15.5",
    title="Strides",
    section="Why is a pool so slow?",
    level=2,
    minutes=5,
    prompt="""
    A tensor of 1×{c}×{h}×{w} numbers lies in memory. How many places apart are two neighbouring *channels* of the same
    place of the grid, and two neighbours in a *row* of the same channel, in the usual order and in channels last?
    """,
    kind=Numbers(
        {
            "channel | usual": Number(),
            "channel | channels last": Number(),
            "row | usual": Number(),
            "row | channels last": Number(),
        }
    ),
    cases=[
        {"c": 192, "h": 28, "w": 28},
        {"c": 64, "h": 56, "w": 40},
        {"c": 480, "h": 14, "w": 14},
        {"c": 3, "h": 224, "w": 160},
        {"c": 832, "h": 7, "w": 9},
    ],
    mistakes=[
        Mistake(
            lambda c, h, w: {
                "channel | usual": 1,
                "channel | channels last": h * w,
                "row | usual": c,
                "row | channels last": 1,
            },
            "The two orders are exchanged.",
        ),
        Mistake(lambda c, h, w: {"channel | usual": w}, "That is the next row. A channel is a whole grid further."),
        Mistake(
            lambda c, h, w: {"row | channels last": h * w},
            "Between two places of the grid lie the channels of one place.",
        ),
    ],
    hints=["Usual: a channel is a grid of H·W numbers.", "Channels last: the channels of one place come first."],
)
def strides(c, h, w):
    """PyTorch says it of every tensor: `stride()`."""
    import torch

    usual = torch.empty(1, c, h, w, device="meta")
    last = usual.contiguous(memory_format=torch.channels_last)
    return {
        "channel | usual": usual.stride(1),
        "channel | channels last": last.stride(1),
        "row | usual": usual.stride(3),
        "row | channels last": last.stride(3),
    }


@exercise(
    "15.6",
    title="Where to begin",
    section="Measure each layer",
    level=2,
    minutes=6,
    prompt="""
    In a profile the pools take {share} % of the time, all else the rest. You make the pools {times} times as quick. How
    many times as quick is the whole? And how many times at the very most, if pools cost nothing at all?
    """,
    kind=Numbers({"whole": Number(), "at most": Number()}),
    cases=[
        {"share": 40, "times": 10},
        {"share": 25, "times": 5},
        {"share": 50, "times": 20},
        {"share": 10, "times": 8},
        {"share": 60, "times": 3},
    ],
    mistakes=[
        Mistake(
            lambda share, times: {"whole": 1 + share / 100 * (times - 1)},
            "Speeds cannot be averaged. Add up the *times* of the two parts.",
        ),
        Mistake(lambda share, times: {"at most": 100 / share}, "That would be left if all *but* the pools were free."),
    ],
    hints=["Call the time before 1. What is it after?", "The pools' part is divided, the rest stays."],
)
def where_to_begin(share, times):
    """What is not made quicker sets the limit, however quick the rest becomes (Amdahl's law)."""
    pools = share / 100
    rest = 1 - pools
    return {"whole": 1 / (rest + pools / times), "at most": 1 / rest}


@exercise(
    "15.9",
    title="A profile of your own",
    section="One change at a time",
    level=3,
    minutes=45,
    points=3,
    prompt="""
    Take a network that you care about, of this package or another, and a machine. Measure both ceilings, time its
    layers with `layer_times`, and find the kind of layer that is furthest from its roof. Predict what one change will
    gain, then measure in turns. Write down machine, threads, batch, prediction and result with its interval.
    """,
    kind=Text(words=40),
    hints=[
        "`layer_times` takes any `nn.Module` whose layers take one tensor.",
        "`paired` measures in turns and gives the interval.",
    ],
)
def a_profile_of_your_own():
    """What a good report has. A prediction that failed is worth more than none."""
    return (
        "A good report names network, machine, threads, batch and image size, then both ceilings as they were "
        "measured. It says which kind of layer is furthest from its roof, and by how many times. Then the prediction, "
        "written down before the measurement: if that kind takes a share s of the time and becomes k times as quick, "
        "the whole becomes 1 / (1 − s + s / k) times as quick. Then what fifteen turns gave, with its interval, that "
        "the outputs agree, and a sentence on why the prediction held, or did not."
    )
