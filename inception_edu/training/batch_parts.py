"""The parts of a batch that are computed one after the other, and whether a network can train on the smallest.

Batch norm cannot train on one value a channel: where its input is a single image of one pixel, there is nothing to
normalize, and torch refuses. Whether that will happen, perhaps in the last batch of an epoch, is known before the run.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from .data import Batches
from .distributed import ProcessGroup
from .progressive import side_in_epoch
from .random_state import keep_random_state
from .recipe import Recipe

__all__ = ["check_batch_norm", "largest_part", "part_sizes"]


def largest_part(recipe: Recipe, group: ProcessGroup) -> int:
    """How many images a process computes at once, at most."""
    return math.ceil(recipe.batch_size / group.size / recipe.accumulate)


def part_sizes(images: int, largest: int) -> list[int]:
    """`images` in as few parts of at most `largest` as will do, as equal as can be: 9 in parts of 4 is 3, 3, 3."""
    parts = math.ceil(images / largest)
    return [images // parts + (k < images % parts) for k in range(parts)]


def check_batch_norm(model: nn.Module, train: Batches, recipe: Recipe, group: ProcessGroup) -> None:
    """Raise ValueError, naming the setting to change, if batch norm would meet a single value a channel.

    Args:
        model: the network; it sees one black image if there is a doubt, and is left as it was.
        train: the training batches.
        recipe: says how batches are cut.
        group: the processes that share each batch; with `sync_batch_norm` they share its statistics, too.
    """
    if recipe.sync_batch_norm and group.size > 1:
        return
    last = train.seen - (train.steps - 1) * recipe.batch_size
    advice = {}  # what to change where a batch of so many images has a part of one
    advice[last] = f"the last of {train.steps:,} batches has only {last}: set drop_last = true, or another batch_size"
    if train.steps > 1 or last == recipe.batch_size:
        advice[recipe.batch_size] = _advice(recipe, group)
    smallest = side_in_epoch(recipe, 0, train.image_size)
    for total, told in advice.items():
        if _smallest_part(total, recipe, group) == 1 and _refuses_one_image(model, smallest):
            raise ValueError(f"batch norm cannot train on a single image of this size at a time, and {told}")


def _advice(recipe: Recipe, group: ProcessGroup) -> str:
    if recipe.batch_size < 2 * group.size:
        among = f" among {group.size} processes" if group.size > 1 else ""
        return f"batch_size = {recipe.batch_size}{among} is just that: set batch_size = {2 * group.size} or more"
    return (
        f"accumulate = {recipe.accumulate} cuts a batch of {recipe.batch_size} into such parts: lower accumulate, "
        "or raise batch_size"
    )


def _smallest_part(total: int, recipe: Recipe, group: ProcessGroup) -> int:
    """Images in the smallest part of a batch of `total`, over all processes that have any."""
    shares = {total // group.size, total // group.size + (total % group.size > 0)} - {0}
    return min(min(part_sizes(share, largest_part(recipe, group))) for share in shares)


def _refuses_one_image(model: nn.Module, image_size: int) -> bool:
    """Whether `model` says in training that it needs more than one value a channel."""
    if not any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules()):
        return False
    parameter = next(model.parameters())
    image = torch.zeros(1, 3, image_size, image_size, device=parameter.device, dtype=parameter.dtype)
    statistics = [(buffer, buffer.clone()) for buffer in model.buffers()]
    was_training = model.training
    model.train()
    try:
        with torch.no_grad(), keep_random_state(parameter.device):
            model(image)
    except Exception as error:  # any other fault is told when the training meets it
        return "more than 1 value per channel" in str(error)
    finally:
        model.train(was_training)
        for buffer, before in statistics:
            buffer.copy_(before)
    return False
