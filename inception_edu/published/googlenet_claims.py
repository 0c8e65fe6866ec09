"""What the paper and the notes say of GoogLeNet in figures, beyond Table 1."""

from __future__ import annotations

from fractions import Fraction

from ..architectures import AdaptiveAvgPool, Conv, Inception, MaxPool, architecture
from ..arithmetic import conv_params, output_size
from .claim import Claim
from .lookups import chw, heads, module, nodes, separable_googlenet_macs, total, trunk, weights
from .table_1 import TABLE_1


def widths(label: str) -> dict[str, int]:
    """The six widths of one module of GoogLeNet, by column."""
    return module("googlenet", label).node.columns()


def branch_sum(label: str) -> str:
    """Output depth of a module as the sum of its branches, written out."""
    parts = [widths(label)[column] for column in ("#1×1", "#3×3", "#5×5", "pool proj")]
    return f"{'+'.join(map(str, parts))}={sum(parts)}"


def reduced_to(label: str, column: str) -> str:
    """Share of its input channels that a reduction keeps, as a fraction."""
    return str(Fraction(widths(label)[column], module("googlenet", label).input[0]))


def head(name: str) -> dict[str, tuple[int, ...]]:
    """Shapes inside an auxiliary head at 224×224, by operation."""
    return {layer.path[-1]: layer.output for layer in heads("googlenet")[name].layers}


def kernel_shares() -> dict[str, float]:
    """Share of a module's output that comes from its 3×3 and 5×5 filters, by module."""
    labels = [found.label for found in nodes("googlenet", Inception).values()]
    return {
        label: (widths(label)["#3×3"] + widths(label)["#5×5"]) / module("googlenet", label).output[0]
        for label in labels
    }


def kernel_share_trend() -> str:
    """Whether these shares grow all the way."""
    shares = list(kernel_shares().values())
    return "grows from module to module" if shares == sorted(shares) else "grows and falls"


def spread() -> dict[str, float]:
    """Largest over smallest share among the nine modules, of the parameters and of the multiply-adds."""
    modules = [trunk("googlenet")[name] for name in nodes("googlenet", Inception)]
    costs = {"params": [row.params for row in modules], "macs": [row.macs for row in modules]}
    return {what: max(each) / min(each) for what, each in costs.items()}


def second_convolution() -> str:
    """Kernel and filters of the first operation in the row "convolution 2"."""
    conv = next(layer.op for layer in trunk("googlenet")["convolution 2"].layers if isinstance(layer.op, Conv))
    return f"{conv.patch.partition('/')[0]} with {conv.out_channels} filters"


