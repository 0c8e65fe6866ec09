"""How large the gradients are, stage by stage, while a network trains."""

from __future__ import annotations

from typing import Any

import torch

from ..training.recipe import Recipe
from ..training.run import train

__all__ = ["record_gradients"]


def record_gradients(recipe: str | Recipe = "quick", *, every: int = 1, **settings: Any) -> dict[str, Any]:
    """Train as `recipe` says and record the norm of the gradient of every stage of the trunk.

    Args:
        recipe: As in `inception_edu.train`. Clip no gradients: they would be recorded clipped.
        every: Average over this many steps.
        **settings: As in `inception_edu.train`.

    Returns:
        Plain values, ready for JSON: ``stages`` (those with weights, from the image to the logits), ``parameters`` of
        each, ``steps`` (the last step of each average, counted from 1), ``norms`` (a row for each of `steps`: the L2
        norm of each stage's gradient, the root of the mean square over the steps), ``loss`` (mean training loss, with
        the weighted losses of auxiliary heads), ``accuracy`` (mean training accuracy of the last classifier),
        ``settings``, and where it was run.

    Raises:
        ValueError: `every` is no positive whole number, the network has no stages, or as in ``train``.
    """
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise ValueError(f"every must be a positive whole number of steps, not {every!r}")
    stages: dict[str, list[torch.nn.Parameter]] = {}
    squares: list[torch.Tensor] = []
    means: list[torch.Tensor] = []  # of each step: loss, accuracy
    before = torch.zeros(3, dtype=torch.float64)

    def look(event: str, loop: Any) -> None:
        if event != "gradients":
            return
        if not stages:
            if not hasattr(loop.model, "stages"):
                raise ValueError(
                    "gradients are recorded by stages: the network needs them, as those of create_model do"
                )
            found = {name: [*stage.parameters()] for name, stage in loop.model.stages.named_children()}
            stages.update({name: weights for name, weights in found.items() if weights})
        squares.append(torch.stack([_square(weights) for weights in stages.values()]))
        if loop.step == 0:
            before.zero_()
        here = loop.sums.cpu() - before
        means.append(here[:2] / here[2])
        before.copy_(loop.sums)

    result = train(recipe, callback=look, **settings)
    groups = [slice(start, start + every) for start in range(0, len(squares) - every + 1, every)]
    return {
        "stages": list(stages),
        "parameters": [sum(w.numel() for w in weights) for weights in stages.values()],
        "steps": [group.stop for group in groups],
        "norms": [torch.stack(squares[group]).mean(0).sqrt().tolist() for group in groups],
        "loss": [torch.stack(means[group])[:, 0].mean().item() for group in groups],
        "accuracy": [torch.stack(means[group])[:, 1].mean().item() for group in groups],
        "settings": result.recipe.to_dict(),
        **result.provenance,
    }


def _square(weights: list[torch.nn.Parameter]) -> torch.Tensor:
    """The square of the norm of their gradient."""
    return torch.stack([w.grad.square().sum() for w in weights if w.grad is not None]).sum()
