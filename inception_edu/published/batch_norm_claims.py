"""What *Batch Normalization* (arXiv:1502.03167) says in figures: its network, its changes, its training steps."""

from __future__ import annotations

from functools import lru_cache

from ..architectures import Architecture, LabelledBlock, Pool, Row, architecture
from ..architectures.factorized import InceptionDouble
from .batch_norm import FIGURE_3, FIGURE_5, bn_inception_as_printed
from .claim import Claim
from .lookups import Cost, block, chw, module, separable_googlenet_macs, separable_stem, total, trunk


def cost(built: Architecture, what: Cost) -> int:
    """Parameters or multiply-adds of an architecture's trunk."""
    return sum(row.params if what == "params" else row.macs for row in built.trace())


@lru_cache
def factorized_googlenet() -> Architecture:
    """GoogLeNet with two 3×3 in place of each 5×5, both as wide as it was."""
    return architecture("googlenet", module="factorized")


def more(what: Cost) -> float:
    """By which share the factorized GoogLeNet has more than GoogLeNet."""
    return cost(factorized_googlenet(), what) / total("googlenet", what) - 1


def printed_depth(label: str) -> int:
    """Channels that a module leaves with the widths that figure 5 prints."""
    rows = bn_inception_as_printed().trace()
    return next(row.output[0] for row in rows if row.node.name == f"inception ({label})")


def modules_at(name: str, grid: int) -> int:
    """How many modules of a network read a grid of this size."""
    return sum(isinstance(row.node, LabelledBlock) and row.input[1] == grid for row in trunk(name).values())


def pools_between(name: str) -> int:
    """How many pools stand between two modules of a network."""
    rows = [row.node for row in trunk(name).values()]
    places = [place for place, node in enumerate(rows) if isinstance(node, LabelledBlock)]
    return sum(isinstance(node, Pool) for node in rows[places[0] : places[-1]])


def reducing(name: str) -> str:
    """The modules of a network that halve the grid."""
    halving = [row.node for row in trunk(name).values() if row.output[1] < row.input[1]]
    return ", ".join(node.label for node in halving if isinstance(node, LabelledBlock))


def kept(row: Row) -> int:
    """Values that the operations of a row leave, all of which training keeps for the backward pass."""
    return sum(channels * height * width for channels, height, width in (layer.output for layer in row.layers))


def dense_stem() -> Row:
    """The first convolution as figure 5 prints it, a 7×7 on all channels."""
    return bn_inception_as_printed().trace()[0]


def compared(one: float, other: float) -> str:
    """How one stands to the other."""
    return "less" if one < other else "more" if one > other else "as much"


def steps(name: str) -> float:
    """Steps of a network of figure 3 to 72.2 %."""
    found = FIGURE_3[name].steps
    if found is None:
        raise ValueError(f"{name} did not reach 72.2 %")
    return found


def fewer_steps(name: str) -> float:
    """How many times fewer steps than Inception a network took to 72.2 %."""
    return steps("Inception") / steps(name)


def rate_factor(name: str) -> float:
    """A network's first learning rate over Inception's."""
    return FIGURE_3[name].rate / FIGURE_3["Inception"].rate