CLAIMS = [
    Claim(
        "notes-reduction/direct-5x5",
        "notes-reduction",
        "64 filters of 5×5 on depth 512 take 819,200 parameters",
        819_200,
        lambda: conv_params(512, 64, 5),
        "5·5·512·64, biases left out.",
    ),
    Claim(
        "notes-reduction/reduction-1x1",
        "notes-reduction",
        "24 filters of 1×1 on depth 512 take 12,288 parameters",
        12_288,
        lambda: conv_params(512, 24, 1),
        "1·1·512·24, biases left out.",
    ),
    Claim(
        "notes-reduction/5x5-after-reduction",
        "notes-reduction",
        "64 filters of 5×5 on depth 24 take 38,400 parameters",
        38_400,
        lambda: conv_params(24, 64, 5),
        "5·5·24·64, biases left out.",
    ),
    Claim(
        "notes-reduction/reduced-5x5",
        "notes-reduction",
        "With a 1×1 reduction to 24 the 5×5 on depth 512 takes 50,688 parameters",
        50_688,
        lambda: conv_params(512, 24, 1) + conv_params(24, 64, 5),
        "The sum of the two, about one sixteenth of the direct convolution.",
    ),
    *(
        Claim(
            f"notes-d2l/{label}-sum",
            "notes-d2l",
            f"The branches of inception ({label}) add up: {text}",
            text,
            lambda label=label: branch_sum(label),
            "#1×1 + #3×3 + #5×5 + pool proj, joined by depth.",
        )
        for label, text in {
            "3a": "64+128+32+32=256",
            "3b": "128+192+96+64=480",
            "4a": "192+208+48+64=512",
            "4b": "160+224+64+64=512",
            "4c": "128+256+64+64=512",
            "4d": "112+288+64+64=528",
            "4e": "256+320+128+128=832",
            "5a": "256+320+128+128=832",
            "5b": "384+384+128+128=1024",
        }.items()
    ),
    *(
        Claim(
            f"notes-d2l/{label}-{key}",
            "notes-d2l",
            f"In ({label}), {column} keeps {text} of the input channels",
            text,
            lambda label=label, column=column: reduced_to(label, column),
            "Reduction width over the module's input depth, {input}.",
            facts={"input": lambda label=label: module("googlenet", label).input[0]},
        )
        for label, key, column, text in [
            ("3a", "3x3-share", "#3×3 reduce", "1/2"),
            ("3a", "5x5-share", "#5×5 reduce", "1/12"),
            ("3b", "3x3-share", "#3×3 reduce", "1/2"),
            ("3b", "5x5-share", "#5×5 reduce", "1/8"),
        ]
    ),
    Claim(
        "notes-d2l/first-output-227",
        "notes-d2l",
        "The first convolution turns a 227×227 image into 64×114×114",
        "64×114×114",
        lambda: chw(architecture("googlenet_lite", image_size=227).trace()[0].output),
        "7×7/2 with padding 3: (227 + 6 − 7) / 2 + 1 = {size}.",
        facts={"size": lambda: output_size(227, 7, 2, 3)},
    ),
    Claim(
        "notes-d2l/second-convolution",
        "notes-d2l",
        "The second convolution is a 3×3 with 64 filters",
        "3×3 with 64 filters",
        second_convolution,
        "With a 3×3 there, the row would have {with_3x3:,} weights; Table 1 prints 112K, which is exactly the "
        "{weights:,} of a 1×1 and the 3×3 behind it.",
        facts={
            "with_3x3": lambda: conv_params(64, 64, 3) + conv_params(64, 192, 3),
            "weights": lambda: weights(trunk("googlenet")["convolution 2"]),
        },
    ),
    Claim(
        "notes-d2l/5-million",
        "notes-d2l",
        "GoogLeNet has only 5 million parameters",
        5,
        lambda: total("googlenet", "params"),
        "{computed:,} without auxiliary heads; even without the classifier {features:,} are left.",
        unit=10**6,
        places=0,
        facts={"features": lambda: total("googlenet", "params") - trunk("googlenet")["linear"].params},
    ),
    Claim(
        "going-deeper/12-times-fewer",
        "going-deeper",
        "GoogLeNet has 12 times fewer parameters than AlexNet",
        12,
        lambda: total("alexnet_2012", "params") / total("googlenet", "params"),
        "{alexnet:,} over {googlenet:,} is {computed:.1f}. The 12 fits 60 million over the 5 million that do not hold.",
        places=0,
        facts={
            "alexnet": lambda: total("alexnet_2012", "params"),
            "googlenet": lambda: total("googlenet", "params"),
        },
    ),
    Claim(
        "alexnet/60-million",
        "alexnet",
        "AlexNet has 60 million parameters",
        60,
        lambda: total("alexnet_2012", "params"),
        "{computed:,} as published, in two groups; one-tower versions have {one_tower:,}.",
        unit=10**6,
        places=0,
        facts={"one_tower": lambda: total("alexnet", "params")},
    ),
    Claim(
        "going-deeper/1.5-billion",
        "going-deeper",
        "GoogLeNet keeps to 1.5 billion multiply-adds",
        1.5,
        lambda: total("googlenet", "macs"),
        "{computed:,} with the dense first convolution; with the separable one behind the printed 34M, {separable:,}, "
        "which agrees.",
        unit=10**9,
        places=1,
        facts={
            "separable": lambda: separable_googlenet_macs(),
        },
    ),
    Claim(
        "going-deeper/operations-add-up",
        "going-deeper",
        "The operations of Table 1 add up to the 1.5 billion of the text",
        1.5,
        lambda: sum(int(row.ops or 0) for row in TABLE_1.values()) * 10**6,
        "The printed column sums to {computed:,}: the paper is consistent with itself.",
        unit=10**9,
        places=1,
    ),
    Claim(
        "going-deeper/22-layers",
        "going-deeper",
        "22 layers deep, counting only layers with parameters",
        22,
        lambda: architecture("googlenet").depth(),
        "Stem 1 + 2, two in each of nine modules on the longest way, and the classifier.",
    ),
    Claim(
        "going-deeper/27-with-pools",
        "going-deeper",
        "27 layers if pooling is counted too",
        27,
        lambda: (
            architecture("googlenet").depth()
            + sum(isinstance(row, (MaxPool, AdaptiveAvgPool)) for row in architecture("googlenet").rows)
        ),
        "The 22 and the five pools between and after the modules.",
    ),
    Claim(
        "going-deeper/9-modules",
        "going-deeper",
        "Nine Inception modules are stacked",
        9,
        lambda: len(nodes("googlenet", Inception)),
        "3a to 3b, 4a to 4e, 5a to 5b.",
    ),
    *(
        Claim(
            f"going-deeper/{name}-pool",
            "going-deeper",
            f"The average pool of the auxiliary head on ({label}) leaves {text}",
            text,
            lambda name=name: chw(head(name)["avg pool"]),
            "5×5/3 on a 14×14 grid: (14 − 5) / 3 + 1 = {side}, printed there as 4×4×depth.",
            facts={"side": lambda: output_size(14, 5, 3)},
        )
        for name, label, text in [("aux1", "4a", "512×4×4"), ("aux2", "4d", "528×4×4")]
    ),
    Claim(
        "going-deeper/head-widths",
        "going-deeper",
        "The auxiliary head has 128 filters of 1×1 and 1024 fully connected units",
        "128, 1024",
        lambda: f"{head('aux1')['1×1'][0]}, {head('aux1')['fc'][0]}",
        "Read off the head that is built.",
    ),
    Claim(
        "notes-paper/larger-kernels-with-depth",
        "notes-paper",
        "The share of 3×3 and 5×5 filters grows with depth",
        "grows from module to module",
        lambda: kernel_share_trend(),
        "The shares of #3×3 and #5×5 in the output are {shares}: they grow from 4a to 4d, and nowhere else.",
        facts={"shares": lambda: ", ".join(f"{label} {share:.0%}" for label, share in kernel_shares().items())},
    ),
    Claim(
        "notes-paper/evenly-spread",
        "notes-paper",
        "Weights and computation are spread evenly over the layers",
        "evenly",
        lambda: "evenly" if max(spread().values()) < 2 else "unevenly",
        "Already between modules, the most expensive has {params:.1f} times the parameters of the least and {macs:.1f} "
        "times the multiply-adds; parameters gather at the end of the network, multiply-adds at its beginning.",
        facts={what: lambda what=what: spread()[what] for what in ("params", "macs")},
    ),
]
