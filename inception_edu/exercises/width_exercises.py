"""Chapter 10's exercise whose answer is a setting of the width chooser: 10.9."""

from __future__ import annotations

from .exercise import exercise
from .kinds import Setting


@exercise(
    "10.9",
    title="A cheaper reduction",
    section="What is left to choose?",
    level=2,
    minutes=6,
    prompt="""
    Set the widths of module (5e) so that 1,280 channels still leave, for at most three quarters of the multiply-adds of
    the notes' module. No width may be below 128.
    """,
    kind=Setting(
        "WidthChooser",
        {
            "module": ("notes_macs", "==", "Choose module (5e)."),
            "depth": ("missing", "==", "The sum is not 1,280: add or take filters."),
            "narrow": ("narrowest", ">=", "A width is below 128. The reductions count, too."),
            "price": ("macs_ratio", "<=", "It still costs more than three quarters. Which branch is the dearest?"),
        },
        {"module": "5e"},
    ),
    hints=[
        "The pool passes on 768 channels. How many are left for the other two branches?",
        "In the double branch a filter is read by four convolutions of its own width, in the single one by two.",
    ],
)
def a_cheaper_reduction():
    """One of many. Filters moved from the double branch, whose cost grows fastest, to the single one.

    Not all of them: each branch costs about the square of its width, so an only branch would be dear again.
    """
    from dataclasses import replace

    from inception_edu.architectures import architecture

    network = architecture("inception_v2")
    row = next(row for row in network.trace() if row.node.name == "inception (5e)")
    setting = {"module": "5e", "single": 320, "double": 192}
    mine = replace(row.node, n7x7=setting["single"], double=setting["double"])
    layers = mine.layers(row.input, network.style)
    assert mine.output(row.input, network.style) == row.output
    assert sum(layer.macs for layer in layers) <= 0.75 * row.macs
    limits = {"module": row.macs, "depth": 0, "narrow": 128, "price": 0.75}
    return {"setting": setting, "limits": limits}
