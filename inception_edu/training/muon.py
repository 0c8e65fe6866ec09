"""Muon: the step of a bank of filters goes equally far in all the directions that its gradient has.

A few directions hold most of a gradient, those of its largest singular values; what the layer could learn in the others
is drowned. Muon takes the matrix of the layer, a row for each filter, and replaces its gradient by the nearest matrix
whose singular values are all one. K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024).
`torch.optim.Muon` takes matrices only and computes in bfloat16, which processors without such instructions do slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Muon", "orthogonalized"]

# of a polynomial of fifth degree that takes singular values in (0, 1] to about 1 in a few turns (Jordan et al. 2024)
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalized(matrix: Tensor, turns: int = 3) -> Tensor:
    """About the nearest matrix whose singular values are all one: U Vᵀ of U S Vᵀ, by Newton and Schulz's iteration.

    Three turns bring those above a tenth of `matrix`'s Frobenius norm to between 0.6 and 1.3; smaller ones grow some
    forty times. For learning that is near enough, and a singular value decomposition would take far longer.

    Args:
        matrix: rows × columns.
        turns: of the iteration.
    """
    a, b, c = _COEFFICIENTS
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + 1e-7)  # none above one
    for _ in range(turns):
        square = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(square, square, square, beta=b, alpha=c), wide, beta=a)
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


class Muon(torch.optim.Optimizer):
    """SGD with momentum, whose steps are orthogonalized in groups with `orthogonal = True`: banks of filters.

    Where `fixed_length` holds too, they are kept at the length √filters. That changes nothing where batch norm follows,
    and makes of the learning rate an angle: how far filters turn in a step. As in K. Jordan's `airbench94_muon` (2024).

    Args:
        groups: as torch's optimizers take them.
        lr: learning rate of groups that name none; so are the others.
        momentum: share of the last step's direction that the next one keeps.
        nesterov: look ahead along it, Nesterov's form.
        weight_decay: added to the gradient, times the weight; where steps are orthogonalized, taken from the weight,
            times the learning rate.
        orthogonal: whether the steps are orthogonalized.
        fixed_length: whether filters keep their length; they do not decay then.
    """

    def __init__(
        self,
        groups: Any,
        lr: float = 1e-3,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        orthogonal: bool = False,
        fixed_length: bool = False,
    ) -> None:
        usual = {"lr": lr, "momentum": momentum, "nesterov": nesterov, "weight_decay": weight_decay}
        super().__init__(groups, usual | {"orthogonal": orthogonal, "fixed_length": fixed_length})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step of every parameter that has a gradient; returns what `closure` does."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, weight.grad, group)
        return loss

    def _update(self, weight: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        orthogonal, decay = group["orthogonal"], group["weight_decay"]
        if decay and not orthogonal:
            gradient = gradient.add(weight, alpha=decay)
        memory = self.state[weight]
        if not memory:
            memory["momentum_buffer"] = torch.zeros_like(gradient)
        direction = memory["momentum_buffer"].mul_(group["momentum"]).add_(gradient)
        if group["nesterov"]:
            direction = gradient.add(direction, alpha=group["momentum"])
        if orthogonal:
            weight.mul_(
                len(weight) ** 0.5 / weight.norm().clamp(min=1e-7) if group["fixed_length"] else 1 - group["lr"] * decay
            )
            direction = orthogonalized(direction.reshape(len(direction), -1)).reshape(direction.shape)
        weight.add_(direction, alpha=-group["lr"])
