"""How long each layer of the family takes on one thread, beside its parameters, multiply-adds and bytes.

    python benchmarks/layer_times.py [--rounds 7]

Each network as it is built, predicting one picture of its usual size, in PyTorch's two memory layouts; then the batch
norms folded, in the second. Processor time of one thread, so that others on the machine disturb little. Two minutes.
Chapter 15 reads the record.
"""

from __future__ import annotations

import argparse
import copy
import gc
import time
from typing import Any

import torch

from inception_edu import create_model, optimize_for_inference
from inception_edu.experiments.layer_times import layer_times
from inception_edu.experiments.records import write_record
from inception_edu.experiments.timing import bandwidth, ceiling, paired, processor_time

NAMES = (
    "googlenet_bn",
    "bn_inception",
    "inception_v2",
    "inception_v3",
    "inception_v4",
    "inception_resnet_v2",
    "xception",
)


def measure(name: str, rounds: int) -> dict[str, Any]:
    """One network: its convolutions one by one, everything else by kind, and the whole in three forms."""
    model = create_model(name, aux_logits=False, seed=0).eval()
    turned = copy.deepcopy(model).to(memory_format=torch.channels_last)
    quick = optimize_for_inference(model)
    images = torch.randn(1, 3, *model.architecture.image_size)
    last = images.contiguous(memory_format=torch.channels_last)
    as_built, in_channels_last = layer_times(model, images, rounds), layer_times(turned, last, rounds)
    convolutions = [layer for layer in as_built if layer.macs]
    ms = {layer.name: 1e3 * layer.seconds for layer in in_channels_last}
    found = {
        "image_size": list(model.architecture.image_size),
        "kind": [layer.kind for layer in convolutions],
        "params": [layer.params for layer in convolutions],
        "macs": [layer.macs for layer in convolutions],
        "bytes": [layer.bytes for layer in convolutions],
        "ms": [round(1e3 * layer.seconds, 4) for layer in convolutions],
        "ms_channels_last": [round(ms[layer.name], 4) for layer in convolutions],
        "by_kind_ms": by_kind(as_built),
        "by_kind_ms_channels_last": by_kind(in_channels_last),
    }
    forms = {"as built": lambda: model(images), "channels last": lambda: turned(last), "folded": lambda: quick(last)}
    with torch.inference_mode():
        found["whole"] = paired(forms, rounds, clock=processor_time)
    return found


def by_kind(layers: list) -> dict[str, float]:
    """Milliseconds of all layers of a kind together."""
    found: dict[str, float] = {}
    for layer in layers:
        found[layer.kind] = found.get(layer.kind, 0.0) + 1e3 * layer.seconds
    return {kind: round(value, 3) for kind, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    networks = {}
    for name in NAMES:
        networks[name] = measure(name, chosen.rounds)
        print(name, {form: times["median_ms"] for form, times in networks[name]["whole"].items()}, flush=True)
        gc.collect()
    figures = {
        "what": "processor time of each layer of the family, one picture, one thread",
        "clock": "processor time of the thread",
        "rounds": chosen.rounds,
        "ceiling_macs_per_s": round(ceiling(clock=processor_time)),
        "copy_bytes_per_s": round(bandwidth(clock=processor_time)),
        "seconds": round(time.perf_counter() - started),
        "networks": networks,
    }
    print(f"wrote {write_record('15_layer_times', figures)}")


if __name__ == "__main__":
    main()
