"""How many pictures of your own are enough? Classifier alone, all of the network, from scratch; two tasks, five seeds.

    python benchmarks/your_own_pictures.py --data DIR       (DIR holds VOCdevkit)

The network is `googlenet_bn` with the package's weights `cifar10`; tasks and ways are
`inception_edu.experiments.transfer`.
Four minutes of one core.
"""

from __future__ import annotations

import argparse
import sys

import torch

from inception_edu import weights
from inception_edu.experiments.records import write_record
from inception_edu.experiments.transfer import shapes, transfer, voc_unseen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, metavar="DIR", help="folder that holds VOCdevkit")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", metavar="DIR", help="where the record goes; the package's own folder by default")
    args = parser.parse_args()
    torch.set_num_threads(1)
    card = next(found for found in weights("googlenet_bn") if found.name == "cifar10")

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    common = {"seeds": args.seeds, "tell": tell}
    tasks = {
        "voc": transfer(voc_unseen(args.data, card), (2, 5, 9), (2, 5, 9), steps=30, plain=(2, 9), **common),
        "shapes": transfer(shapes(count=150), (2, 5, 10, 20, 50, 100), (100,), steps=40, **common),
    }
    about = {"name": card.name, "accuracy": card.accuracy, "sha256": card.sha256}
    figures = {"weights": about, "seeds": args.seeds, "tasks": tasks}
    print(write_record("14_your_own_pictures", figures, folder=args.out))


if __name__ == "__main__":
    main()
