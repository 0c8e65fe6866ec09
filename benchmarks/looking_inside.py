"""What a look inside the small trained GoogLeNet finds, on pictures that it was not trained on.

    python benchmarks/looking_inside.py --data DIR

Ten disjoint draws of CIFAR-10's test pictures give ten values of whatever is measured, and so an interval: it says how
far other pictures could lie, not another network. Ablations of every branch, beside as many channels of the module
chosen by chance; bypasses; linear probes after every row, beside those of an untrained network; nearest neighbours;
effective receptive fields, beside an untrained network's; how far three maps of a picture agree, and what is lost where
each of them points; turned, blurred, greyed and adversarial pictures. Six minutes on one core.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from looking_inside_maps import adversaries, agreement, corruptions
from looking_inside_rows import ablations, fields, neighbours, probes
from torch import Tensor

from inception_edu import create_model, open_dataset
from inception_edu.augmentation.batches import Normalize
from inception_edu.experiments.records import write_record
from inception_edu.models.network import Network

DRAWS = 10


def drawn(data: Path, split: str, size: int, count: int) -> tuple[Tensor, Tensor]:
    """So many pictures of each of the draws, uint8 draws×N×3×S×S, and their labels, draws×N."""
    found = open_dataset("cifar10", root=data, split=split, image_size=size, verify=False)
    assert found.images is not None
    order = torch.randperm(len(found), generator=torch.Generator().manual_seed(0))[: DRAWS * count]
    pictures, labels = found.images[order], torch.as_tensor(found.labels)[order]
    return pictures.view(DRAWS, count, *pictures.shape[1:]), labels.view(DRAWS, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of cifar-10-batches-py")
    parser.add_argument("--pictures", type=int, default=100, help="in each of the ten draws")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    model = create_model("googlenet_bn", weights="cifar10").eval().to(memory_format=torch.channels_last)
    card = model.weights_card
    assert card is not None
    assert isinstance(model, Network)
    untrained = create_model("googlenet_bn", **card.options, seed=0).eval()
    assert isinstance(untrained, Network)
    pictures, labels = drawn(options.data, "test", card.image_size, options.pictures)
    mean, std = card.normalization
    normalize = Normalize(mean, std, torch.device("cpu"))
    x = normalize(pictures.flatten(0, 1)).view(pictures.shape)
    train_pictures, train_labels = drawn(options.data, "train", card.image_size, options.pictures)
    train = normalize(train_pictures.flatten(0, 1)).view(x.shape), train_labels
    figures: dict[str, Any] = {
        "weights": {"model": card.model, "name": card.name, "sha256": card.sha256, "accuracy": card.accuracy},
        "data": card.data,
        "draws": DRAWS,
        "pictures_a_draw": x.shape[1],
    }
    for name, measure in {
        "ablation": lambda: ablations(model, x, labels),
        "probes": lambda: probes(model, train, (x, labels)),
        "probes_untrained": lambda: probes(untrained, train, (x, labels)),
        "neighbours": lambda: neighbours(model, train, (x, labels)),
        "fields": lambda: fields({"trained": model, "untrained": untrained}, x),
        "agreement": lambda: agreement(model, x[:, :8], labels[:, :8]),
        "adversaries": lambda: adversaries(model, x, labels, card.normalization),
        "corruptions": lambda: corruptions(model, pictures, labels, normalize),
    }.items():
        figures[name] = measure()
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    figures["seconds"] = round(time.perf_counter() - started)
    print(f"wrote {write_record('13_looking_inside', figures)}")


if __name__ == "__main__":
    main()