def norm_params_per_channel() -> float:
    """Learned numbers of batch norm for each channel that it normalizes, in BN-Inception."""
    layers = [layer for row in trunk("bn_inception").values() for layer in row.layers if layer.macs]
    normalized = layers[:-1]  # all but the classifier
    weights = sum(layer.macs // (layer.output[1] * layer.output[2]) for layer in normalized)
    return (sum(layer.params for layer in normalized) - weights) / sum(layer.output[0] for layer in normalized)


NETWORK = [
    Claim(
        "batch-norm/13.6-million",
        "batch-norm",
        "BN-Inception has 13.6 million parameters",
        13.6,
        lambda: total("bn_inception", "params"),
        "As released, {computed:,}; with the widths that the paper's table prints and a dense first convolution, "
        "{printed:,}. Nothing in the table accounts for two million more.",
        unit=10**6,
        places=1,
        facts={"printed": lambda: cost(bn_inception_as_printed(), "params")},
    ),
    Claim(
        "batch-norm/two-3x3-parameters",
        "batch-norm",
        "Two 3×3 in place of each 5×5 give GoogLeNet 25 % more parameters",
        25,
        lambda: more("params"),
        "GoogLeNet goes from {before:,} to {after:,} if both are as wide as the 5×5 was: {computed:.1%} more. All "
        "changes together, as released, make it {whole:.0%} more.",
        unit=0.01,
        places=0,
        facts={
            "before": lambda: total("googlenet", "params"),
            "after": lambda: cost(factorized_googlenet(), "params"),
            "whole": lambda: total("bn_inception", "params") / total("googlenet", "params") - 1,
        },
    ),
    Claim(
        "batch-norm/two-3x3-operations",
        "batch-norm",
        "Two 3×3 in place of each 5×5 make GoogLeNet cost about 30 % more",
        30,
        lambda: more("macs"),
        "GoogLeNet goes from {before:,} to {after:,} multiply-adds if both are as wide as the 5×5 was: {computed:.1%} "
        "more. The figure fits all changes together: with a separable first convolution in both, {whole:.0%} more.",
        unit=0.01,
        places=0,
        facts={
            "before": lambda: total("googlenet", "macs"),
            "after": lambda: cost(factorized_googlenet(), "macs"),
            "whole": lambda: total("bn_inception", "macs") / separable_googlenet_macs() - 1,
        },
    ),
    Claim(
        "batch-norm/9-layers-deeper",
        "batch-norm",
        "Two 3×3 in place of each 5×5 make GoogLeNet 9 weight layers deeper",
        9,
        lambda: factorized_googlenet().depth() - architecture("googlenet").depth(),
        "One for each of its nine modules: {before} become {after}. BN-Inception, with one module more, has {whole}.",
        facts={
            "before": lambda: architecture("googlenet").depth(),
            "after": lambda: factorized_googlenet().depth(),
            "whole": lambda: architecture("bn_inception").depth(),
        },
    ),
    Claim(
        "batch-norm/up-to-128-filters",
        "batch-norm",
        "The two 3×3 in place of a 5×5 have up to 128 filters",
        128,
        lambda: max(row.double for row in bn_inception_as_printed().rows if isinstance(row, InceptionDouble)),
        "GoogLeNet's 5×5 have up to 128. The double 3×3 of the paper's own figure 5 have up to {computed}.",
    ),
    Claim(
        "batch-norm/three-modules-at-28",
        "batch-norm",
        "BN-Inception has 3 modules at 28×28, GoogLeNet 2",
        "3, GoogLeNet 2",
        lambda: f"{modules_at('bn_inception', 28)}, GoogLeNet {modules_at('googlenet', 28)}",
        "The third, (3c), is itself the reduction to 14×14.",
    ),
    Claim(
        "batch-norm/no-pools-between-modules",
        "batch-norm",
        "No pool stands between two modules of BN-Inception",
        0,
        lambda: pools_between("bn_inception"),
        "GoogLeNet has {googlenet}.",
        facts={"googlenet": lambda: pools_between("googlenet")},
    ),
    Claim(
        "batch-norm/3c-and-4e-reduce",
        "batch-norm",
        "Modules 3c and 4e of BN-Inception reduce the grid",
        "3c, 4e",
        lambda: reducing("bn_inception"),
        "Each ends its convolutions with stride 2, and passes its max-pooled input on.",
    ),
    Claim(
        "batch-norm/separable-costs-less",
        "batch-norm",
        "A separable first convolution with depth multiplier 8 costs less",
        "less",
        lambda: compared(separable_stem()["macs"], dense_stem().macs),
        "{separable:,} multiply-adds for {dense:,}.",
        facts={"separable": lambda: separable_stem()["macs"], "dense": lambda: dense_stem().macs},
    ),
    Claim(
        "batch-norm/separable-takes-memory",
        "batch-norm",
        "In training, a separable first convolution takes more memory",
        "more",
        lambda: compared(kept(trunk("bn_inception")["convolution 1"]), kept(dense_stem())),
        "Between its two steps stand 24 channels more: {separable:,} values a picture are kept for the backward pass "
        "where the dense one leaves {dense:,}.",
        facts={
            "separable": lambda: kept(trunk("bn_inception")["convolution 1"]),
            "dense": lambda: kept(dense_stem()),
        },
    ),
    Claim(
        "batch-norm/two-parameters",
        "batch-norm",
        "Batch norm adds two parameters for each activation",
        2,
        norm_params_per_channel,
        "In a convolutional network that is two a channel: all places of a channel share them.",
    ),
]

TRAINING = [
    *(
        Claim(
            f"batch-norm/{name.lower()}-rate",
            "batch-norm",
            f"{name} starts with a rate {claimed} times Inception's",
            claimed,
            lambda name=name: rate_factor(name),
            "{rate:g} over {inception:g}.",
            places=0,
            facts={
                "rate": lambda name=name: FIGURE_3[name].rate,
                "inception": lambda: FIGURE_3["Inception"].rate,
            },
        )
        for name, claimed in (("BN-x5", 5), ("BN-x30", 30))
    ),
    Claim(
        "batch-norm/14-times-fewer-steps",
        "batch-norm",
        "BN-x5 needs 14 times fewer steps than Inception to 72.2 %",
        14,
        lambda: fewer_steps("BN-x5"),
        "{inception} million over {bn} million is {computed:.2f}. The best network, BN-x30, needs {best:.1f} times "
        "fewer.",
        places=0,
        facts={
            "inception": lambda: steps("Inception"),
            "bn": lambda: steps("BN-x5"),
            "best": lambda: fewer_steps("BN-x30"),
        },
    ),
    Claim(
        "batch-norm/7-percent-of-the-steps",
        "batch-norm",
        "Batch norm matches the old network in 7 % of the training steps",
        7,
        lambda: 1 / fewer_steps("BN-x5"),
        "That is BN-x5. BN-x30, which gets further in the end, takes {best:.1%}.",
        unit=0.01,
        places=0,
        facts={"best": lambda: 1 / fewer_steps("BN-x30")},
    ),
    Claim(
        "batch-norm/baseline-less-than-half",
        "batch-norm",
        "Batch norm alone takes less than half the steps to 72.2 %",
        "less than half",
        lambda: "less than half" if fewer_steps("BN-Baseline") > 2 else "half or more",
        "{bn} million of {inception} million: {share:.0%}.",
        facts={
            "bn": lambda: steps("BN-Baseline"),
            "inception": lambda: steps("Inception"),
            "share": lambda: 1 / fewer_steps("BN-Baseline"),
        },
    ),
    Claim(
        "batch-norm/best-5-times-fewer",
        "batch-norm",
        "BN-x30 is at its best, 74.8 %, after 5 times fewer steps than Inception took to 72.2 %",
        5,
        lambda: steps("Inception") / 6,
        "31 million over 6 million is {computed:.2f}.",
        places=0,
    ),
    Claim(
        "batch-norm/25.2-percent-error",
        "batch-norm",
        "BN-Inception's top-1 error with one crop is 25.2 % (figure 4)",
        25.2,
        lambda: 100 - FIGURE_3["BN-x30"].accuracy,
        "Figure 3 prints an accuracy of {accuracy} % for BN-x30.",
        places=1,
        facts={"accuracy": lambda: FIGURE_3["BN-x30"].accuracy},
    ),
]

DEPTHS = {
    "convolution 2": (
        "The row prints 64 filters in the column #3×3 reduce, so that it has {computed} layers with weights. Table 1 "
        "of GoogLeNet prints 2 for the same row."
    )
}
INCOMING = (
    "Printed is the grid that comes in. The module has stride 2 and leaves {computed}; the next row prints that too."
)
OUTPUTS = {"inception (3c)": INCOMING, "inception (4e)": INCOMING}

FIGURE_5_CLAIMS = [
    *(
        Claim(
            f"batch-norm/figure-5/{trunk('bn_inception')[name].node.key}/output",
            "batch-norm",
            f"Figure 5, {name}: output {printed.output}",
            printed.output,
            lambda name=name: chw(trunk("bn_inception")[name].output),
            OUTPUTS.get(name, "Traced through the layers from a 3×224×224 image."),
        )
        for name, printed in FIGURE_5.items()
        if name not in ("inception (4c)", "inception (4d)")
    ),
    *(
        Claim(
            f"batch-norm/{label}-depth",
            "batch-norm",
            f"Module ({label}) of BN-Inception leaves 576 channels",
            576,
            lambda label=label: printed_depth(label),
            "The printed widths, with a pool projection of 128, add up to {computed}; the released model projects to "
            "{released}, and so reaches {reached}.",
            facts={
                "released": lambda label=label: block("bn_inception", label, InceptionDouble).pool_proj,
                "reached": lambda label=label: module("bn_inception", label).output[0],
            },
        )
        for label in ("4c", "4d")
    ),
    *(
        Claim(
            f"batch-norm/figure-5/{trunk('bn_inception')[name].node.key}/depth",
            "batch-norm",
            f"Figure 5, {name}: depth {printed.depth}",
            printed.depth,
            lambda name=name: trunk("bn_inception")[name].node.depth(),
            DEPTHS.get(name, "Layers with weights on the longest way through the row."),
        )
        for name, printed in FIGURE_5.items()
    ),
]

CLAIMS = [*NETWORK, *TRAINING, *FIGURE_5_CLAIMS]
