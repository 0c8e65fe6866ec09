"""Trained weights that travel with the package: from the folders of runs to the file and its card.

    python benchmarks/pretrained.py RUN... --name cifar10 --data DIR

The runs are of one recipe with different seeds. The first is the network that ships, whatever the others reached: to
choose the best on the test pictures would be to learn from them. The others say how far seeds lie apart. A run that has
not ended gives its last checkpoint, and the card says so; the same command again, when it has, replaces both files.

Everything on the card is measured with the file as it ships, in eight bits, on all test pictures; beside it stands the
accuracy before packing, and the difference picture by picture. A network of a million weights takes two minutes.
`pretrained_seeds.py` adds further seeds to a card later.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import torch
from pretrained_runs import Run, last_accuracy, read_run, refusals, same_recipe
from pretrained_tests import compare, logits_of, tested

from inception_edu import create_model, layer_table, open_dataset
from inception_edu.experiments.intervals import estimate
from inception_edu.files import write_atomically
from inception_edu.models import load_weights
from inception_edu.pretrained.packing import from_bytes, pack, to_bytes
from inception_edu.pretrained.shipped import FOLDER
from inception_edu.training.provenance import provenance

LICENCE = "BSD-3-Clause, as the package; the pictures it learned from are not in it"
COPY = "a copy of CIFAR-10 whose pictures were compressed once more, as JPEG: not the official files"

NOT_FOR = [
    "Pictures of anything else: it has ten answers and gives one to every picture, of a house or a face as well.",
    "Decisions about people, traffic, health or anything else that matters: it was made to be looked into.",
    "Comparisons with published accuracies to the digit, where its data is not the official files.",
    "Its probabilities mean what the calibration says on pictures like those of CIFAR-10, and on no others.",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folders of runs; the first is the network that ships")
    parser.add_argument("--name", required=True, help="of the weights: create_model(MODEL, weights=NAME)")
    parser.add_argument("--data", required=True, help="folder with cifar-10-batches-py; need not be the official files")
    parser.add_argument("--out", default=FOLDER, help="folder of the two files (default: the package's)")
    options = parser.parse_args()
    with refusals(parser):
        runs = [read_run(Path(folder)) for folder in options.runs]
        same_recipe([run.recipe for run in runs])
        root, size = Path(options.data), runs[0].image_size
        test_set = open_dataset("cifar10", root=root, split="test", image_size=size, verify=False)
    content, card = make(runs, options.name, test_set)
    stem = Path(options.out) / f"{card['model']}-{options.name}"
    write_atomically(stem.with_suffix(".safetensors"), content)
    write_atomically(stem.with_suffix(".json"), (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())
    told = card["accuracy"]
    print(
        f"wrote {stem}.safetensors, {len(content):,} bytes: {told['share']:.2%} [{told['low']:.2%}, {told['high']:.2%}]"
    )


def make(runs: list[Run], name: str, test_set: Any) -> tuple[bytes, dict[str, Any]]:
    """The file, and the card as plain values."""
    first = runs[0]
    recipe, spec = first.recipe, first.recipe.model
    network = {option: value for option, value in spec.options.items() if option != "weights"}
    settings = {
        "num_classes": len(test_set.classes),
        "aux_logits": False,
        "image_size": recipe.data.image_size,
        "stem": spec.stem,
        "width": spec.width,
        **network,
    }
    content = to_bytes(pack(first.state))
    found = {}
    for which, state in (("before", first.state), ("packed", from_bytes(content))):
        model = create_model(spec.name, **settings).eval()
        load_weights(model, {key: value for key, value in state.items() if not key.startswith("heads.")})
        print(f"{which}: testing on {len(test_set):,} pictures", file=sys.stderr, flush=True)
        found[which] = logits_of(model, test_set, recipe)
    total = layer_table(spec.name, **{key: value for key, value in settings.items() if key != "dropout"}).total
    folders = " ".join(run.folder.name for run in runs)
    accuracies = [accuracy for run in runs if (accuracy := last_accuracy(run.history)) is not None]
    card = {
        "model": spec.name,
        "name": name,
        "options": settings,
        "classes": list(test_set.classes),
        "mean": list(recipe.data.mean),
        "std": list(recipe.data.std),
        "image_size": recipe.data.image_size,
        "native_size": 32,
        "params": total.params,
        "macs": total.macs,
        "data": {
            "about": f"CIFAR-10, enlarged to {recipe.data.image_size} pixels"
            + ("" if test_set.official else f"; {COPY}"),
            "official": test_set.official,
            "train": first.samples,
            "test": len(test_set),
        },
        "recipe": recipe.name,
        "settings": recipe.to_dict(),
        "epoch": first.epoch,
        "epochs": recipe.epochs,
        "finished": first.finished,
        **tested(found["packed"], test_set.labels, test_set.classes),
        "before_packing": compare(found["packed"], found["before"], test_set.labels),
        "seeds": [run.recipe.seed for run in runs],
        "over_seeds": estimate(accuracies) if len(accuracies) > 1 else None,
        "curves": [run.history for run in runs],
        "seconds": [round(run.seconds) for run in runs],
        "licence": LICENCE,
        "not_for": NOT_FOR,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "command": f"python benchmarks/pretrained.py {folders} --name {name} --data DIR",
        **provenance(torch.device("cpu")),
    }
    return content, card


if __name__ == "__main__":
    main()
