"""How the kernels that a student writes are checked (exercises 8.7 to 8.9), and what people hand in wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np

from .verdict import Wrong


def verify_two_kernels(theirs: Any, right: Any) -> None:
    """The first of rank 1 and with a corner, the second without corners and not of rank 1."""
    found = theirs()
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        raise Wrong("It must give two kernels.")
    first, second = (np.asarray(kernel, dtype=float) for kernel in found)
    if first.shape != (3, 3) or second.shape != (3, 3):
        raise Wrong(f"The kernels are to be 3×3; these have shapes {first.shape} and {second.shape}.")
    if np.linalg.matrix_rank(first) != 1:
        raise Wrong(f"The first has rank {np.linalg.matrix_rank(first)}: no row followed by one column makes it.")
    if not _corners(first):
        raise Wrong("The corners of the first are zero: a row beside a column can make it, too.")
    if _corners(second):
        raise Wrong("The second has a corner that is not zero: no row beside a column reaches there.")
    if np.linalg.matrix_rank(second) < 2:
        raise Wrong("The second has rank 1 or less: a row followed by a column can make it, too.")


def _corners(kernel: np.ndarray) -> bool:
    """Whether a corner is not zero."""
    return bool(np.abs(kernel[::2, ::2]).max() > 1e-12)


def two_pluses():
    """The same kernel twice."""
    plus = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    return lambda: (plus, plus)


def two_boxes():
    """A full square twice."""
    return lambda: (np.ones((3, 3)), np.ones((3, 3)))


def verify_halves(theirs: Any, right: Any) -> None:
    """Real halves whose composition is the kernel, for kernels with real roots and with complex ones."""
    rng = np.random.default_rng(0)
    kernels = [np.poly([0.5, -1.5, 2.0, 3.0]), 2 * np.poly([1 + 1j, 1 - 1j, 2j, -2j]).real, *rng.normal(size=(20, 5))]
    for kernel in kernels:
        found = theirs(kernel.copy())
        where = f"for the kernel {np.round(kernel, 2).tolist()}"
        if not isinstance(found, (tuple, list)) or len(found) != 2 or {np.size(half) for half in found} != {3}:
            raise Wrong(f"It does not give two kernels of three numbers {where}.")
        if any(np.iscomplexobj(half) and np.abs(np.imag(half)).max() > 1e-9 for half in found):
            raise Wrong(f"It gives complex numbers {where}: keep a root and its conjugate in one half.")
        made = np.convolve(*(np.real(half) for half in found))
        if not np.allclose(made, kernel, rtol=1e-5, atol=1e-6):
            raise Wrong(f"The composition of your halves is {np.round(made, 2).tolist()} {where}.")


def monic_halves():
    """Forgets the first number of the kernel, by which the polynomial of the roots has to be multiplied."""

    def halves(kernel):
        roots = sorted(np.roots(kernel), key=lambda root: (abs(root.imag) > 1e-9, abs(root), root.imag))
        return np.poly(roots[:2]).real, np.poly(roots[2:]).real

    return halves


def overlapping_halves():
    """Two parts of the kernel."""
    return lambda kernel: (kernel[:3], kernel[2:])


def verify_shift_and_gather(theirs: Any, right: Any) -> None:
    """Two convolutions without bias, 1 → 9 → 1 channels, that do on pictures what the 5×5 does."""
    import torch
    from torch.nn import functional

    generator = torch.Generator().manual_seed(0)
    for _ in range(2):
        target = torch.randn(5, 5, generator=generator)
        found = theirs(target.clone())
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise Wrong("It must give two weights.")
        shapes = [tuple(getattr(weight, "shape", ())) for weight in found]
        if shapes != [(9, 1, 3, 3), (1, 9, 3, 3)]:
            raise Wrong(f"The weights have shapes {shapes}; expected are [(9, 1, 3, 3), (1, 9, 3, 3)].")
        x = torch.randn(1, 1, 12, 12, generator=generator)
        made = functional.conv2d(functional.conv2d(x, found[0]), found[1])
        gap = (made - functional.conv2d(x, target[None, None])).abs().max().item()
        if gap > 1e-4:
            raise Wrong(f"On a picture of 12×12 the two differ from the 5×5 by up to {gap:.2f}.")


def middle_alone():
    """Nine copies of the pixel in the middle: only a 3×3 of the 5×5 is reached."""
    import torch

    def shift_and_gather(target):
        shift, gather = torch.zeros(9, 1, 3, 3), torch.zeros(1, 9, 3, 3)
        shift[:, 0, 1, 1] = 1
        gather[0, 0] = target[1:4, 1:4]
        return shift, gather

    return shift_and_gather


def five_by_five_itself():
    """The 5×5, unfactorized."""
    return lambda target: (target[None, None], target[None, None])
