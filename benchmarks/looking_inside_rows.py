"""What `looking_inside.py` measures of a network's rows: ablations, linear probes, effective receptive fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from inception_edu.architectures import AdaptiveAvgPool, Inception
from inception_edu.looking import (
    bypassed,
    effective_field,
    fit_probe,
    mosaic,
    nearest,
    pooled_features,
    side_holding,
    silenced,
    split_at,
)
from inception_edu.models.network import Network

Drawn = tuple[Tensor, Tensor]
FIELD_ROWS = ("convolution 1", "convolution 2", "inception (3a)", "inception (3b)", "inception (4a)", "inception (4c)")
FIELD_ROWS += ("inception (4e)",)
PROBE_TRAINING = 5


def hits(rest: nn.Module, features: Tensor, labels: Tensor) -> list[float]:
    """Accuracy in each draw."""
    guesses = torch.cat([rest(part).argmax(1) for part in features.split(250)])
    return (guesses.view(labels.shape) == labels).double().mean(1).tolist()


@torch.no_grad()
def ablations(model: Network, x: Tensor, labels: Tensor) -> dict[str, Any]:
    """Accuracy by draw: of all, without each branch, without as many channels by chance, with a bypass."""
    generator = torch.Generator().manual_seed(0)
    found: dict[str, Any] = {"branches": [], "bypassed": {}}
    features, place = x.flatten(0, 1), None
    for row in model.architecture.trace():
        if not isinstance(row.node, Inception):
            continue
        before, rest = split_at(model, row.node.name)
        done = 0 if place is None else len(place)
        features, place = torch.cat([before[done:](part) for part in features.split(250)]), before
        if not found["branches"]:
            found["whole"] = hits(rest, features, labels)
        width = row.output[0]
        for name, branch in row.node.body().branches.items():
            channels = branch.output(row.input, model.architecture.style)[0]
            chosen = torch.randperm(width, generator=generator)[:channels]
            with silenced(model, row.node.name, name):
                without = hits(rest, features, labels)
            with silenced(model, row.node.name, channels=chosen):
                by_chance = hits(rest, features, labels)
            one = {"module": row.node.label, "branch": name, "channels": channels, "of": width}
            found["branches"].append(one | {"without": without, "by_chance": by_chance})
        if row.input == row.output:
            with bypassed(model, row.node.name):
                found["bypassed"][row.node.label] = hits(rest, features, labels)
    return found


def probed_rows(model: Network) -> list[str]:
    """Names of the rows before the classifier."""
    names = [node.name for node, _ in model.steps()]
    return names[: next(n for n, (node, _) in enumerate(model.steps()) if isinstance(node, AdaptiveAvgPool))]


def probes(model: Network, train: Drawn, test: Drawn) -> dict[str, Any]:
    """Test accuracy of linear probes after every row, each trained on a draw of its own, tested on all test draws."""
    rows, classes = probed_rows(model), model.architecture.num_classes
    features = [pooled_features(model, pictures.flatten(0, 1), rows) for pictures, _ in (train, test)]
    labels = [answers.flatten() for _, answers in (train, test)]
    share = len(labels[0]) // PROBE_TRAINING
    found = {}
    for row in rows:
        parts = zip(features[0][row].split(share), labels[0].split(share))
        fitted = [fit_probe(values, answers, classes) for values, answers in parts]
        found[row] = [probe.accuracy(features[1][row], labels[1]) for probe in fitted]
    widths = {row: features[0][row].shape[1] for row in rows}
    return {"pictures": share, "widths": widths, "accuracy": found}


def fields(models: Mapping[str, Network], x: Tensor) -> dict[str, Any]:
    """Theoretical side of the receptive field after some rows, and the sides that hold 95 % in ten mosaics."""
    first = next(iter(models.values()))
    theory = first.architecture.receptive_fields()
    found: dict[str, Any] = {"theory": {row: theory[row][0] for row in FIELD_ROWS}}
    for name, model in models.items():
        sides: dict[str, list[int]] = {}
        for row in FIELD_ROWS:
            size = -(-(theory[row][0] + 2 * theory[row][1]) // 64) * 64
            sides[row] = [side_holding(effective_field(model, mosaic(draw, size), row)) for draw in x]
        found[name] = sides
    return found


def neighbours(model: Network, train: Drawn, test: Drawn) -> dict[str, Any]:
    """By draw of test pictures: the share whose nearest training picture has the same class, by pixels and features."""
    rows = ["inception (3a)", "inception (4c)", "inception (5b)"]
    sets = []
    for pictures, labels in (train, test):
        flat = pictures.flatten(0, 1)
        small = functional.avg_pool2d(flat, 4).flatten(1)
        sets.append(({"pixels": small, **pooled_features(model, flat, rows)}, labels.flatten()))
    (bank, known), (queries, labels) = sets
    found = {}
    for name in bank:
        _, places = nearest(queries[name], bank[name], 1)
        found[name] = (known[places[:, 0]] == labels).view(test[1].shape).double().mean(1).tolist()
    return {"bank": len(known), "same_class": found}
