"""Measure what whole numbers of eight bits cost and gain: a trained network by ONNX Runtime, in floats and in integers.

    python benchmarks/eight_bits.py --data DIR [--pictures 64] [--threads 2] [--rounds 15]

The network is `create_model("googlenet_bn", weights="cifar10")`. Training pictures set the scales, all test pictures
judge: both networks see the same, so that the difference is one of pairs. Writes
inception_edu/experiments/records/eight_bits.json.
"""

from __future__ import annotations

import argparse

import torch
from pretrained_tests import BATCH, compare

from inception_edu import create_model, open_dataset, optimize_for_inference
from inception_edu.augmentation.batches import Normalize
from inception_edu.experiments.records import write_record
from inception_edu.experiments.timing import paired


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", required=True, help="folder with cifar-10-batches-py; need not be the official files")
    parser.add_argument("--pictures", type=int, default=64, help="training pictures that set the scales")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    model = create_model("googlenet_bn", weights="cifar10").eval()
    card = model.weights_card
    assert card is not None
    normalize = Normalize(card.mean, card.std, torch.device("cpu"))

    def pictures(split: str, count: int | None = None):
        dataset = open_dataset("cifar10", root=chosen.data, split=split, image_size=card.image_size, verify=False)
        assert dataset.images is not None
        return normalize(dataset.images[:count]), dataset.labels[:count]

    calibration, _ = pictures("train", chosen.pictures)
    images, labels = pictures("test")
    ways = {
        "float": optimize_for_inference(model, "onnxruntime", image_size=card.image_size),
        "eight bits": optimize_for_inference(model, "onnxruntime", calibration=calibration),
    }
    logits = {way: torch.cat([run(part) for part in images.split(BATCH)]) for way, run in ways.items()}
    accuracy = compare(logits["eight bits"], logits["float"], labels)
    times = {
        f"batch {batch}": paired(
            {way: lambda run=run, part=images[:batch]: run(part) for way, run in ways.items()}, chosen.rounds
        )
        for batch in (1, 8)
    }
    figures = {
        "what": "a trained network by ONNX Runtime, in single precision and in whole numbers of eight bits",
        "weights": {"model": card.model, "name": card.name, "sha256": card.sha256},
        "calibrated_on": chosen.pictures,
        "tested_on": len(labels),
        "threads": chosen.threads,
        "accuracy": accuracy,
        "times": times,
    }
    print(f"wrote {write_record('eight_bits', figures)}: {accuracy}")


if __name__ == "__main__":
    main()
