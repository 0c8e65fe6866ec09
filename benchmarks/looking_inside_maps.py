"""What `looking_inside.py` measures of pictures: maps that agree or not, adversaries, corruptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from statistics import fmean
from typing import Any

import torch
from torch import Tensor

from inception_edu.looking import (
    CORRUPTIONS,
    blocks,
    class_maps,
    fast_gradient_sign,
    hide_strongest,
    occlusion,
    random_sign,
    rank_correlation,
    saliency,
)
from inception_edu.models.network import Network
from inception_edu.pretrained import Normalization

GRID = 8
HIDDEN = 0.25
PAIRS = (("occlusion", "gradient"), ("occlusion", "class map"), ("gradient", "class map"))
STEPS = (0, 1, 2, 4, 8)
"""Strengths of the adversary, in 255ths of the way from black to white."""


def maps_of(model: Network, x: Tensor, target: int) -> dict[str, Tensor]:
    """Three maps of one picture for one class, all 8×8."""
    side = x.shape[-1] // GRID
    with torch.no_grad():
        fine = class_maps(model, x, strides_left_out=2)[0, target]
    return {
        "occlusion": occlusion(model, x, target, side=side, stride=side),
        "gradient": blocks(saliency(model, x, torch.tensor([target]))[0], GRID),
        "class map": fine,
    }


def agreement(model: Network, x: Tensor, labels: Tensor) -> dict[str, Any]:
    """By draw: rank correlations of the maps, and what is left of the true class where each one's places are hidden."""
    correlations, left = defaultdict(list), defaultdict(list)
    generator = torch.Generator().manual_seed(0)
    for draw, answers in zip(x, labels.tolist()):
        pairs, hidden = defaultdict(list), defaultdict(list)
        for picture, target in zip(draw[:, None], answers):
            maps = maps_of(model, picture, target)
            for one, other in PAIRS:
                pairs[f"{one}, {other}"].append(rank_correlation(maps[one], maps[other]))
            maps["chance"] = torch.rand(GRID, GRID, generator=generator)
            versions = [picture, *(hide_strongest(picture, score, HIDDEN) for score in maps.values())]
            with torch.no_grad():
                shares = model(torch.cat(versions)).softmax(1)[:, target].tolist()
            for name, share in zip(("nothing", *maps), shares):
                hidden[name].append(share)
        for name, values in pairs.items():
            correlations[name].append(fmean(values))
        for name, values in hidden.items():
            left[name].append(fmean(values))
    return {"pictures_a_draw": x.shape[1], "hidden": HIDDEN, "correlation": dict(correlations), "left": dict(left)}


def accuracy(model: Network, x: Tensor, labels: Tensor) -> float:
    with torch.no_grad():
        return (model(x).argmax(1) == labels).double().mean().item()


def adversaries(model: Network, x: Tensor, labels: Tensor, normalization: Normalization) -> dict[str, Any]:
    """Accuracy by draw at each strength, moved where it hurts and moved by chance. A third of each draw."""
    third = x.shape[1] // 3
    found: dict[str, Any] = {"steps": STEPS, "gradient": [], "chance": []}
    for step in STEPS:
        worst, chance = [], []
        for draw, answers in zip(x[:, :third], labels[:, :third]):
            worst.append(accuracy(model, fast_gradient_sign(model, draw, answers, step / 255, *normalization), answers))
            chance.append(accuracy(model, random_sign(draw, step / 255, *normalization), answers))
        found["gradient"].append(worst)
        found["chance"].append(chance)
    return found


def corruptions(
    model: Network, pictures: Tensor, labels: Tensor, normalize: Callable[[Tensor], Tensor]
) -> dict[str, Any]:
    """Accuracy by draw for each corruption and strength. Half of each draw."""
    half = pictures.shape[1] // 2
    found = {}
    for name, (corrupt, strengths) in CORRUPTIONS.items():
        rows = []
        for strength in strengths:
            changed = [(255 * corrupt(draw / 255, strength)).round().to(torch.uint8) for draw in pictures[:, :half]]
            rows.append([accuracy(model, normalize(part), y[:half]) for part, y in zip(changed, labels)])
        found[name] = {"strengths": strengths, "accuracy": rows}
    return found
