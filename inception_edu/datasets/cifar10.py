"""`cifar10`: the standard `cifar-10-batches-py` folder, 50,000 and 10,000 images of ten classes."""

from __future__ import annotations

from torchvision.datasets import CIFAR10

from .cifar import Cifar

SOURCE = Cifar("cifar10", "CIFAR-10", CIFAR10, labels="labels")
open_split, find_root = SOURCE.open_split, SOURCE.find_root
