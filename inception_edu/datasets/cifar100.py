"""`cifar100`: the standard `cifar-100-python` folder, 50,000 and 10,000 images with fine labels, a hundred classes."""

from __future__ import annotations

from torchvision.datasets import CIFAR100

from .cifar import Cifar

SOURCE = Cifar("cifar100", "CIFAR-100", CIFAR100, labels="fine_labels")
open_split, find_root = SOURCE.open_split, SOURCE.find_root
