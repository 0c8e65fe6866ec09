"""Models: rows become modules. `create_model` is the door."""

from .create import create_model
from .network import GoogLeNetOutputs, InceptionOutputs, Network
from .weights import Normalization, load_weights, normalization
