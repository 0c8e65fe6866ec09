"""What chapter 14's exercises need: how an exchanged classifier and a split by scenes are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .verdict import Wrong

EXCHANGE = '''
def exchange(network, classes):
    """Put a fresh classifier for `classes` classes where the last linear layer is; give back the network."""
    return network
'''.strip()

SPLIT = '''
def split(scenes, part):
    """Numbers of the pictures to test on; `scenes[i]` is the scene of picture i, `part` a share of the scenes."""
    return []
'''.strip()

SCENES = (
    (list("aabbbccd"), 0.5),
    (["beach"] * 5 + ["wood"] * 3 + ["street"] + ["room"] * 2 + ["sea"], 0.4),
    ([3, 1, 2, 1, 3, 3, 2, 1, 9, 9], 0.25),
    (["one", "two"] * 4, 0.5),
)
"""Scenes by picture, with the share of them that is to be tested on."""


def verify_exchange(theirs: Any, right: Any) -> None:
    """On networks of three kinds: as many scores as classes, the old weights elsewhere, no other layer touched."""
    import torch
    from torch import nn

    networks = {
        "a small network": lambda: nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 7)
        ),
        "a network of three linear layers": lambda: nn.Sequential(
            nn.Flatten(), nn.Linear(48, 6), nn.ReLU(), nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 5)
        ),
        "a network inside another": lambda: nn.Sequential(
            nn.Sequential(nn.Flatten(), nn.Linear(48, 6)), nn.Sequential(nn.ReLU(), nn.Linear(6, 5, bias=False))
        ),
    }
    for name, make in networks.items():
        network, classes = make(), 3
        before = {key: value.clone() for key, value in network.state_dict().items()}
        *_, last = (key for key, module in network.named_modules() if isinstance(module, nn.Linear))
        changed = theirs(network, classes)
        if not isinstance(changed, nn.Module):
            raise Wrong(f"It gives {type(changed).__name__}; the network is expected.")
        scores = changed(torch.zeros(2, 3, 4, 4))
        if scores.shape != (2, classes):
            shape = "×".join(map(str, scores.shape))
            raise Wrong(f"Of {name}, two pictures get scores of shape {shape}; expected is 2×{classes}.")
        state = changed.state_dict()
        for key, value in before.items():
            if not key.startswith(f"{last}.") and (key not in state or not torch.equal(state[key], value)):
                raise Wrong(f"In {name} the weights {key} are not what they were; only the last linear layer is new.")
        had, has = f"{last}.bias" in before, f"{last}.bias" in state
        if had != has:
            one, other = ("a", "none") if had else ("no", "one")
            raise Wrong(f"In {name} the old classifier had {one} bias, the new one has {other}.")


def verify_split(theirs: Any, right: Any) -> None:
    """No scene on both sides, as many scenes to test on as asked for, and never all or none of them."""
    for scenes, part in SCENES:
        told = f"for scenes {', '.join(map(str, scenes))} and part = {part}"
        found = theirs(list(scenes), part)
        try:
            tested = sorted(int(row) for row in found)
        except (TypeError, ValueError):
            raise Wrong(f"It gives {type(found).__name__} {told}; a list of numbers of pictures is expected.") from None
        if len(set(tested)) != len(tested) or not set(tested) <= set(range(len(scenes))):
            raise Wrong(f"It gives numbers twice, or of no picture, {told}.")
        inside = {scenes[row] for row in tested}
        outside = {scenes[row] for row in range(len(scenes)) if row not in tested}
        if inside & outside:
            raise Wrong(f"Scene {sorted(map(str, inside & outside))[0]} is on both sides {told}.")
        wanted = len({scenes[row] for row in right(list(scenes), part)})
        if len(inside) != wanted:
            raise Wrong(f"It tests on {len(inside)} scenes {told}; expected are {wanted}.")


def wrong_exchanges() -> tuple[Callable[[], Any], ...]:
    """What people hand in: a layer appended, the first linear layer exchanged, everything fresh."""

    def appended():
        from torch import nn

        def exchange(network, classes):
            *_, last = (module for module in network.modules() if isinstance(module, nn.Linear))
            return nn.Sequential(network, nn.Linear(last.out_features, classes))

        return exchange

    def with_bias():
        from torch import nn

        def exchange(network, classes):
            *_, path = (key for key, module in network.named_modules() if isinstance(module, nn.Linear))
            parent, _, name = path.rpartition(".")
            old = network.get_submodule(path)
            setattr(network.get_submodule(parent), name, nn.Linear(old.in_features, classes))
            return network

        return exchange

    def untouched():
        return lambda network, classes: network

    return appended, with_bias, untouched


def wrong_splits() -> tuple[Callable[[], Any], ...]:
    """What people hand in: single pictures drawn, and a share of the pictures rather than of the scenes."""

    def by_picture():
        return lambda scenes, part: list(range(0, len(scenes), max(2, round(1 / part))))

    def one_scene():
        return lambda scenes, part: [row for row, scene in enumerate(scenes) if scene == scenes[0]]

    return by_picture, one_scene
