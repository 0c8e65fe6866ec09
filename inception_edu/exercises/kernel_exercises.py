"""Chapter 8's exercises whose answers are kernels that the student writes: 8.7 to 8.9."""

from __future__ import annotations

from .code import Code
from .exercise import exercise
from .kernels_code import (
    five_by_five_itself,
    middle_alone,
    monic_halves,
    overlapping_halves,
    two_boxes,
    two_pluses,
    verify_halves,
    verify_shift_and_gather,
    verify_two_kernels,
)

HALVES = '''
def halves(kernel):
    """Five numbers → two kernels of three real numbers."""
    return kernel[:3], kernel[:3]
'''.strip()


@exercise(
    "8.7",
    title="A plus is not a square",
    section="Stacked or side by side?",
    level=2,
    minutes=8,
    points=2,
    prompt="""
    A 1×3 *beside* a 3×1 gives, if their outputs are summed, another set of 3×3 kernels than a 1×3 *followed by* a
    3×1. Write `kernels()`, which gives two 3×3 kernels as lists or arrays: first one that only the pair in a row can
    make, then one that only the pair side by side can make. One channel everywhere, and nothing between.
    """,
    kind=Code(
        "kernels",
        stub='def kernels():\n    """Two 3×3 kernels: only in a row, only side by side."""\n    return None, None',
        verify=verify_two_kernels,
        wrong=(two_pluses, two_boxes),
    ),
    hints=[
        "Which cells does a row beside a column leave at zero?",
        "Which rank has everything that a row followed by a column makes?",
    ],
)
def a_plus_is_not_a_square():
    """Side by side the corners stay zero; in a row the rank is 1. A box breaks the first rule, a plus the second."""
    import numpy as np

    def kernels():
        box = np.ones((3, 3))  # rank 1, and has corners
        plus = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])  # no corners, and rank 2
        return box, plus

    return kernels


@exercise(
    "8.8",
    title="In one dimension nothing is lost",
    section="What can a factorization express?",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    Every kernel of five numbers, the first of them not zero, is a kernel of three composed with a kernel of three.
    Write `halves(kernel)`, which gives the two, in real numbers: `np.convolve(*halves(kernel))` is the kernel.
    """,
    kind=Code(
        "halves",
        stub=HALVES,
        verify=verify_halves,
        expected="halves([1, 0, 0, 0, 4])",
        wrong=(monic_halves, overlapping_halves),
    ),
    hints=[
        "Composing kernels is multiplying polynomials. One of degree 4 is known by its four roots: `np.roots`.",
        "Roots are real or come in conjugate pairs. `np.poly` makes a polynomial from roots; its first number is 1.",
    ],
)
def in_one_dimension_nothing_is_lost():
    """Conjugate roots stay together, so that both halves are real.

    In two dimensions there is no such theorem: polynomials in two variables rarely factor. Two 3×3 have at most 17
    degrees of freedom (9 + 9, less one for a factor that can move from one to the other), a 5×5 has 25.
    """
    import numpy as np

    def halves(kernel):
        roots = np.roots(kernel)
        upper = sorted(roots[roots.imag > 1e-9], key=abs)
        real = sorted(roots[abs(roots.imag) <= 1e-9].real)
        groups = [[root, root.conjugate()] for root in upper]
        groups += [real[i : i + 2] for i in range(0, len(real), 2)]
        first, second = (np.poly(group).real for group in groups)
        return kernel[0] * first, second

    return halves


@exercise(
    "8.9",
    title="Nine channels in the middle",
    section="Several channels help",
    level=3,
    minutes=25,
    points=3,
    prompt="""
    One channel in, one out: with nine channels between, two 3×3 can express *every* 5×5. Write
    `shift_and_gather(target)`, which gives for a 5×5 tensor the weights of two convolutions without bias, 9×1×3×3 and
    1×9×3×3, that together do what the 5×5 does.
    """,
    kind=Code(
        "shift_and_gather",
        stub=(
            "def shift_and_gather(target):\n"
            '    """A 5×5 → weights 9×1×3×3 and 1×9×3×3."""\n'
            "    shift, gather = torch.zeros(9, 1, 3, 3), torch.zeros(1, 9, 3, 3)\n"
            "    return shift, gather"
        ),
        verify=verify_shift_and_gather,
        expected="[tuple(weight.shape) for weight in shift_and_gather(torch.ones(5, 5))]",
        wrong=(middle_alone, five_by_five_itself),
    ),
    hints=[
        "Let each of the nine first kernels copy one of the nine neighbours of a pixel.",
        "Then each second kernel sees a shifted picture. Every cell of the 5×5 lies in one of the shifted 3×3 windows.",
    ],
)
def nine_channels_in_the_middle():
    """The pair has 162 weights for 25 numbers. To express everything is possible, and expensive."""
    import torch

    def shift_and_gather(target):
        shift, gather = torch.eye(9).view(9, 1, 3, 3), torch.zeros(1, 9, 3, 3)
        for row in range(5):
            for column in range(5):
                a, b = min(row, 2), min(column, 2)  # which neighbour is copied; the rest is the second kernel's
                gather[0, 3 * a + b, row - a, column - b] = target[row, column]
        return shift, gather

    return shift_and_gather
