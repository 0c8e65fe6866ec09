"""Trained weights: those that travel with the package, and torchvision's, each with a card that says what it is.

>>> from inception_edu import weights
>>> card = weights("googlenet_bn")[0]
>>> card.name, card.classes[3], card.image_size
('cifar10', 'cat', 64)

`cards` says what a card tells, `packing` how a weight becomes eight bits. Needs no torch until weights are loaded.
"""

from .cards import Normalization, Weights
from .listing import weights
from .shipped import find_card
