"""How the reductions that a student writes are checked (exercises 9.6 and 9.8), and what people hand in wrongly."""

from __future__ import annotations

from typing import Any

from ..architectures import Style
from ..architectures.factorized import HALVE, InceptionDouble
from .verdict import Wrong

STYLE = Style(batch_norm=True)
BEFORE, AFTER = (288, 35, 35), (768, 17, 17)
LEAST = 64

REDUCTION = '''
from inception_edu.architectures.factorized import HALVE, InceptionDouble


def reduction():
    """A row that turns 288×35×35 into 768×17×17. This one is (3c)."""
    return InceptionDouble("3c", 0, 128, 320, 64, 160, 0, HALVE)
'''.strip()

UNREAD = '''
def unread(n, kernel, stride, padding):
    """How many of n pixels in a row no window reads."""
    return 0
'''.strip()


def verify_reduction(theirs: Any, right: Any) -> None:
    """The shape of (3c)'s output from its input, at most half of its multiply-adds, 64 filters in each convolution."""
    row = theirs()
    if not isinstance(row, InceptionDouble):
        raise Wrong("It must give an InceptionDouble.")
    found = row.output(BEFORE, STYLE)
    if found != AFTER:
        shapes = ["×".join(map(str, shape)) for shape in (BEFORE, found, AFTER)]
        raise Wrong("From {} it leaves {}; {} is wanted.".format(*shapes))
    layers = row.layers(BEFORE, STYLE)
    narrow = [layer for layer in layers if layer.params and layer.output[0] < LEAST]
    if narrow:
        raise Wrong(f"A convolution has {narrow[0].output[0]} filters; the least is {LEAST}.")
    known = InceptionDouble("3c", 0, 128, 320, 64, 160, 0, HALVE)
    cost, budget = (sum(layer.macs for layer in one.layers(BEFORE, STYLE)) for one in (row, known))
    if cost > budget / 2:
        raise Wrong(f"It costs {cost / budget:.0%} of (3c)'s multiply-adds; at most half was asked for.")


def narrower_ends():
    """Saves at the end of the branches, where it costs depth."""
    return lambda: InceptionDouble("3c", 0, 128, 160, 64, 80, 0, HALVE)


def too_narrow():
    """Saves on the large grid, below the least width."""
    return lambda: InceptionDouble("3c", 0, 32, 320, 32, 160, 0, HALVE, inner=32)


def verify_unread(theirs: Any, right: Any) -> None:
    """Against counting, for windows that overlap or touch."""
    for n in (3, 7, 8, 12, 17):
        for kernel, stride, padding in ((3, 2, 0), (3, 2, 1), (2, 2, 0), (5, 3, 0), (5, 3, 1), (3, 1, 1), (7, 4, 0)):
            if n + 2 * padding < kernel:
                continue
            starts = range(-padding, n + padding - kernel + 1, stride)
            seen = {pixel for start in starts for pixel in range(start, start + kernel)}
            expected = len(set(range(n)) - seen)
            found = theirs(n, kernel, stride, padding)
            if found != expected:
                raise Wrong(
                    f"It gives {found!r} for {n} pixels, kernel {kernel}, stride {stride} and padding {padding}; "
                    f"{expected} are unread."
                )


def remainder_alone():
    """Counts the padding's own zeros among the unread."""
    return lambda n, kernel, stride, padding: (n + 2 * padding - kernel) % stride


def without_padding():
    """Forgets the padding."""
    return lambda n, kernel, stride, padding: (n - kernel) % stride
